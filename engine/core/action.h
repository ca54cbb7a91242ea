#pragma once
/// The ego action: what the person wants the ego to do during one generated frame. It means the same in every
/// environment and every world that Reverie trains.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace rv {

inline constexpr std::size_t kActionSize = 6;

/// Axes are in [-1, 1]; buttons are 0 or 1.
struct Action {
    float forward = 0;   ///< +1 forward, -1 back, at the ego's full speed
    float sideways = 0;  ///< +1 right, -1 left
    float turn = 0;      ///< +1 right (clockwise seen from above), -1 left, at the ego's full turn rate
    float look = 0;      ///< +1 up, -1 down
    float run = 0;       ///< button: faster
    float jump = 0;      ///< button: jump
    std::uint32_t buttons = 0;  ///< what only some worlds know: bit i is the world's own button i, held

    /// What every world knows: all but `buttons`.
    [[nodiscard]] std::array<float, kActionSize> values() const {
        return {forward, sideways, turn, look, run, jump};
    }
    static Action from_values(const std::array<float, kActionSize>& v) {
        return {v[0], v[1], v[2], v[3], v[4], v[5], 0};
    }
    friend bool operator==(const Action&, const Action&) = default;
};

inline constexpr std::array<std::string_view, kActionSize> kActionNames = {"forward", "sideways", "turn",
                                                                           "look",    "run",      "jump"};

/// Every axis clamped to [-1, 1], buttons to {0, 1}, NaN to 0.
Action clamped(const Action& action);

}  // namespace rv
