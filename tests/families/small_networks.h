#pragma once
/// Networks of other families, small enough for tests.

#include <torch/torch.h>

#include <filesystem>

#include "world_model/checkpoint.h"
#include "world_model/families/diamond/config.h"
#include "world_model/families/oasis/config.h"
#include "world_model/families/weights.h"

namespace rv::tests {

inline const std::filesystem::path kFamilyCases = "tests/data/families";

inline world_model::families::oasis::OasisConfig small_oasis() {
    world_model::families::oasis::OasisConfig c;
    c.input_h = 4;
    c.input_w = 6;
    c.in_channels = 4;
    c.hidden_size = 32;
    c.depth = 2;
    c.num_heads = 2;
    c.max_frames = 5;
    c.vae_patch_size = 4;
    c.vae_dim = 32;
    c.vae_enc_depth = 1;
    c.vae_dec_depth = 1;
    c.vae_heads = 2;
    c.ddim_steps = 4;
    return c;
}

inline world_model::families::diamond::DenoiserConfig small_denoiser() {
    world_model::families::diamond::DenoiserConfig c;
    c.num_steps_conditioning = 2;
    c.cond_channels = 16;
    c.depths = {1, 1};
    c.channels = {8, 16};
    c.attn_depths = {0, 1};
    c.num_actions = 6;
    return c;
}

/// Random tensors of those names and shapes, with `prefix` before the names.
inline world_model::TensorMap random_tensors(const world_model::families::WeightList& list, uint64_t seed,
                                             const std::string& prefix = {}) {
    world_model::families::RandomWeights random(seed, torch::kFloat32);
    world_model::TensorMap tensors;
    for (const auto& [name, shape] : list.required) tensors.emplace(prefix + name, random.take(name, shape));
    return tensors;
}

inline double largest_difference(const torch::Tensor& a, const torch::Tensor& b) {
    return (a.to(torch::kFloat64) - b.to(torch::kFloat64)).abs().max().item<double>();
}

}  // namespace rv::tests
