#pragma once
/// The files that torch.save writes since PyTorch 1.6: a zip archive of stored entries, with a pickle that
/// describes the tensors (`NAME/data.pkl`) and one entry of plain bytes for each storage (`NAME/data/0`,
/// ...).
///
///     const PytorchFile file = PytorchFile::open("agent.pt");
///     const TensorView weight = file.at("state_dict.conv_in.weight");
///
/// Nothing in the file is executed: pickle.h. Known are OrderedDict, Counter, set, torch.Size, torch.device,
/// torch's dtypes, scalars of NumPy, and torch's own functions that rebuild tensors and parameters.
///
/// Names: tensors in nested dictionaries, lists and tuples are named by the way to them, joined by dots; of a
/// list by place ("0", "1"), as are entries of a dictionary whose key is neither text nor a whole number
/// ("#3" for the fourth). A file that is one tensor gives it the name "tensor". metadata() has the
/// numbers, truth values and texts that are values of dictionaries, named the same way.
///
/// Tensors that share a storage share its bytes. A tensor that its storage does not hold row-major (a
/// transposed one, one in channels_last) is copied, within the memory that the file's own size allows.

#include "engine/core/tensor_file.h"

namespace rv {

class PytorchFile : public TensorFile {
  public:
    /// Allocates no more than the file's size and 64 MiB, whatever the file claims; views of row-major
    /// tensors lie in the mapping.
    /// @throws FileError if the file is missing, damaged or cut short, is of the format before 1.6, is
    /// TorchScript, is big-endian, asks for a function or a type of tensor that is not known, or has two
    /// tensors of one name.
    static PytorchFile open(const std::filesystem::path& path);
    /// The same, of a file that is mapped already.
    static PytorchFile read(MappedFile mapping);

    /// Whether `bytes` begin as a file of torch.save does, of this format or of an older one.
    [[nodiscard]] static bool recognises(std::span<const std::byte> bytes);
};

}  // namespace rv
