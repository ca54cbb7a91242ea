#pragma once
/// What every weight file is once it is open, whatever its format: tensors by name, and text beside them.

#include <deque>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/mapped_file.h"
#include "engine/core/tensor_view.h"

namespace rv {

using TensorViews = std::map<std::string, TensorView, std::less<>>;  ///< by name, sorted

/// Made by the `open` of a format (safetensors.h, pytorch_file.h) or of any of them (weights_file.h). Views
/// stay valid as long as this lives, also when it moves. Safe to read from any thread.
class TensorFile {
  public:
    [[nodiscard]] const std::filesystem::path& path() const { return mapping_.path(); }
    [[nodiscard]] const std::map<std::string, std::string>& metadata() const { return metadata_; }
    /// Sorted.
    [[nodiscard]] std::vector<std::string> names() const;
    [[nodiscard]] bool contains(std::string_view name) const { return tensors_.contains(name); }
    /// @throws FileError naming the tensor if it is not there.
    [[nodiscard]] const TensorView& at(std::string_view name) const;
    [[nodiscard]] const TensorViews& tensors() const { return tensors_; }
    /// The whole file, as mapped.
    [[nodiscard]] std::span<const std::byte> contents() const { return mapping_.bytes(); }
    /// Bytes of tensors that had to be copied because the file does not hold them row-major; 0 for
    /// safetensors.
    [[nodiscard]] std::size_t copied_bytes() const;

  protected:
    TensorFile() = default;

    MappedFile mapping_;
    std::map<std::string, std::string> metadata_;
    TensorViews tensors_;
    std::deque<std::vector<std::byte>> copies_;
};

/// `name` for a message: in quotes, and cut where it is very long.
[[nodiscard]] std::string in_quotes(std::string_view name);

}  // namespace rv
