#pragma once
/// Tensors as plain bytes: what the readers of weight files give, free of any tensor library.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "engine/core/error.h"

namespace rv {

enum class DType { F64, F32, F16, BF16, I64, I32, I16, I8, U8, Bool };

[[nodiscard]] std::size_t size_bytes(DType dtype);
/// As in safetensors files: "F32", "BOOL", ...
[[nodiscard]] std::string_view name_of(DType dtype);
/// The opposite of name_of; nothing for names that are not known.
[[nodiscard]] std::optional<DType> dtype_named(std::string_view name);

/// One tensor, row-major, borrowed.
struct TensorView {
    DType dtype = DType::F32;
    std::vector<std::int64_t> shape;  ///< empty: a scalar
    std::span<const std::byte> bytes;

    /// Product of the shape.
    [[nodiscard]] std::size_t element_count() const { return bytes.size() / size_bytes(dtype); }

    /// The elements copied out; T has the element's size (bytes of foreign files need not be aligned).
    template <class T>
    [[nodiscard]] std::vector<T> values() const {
        static_assert(std::is_trivially_copyable_v<T>);
        RV_ASSERT(sizeof(T) == size_bytes(dtype), "element type of another size");
        std::vector<T> out(element_count());
        if (!out.empty()) std::memcpy(out.data(), bytes.data(), bytes.size());
        return out;
    }
};

/// More than any network has; readers refuse what claims more.
constexpr std::size_t kMaxDimensions = 64;

/// "(2, 3, 64)"
[[nodiscard]] std::string describe_shape(std::span<const std::int64_t> shape);

/// Bytes of a row-major tensor of that shape, or nothing where that overflows or an extent is negative.
[[nodiscard]] std::optional<std::uint64_t> bytes_needed(DType dtype, std::span<const std::int64_t> shape);

}  // namespace rv
