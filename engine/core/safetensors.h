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

#include <span>

#include "engine/core/tensor_file.h"

namespace rv {

/// A safetensors file opened for reading.
class SafetensorsFile : public TensorFile {
  public:
    /// Allocates no more than the file's size and 64 MiB, whatever the file claims.
    /// @throws FileError if the file is missing, foreign, cut short or contradicts itself.
    static SafetensorsFile open(const std::filesystem::path& path);
    /// The same, of a file that is mapped already.
    static SafetensorsFile read(MappedFile mapping);
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
