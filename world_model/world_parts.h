#pragma once
/// A world made of a tokenizer, a dynamics and a decoder, as its rollouts share it.

#include <torch/torch.h>

#include <memory>
#include <string>

#include "world_model/parts.h"
#include "world_model/world_file.h"

namespace rv::world_model {

/// What all rollouts of one world share; immutable after opening, except for the networks' own scratch
/// memory.
struct WorldParts {
    WorldInfo info;
    std::string digest;
    torch::Device device = torch::kCPU;
    torch::ScalarType dtype = torch::kFloat32;
    std::shared_ptr<Tokenizer> tokenizer;
    std::shared_ptr<Dynamics> dynamics;
    std::shared_ptr<Decoder> decoder;  ///< null: the tokenizer's own
    Intrinsics intrinsics;             ///< of the tokenizer's pictures; info has those of the shown frames
    double context_noise = 0.05;
    int decoder_steps = 1;
    double prompt_guidance = 1;  ///< while a new prompt's look settles
    double trust = 0;            ///< see SamplerSettings; not while a new look settles
    bool memory = true;          ///< draws kept frames; otherwise the last one alone

    /// Whether kept frames are kept as shown too.
    [[nodiscard]] bool keeps_shown() const { return decoder && decoder->remembers(); }
    /// (3, H, W) as shown -> (1, 3, H, W) as the tokenizer takes it.
    [[nodiscard]] torch::Tensor for_tokenizer(const torch::Tensor& frame) const;
    /// How to sample a step. @param settling see SpatialMemory: a new prompt's look has not settled yet
    [[nodiscard]] SamplerSettings sampler(const StepInput& input, bool settling) const;
    /// A latent as a frame to show, (3, H, W) in [-1, 1] float32. @param decoded the tokenizer's, of `latent`
    torch::Tensor paint(const torch::Tensor& latent, const Decoded& decoded, const PaintedBefore& before,
                        Noise noise) const;
};

/// Loads what a latent world's file names. @throws FileError, DeviceError.
WorldParts open_parts(const WorldFile& file, const std::filesystem::path& folder, const OpenOptions& options);

}  // namespace rv::world_model
