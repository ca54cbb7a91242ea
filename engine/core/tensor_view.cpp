#include "engine/core/tensor_view.h"

#include <algorithm>
#include <array>
#include <bit>

namespace rv {
namespace {

static_assert(std::endian::native == std::endian::little, "weight files are little-endian");

struct TypeInfo {
    DType dtype;
    std::string_view name;
    std::size_t size;
};
constexpr std::array<TypeInfo, 10> kTypes = {{{DType::F64, "F64", 8},
                                              {DType::F32, "F32", 4},
                                              {DType::F16, "F16", 2},
                                              {DType::BF16, "BF16", 2},
                                              {DType::I64, "I64", 8},
                                              {DType::I32, "I32", 4},
                                              {DType::I16, "I16", 2},
                                              {DType::I8, "I8", 1},
                                              {DType::U8, "U8", 1},
                                              {DType::Bool, "BOOL", 1}}};

}  // namespace

std::size_t size_bytes(DType dtype) {
    return kTypes[static_cast<std::size_t>(dtype)].size;
}

std::string_view name_of(DType dtype) {
    return kTypes[static_cast<std::size_t>(dtype)].name;
}

std::optional<DType> dtype_named(std::string_view name) {
    const auto type = std::ranges::find(kTypes, name, &TypeInfo::name);
    if (type == kTypes.end()) return std::nullopt;
    return type->dtype;
}

std::string describe_shape(std::span<const std::int64_t> shape) {
    std::string text = "(";
    for (std::size_t i = 0; i < shape.size(); ++i)
        text.append(i ? ", " : "").append(std::to_string(shape[i]));
    return text.append(")");
}

std::optional<std::uint64_t> bytes_needed(DType dtype, std::span<const std::int64_t> shape) {
    std::uint64_t total = size_bytes(dtype);
    for (const std::int64_t extent : shape)
        if (extent < 0 || __builtin_mul_overflow(total, static_cast<std::uint64_t>(extent), &total))
            return std::nullopt;
    return total;
}

}  // namespace rv
