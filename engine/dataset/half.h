#pragma once
/// IEEE 754 half precision, as bits.

#include <bit>
#include <cstdint>

namespace rv::dataset {

/// Rounds to the nearest, ties to even; beyond 65504 becomes infinity.
inline std::uint16_t half_from_float(float value) {
    const auto bits = std::bit_cast<std::uint32_t>(value);
    const std::uint32_t sign = bits >> 16 & 0x8000u;
    const std::uint32_t magnitude = bits & 0x7fffffffu;
    constexpr std::uint32_t kFirstTooLarge = 0x47800000u, kFirstNormal = 0x38800000u, kInfinity = 0x7f800000u;
    std::uint32_t half = 0;
    if (magnitude >= kFirstTooLarge) {
        half = magnitude > kInfinity ? 0x7e00u : 0x7c00u;
    } else if (magnitude < kFirstNormal) {
        // Adding 0.5 puts the last bit of a half subnormal at the last bit of the sum, so the addition
        // rounds.
        const float sum = std::bit_cast<float>(magnitude) + 0.5f;
        half = std::bit_cast<std::uint32_t>(sum) - std::bit_cast<std::uint32_t>(0.5f);
    } else {
        constexpr std::uint32_t kRebias = (127u - 15u) << 23;
        half = (magnitude - kRebias + 0xfffu + (magnitude >> 13 & 1u)) >> 13;
    }
    return static_cast<std::uint16_t>(sign | half);
}

inline float float_from_half(std::uint16_t half) {
    const std::uint32_t sign = static_cast<std::uint32_t>(half & 0x8000u) << 16;
    const std::uint32_t exponent = half >> 10 & 0x1fu, mantissa = half & 0x3ffu;
    if (exponent == 0) {
        const float value = static_cast<float>(mantissa) * 0x1p-24f;
        return sign ? -value : value;
    }
    const std::uint32_t wide = exponent == 31 ? 0xffu : exponent + 127 - 15;
    return std::bit_cast<float>(sign | wide << 23 | mantissa << 13);
}

}  // namespace rv::dataset
