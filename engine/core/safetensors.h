#pragma once
/// The safetensors file format as bytes, free of any tensor library: an 8-byte little-endian header length, a
/// JSON header, then the tensors' data without gaps. Checkpoints, rollout states and dataset files all use
/// it.
///
///     const SafetensorsFile file = SafetensorsFile::open("model.safetensors");
///     const TensorView weight = file.at("conv_in.weight");
///
/// Opening checks everything that the header claims, so a view never reaches outside the file. Only a file
/// that somebody cuts short while it is open can still fail (write_safetensors never does that: it replaces
/// files).

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "engine/core/error.h"

namespace rv {

enum class DType { F64, F32, F16, BF16, I64, I32, I16, I8, U8, Bool };

[[nodiscard]] std::size_t size_bytes(DType dtype);
/// As in the file: "F32", "BOOL", ...
[[nodiscard]] std::string_view name_of(DType dtype);

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

/// "(2, 3, 64)"
[[nodiscard]] std::string describe_shape(std::span<const std::int64_t> shape);

/// A file opened for reading, mapped into memory. Views stay valid as long as it lives. Safe to read from any
/// thread.
class SafetensorsFile {
  public:
    /// @throws FileError if the file is missing, foreign, cut short or contradicts itself.
    static SafetensorsFile open(const std::filesystem::path& path);

    SafetensorsFile(SafetensorsFile&& other) noexcept;
    SafetensorsFile& operator=(SafetensorsFile&& other) noexcept;
    ~SafetensorsFile();

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }
    [[nodiscard]] const std::map<std::string, std::string>& metadata() const { return metadata_; }
    /// Sorted.
    [[nodiscard]] std::vector<std::string> names() const;
    [[nodiscard]] bool contains(std::string_view name) const { return tensors_.contains(name); }
    /// @throws FileError naming the tensor if it is not there.
    [[nodiscard]] const TensorView& at(std::string_view name) const;
    /// By name, sorted.
    [[nodiscard]] const std::map<std::string, TensorView, std::less<>>& tensors() const { return tensors_; }

  private:
    SafetensorsFile() = default;

    std::filesystem::path path_;
    void* mapping_ = nullptr;
    std::size_t size_bytes_ = 0;
    std::map<std::string, std::string> metadata_;
    std::map<std::string, TensorView, std::less<>> tensors_;
};

/// One tensor to write; bytes are borrowed for the duration of the call.
struct TensorEntry {
    std::string name;
    DType dtype = DType::F32;
    std::vector<std::int64_t> shape;
    std::span<const std::byte> bytes;  ///< exactly size_bytes(dtype) * product of shape
};

/// Writes a whole file atomically (temporary file, flushed, renamed). The same tensors and metadata give the
/// same bytes whatever their order: wide elements come first, then by name; the data starts at a multiple of
/// 8, so every element is aligned. Invalid UTF-8 in metadata is replaced.
/// @throws FileError if the disk is full or the folder cannot be written; an older file of that name is then
/// kept.
void write_safetensors(const std::filesystem::path& path, std::span<const TensorEntry> entries,
                       const std::map<std::string, std::string>& metadata = {});

}  // namespace rv
