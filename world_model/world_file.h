#pragma once
/// world.toml as it is written; docs/worlds.md describes it.

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "world_model/world.h"

namespace rv::world_model {

inline constexpr const char* kWorldFile = "world.toml";

struct StartFrame {
    std::string name, file, prompt;
    std::vector<float> up = {0, 1, 0};  ///< the world's up in the camera's axes
    int64_t simulator_seed = -1;        ///< see SimulatorStart; negative: not from a simulator
    int simulator_walk = 0;
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(StartFrame, name, file, prompt, up, simulator_seed,
                                                simulator_walk)

struct WorldFile {
    std::string title, description, environment;
    int width = 0, height = 0;
    double frame_rate = 15, vertical_fov_degrees = 55;
    bool prompt = true, pose = true, depth = true, memory = true;
    std::string tokenizer = "tokenizer.safetensors", dynamics = "dynamics.safetensors", decoder;
    int sampler_steps = 3, max_sampler_steps = 8, decoder_steps = 1;
    double context_noise = 0.05, prompt_guidance = 1, trust = 0;
    std::vector<std::string> prompts;
    std::vector<StartFrame> start;
    nlohmann::json family =
        nlohmann::json::object();  ///< empty, or who else made the model: families/family.h
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(WorldFile, title, description, environment, width, height,
                                                frame_rate, vertical_fov_degrees, prompt, pose, depth, memory,
                                                tokenizer, dynamics, decoder, sampler_steps,
                                                max_sampler_steps, decoder_steps, context_noise,
                                                prompt_guidance, trust, prompts, start, family)

/// @throws FileError naming the key that is wrong.
WorldFile read_world_file(const std::filesystem::path& folder);
/// What the file says to everybody else.
WorldInfo info_from(const WorldFile& file, const std::filesystem::path& folder);

}  // namespace rv::world_model
