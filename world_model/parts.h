#pragma once
/// The registry: builds the parts that a world names, from their checkpoints.

#include <filesystem>
#include <memory>

#include "world_model/decoder/decoder.h"
#include "world_model/dynamics/dynamics.h"
#include "world_model/tokenizer/tokenizer.h"

namespace rv::world_model {

/// Each reads "kind" and "config" from the checkpoint's metadata, builds that network, loads it and prepares
/// it. Shared pointers because LibTorch modules live in nothing else.
/// @throws FileError for a damaged file, weights that do not fit, or an unknown kind (listing the known
/// ones).
std::shared_ptr<Tokenizer> load_tokenizer(const std::filesystem::path& file, torch::Device device,
                                          torch::ScalarType dtype);
std::shared_ptr<Dynamics> load_dynamics(const std::filesystem::path& file, torch::Device device,
                                        torch::ScalarType dtype);
std::shared_ptr<Decoder> load_decoder(const std::filesystem::path& file, torch::Device device,
                                      torch::ScalarType dtype);

/// Digest of a file's bytes, 16 hexadecimal digits (FNV-1a, 64 bits).
std::string file_digest(const std::filesystem::path& file);

}  // namespace rv::world_model
