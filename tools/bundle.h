#pragma once
/// Putting trained parts and starting frames together to a world, for the command and for recipes.

#include <cstdint>
#include <string>
#include <vector>

namespace rv::tools {

struct BundleOptions {
    std::string environment = "village", title, description;
    std::string data;  ///< a dataset: gives size, lens, rate and starting frames instead of the simulator
    std::string tokenizer, dynamics, decoder, out;
    int width = 128, height = 72;
    uint64_t seed_start = 3'000'000;
    int starts = 6, walk = 60;
    std::vector<std::string> prompts;
    int sampler_steps = 3, decoder_steps = 1;
    double context_noise = 0.05, prompt_guidance = 1, trust = 0;
};

/// Writes the world's folder. @throws Error
void bundle(const BundleOptions& options);

}  // namespace rv::tools
