#pragma once
/// A file of weights in any of the formats that are read: safetensors, or what torch.save writes.
///
///     const WeightsFile file = WeightsFile::open("diamond.ckpt");
///     const TensorViews weights = file.tensors_under(file.wrapping_entry());

#include "engine/core/tensor_file.h"

namespace rv {

class WeightsFile : public TensorFile {
  public:
    enum class Format { Safetensors, Pytorch };

    /// Recognises the format by the content; safetensors.h and pytorch_file.h say what each promises.
    /// @throws FileError if the file is missing, of another format, damaged, or asks for what is not
    /// harmless.
    static WeightsFile open(const std::filesystem::path& path);

    [[nodiscard]] Format format() const { return format_; }
    /// "safetensors" or "PyTorch"
    [[nodiscard]] std::string_view format_name() const;

    /// The tensors whose names begin with "entry.", without that beginning; all of them for an empty entry.
    [[nodiscard]] TensorViews tensors_under(std::string_view entry) const;

    /// The entry in which people wrap the weights when they save other things beside them ("state_dict",
    /// "model", ...; also one in another, "model.state_dict"), or nothing. A network can have a part of such
    /// a name itself: try the names as they are first.
    [[nodiscard]] std::string wrapping_entry() const;

  private:
    WeightsFile(TensorFile&& file, Format format) : TensorFile(std::move(file)), format_(format) {}

    Format format_;
};

}  // namespace rv
