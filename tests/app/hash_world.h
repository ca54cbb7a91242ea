#pragma once
/// A world without a network, for what surrounds a world: every frame is a hash of all inputs so far, so that
/// any lost, doubled or changed input shows in every later frame.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "engine/app/generation.h"

namespace hash_world {

constexpr int kWidth = 16, kHeight = 8;

/// What tests look at and change; shared between a world, its rollouts and the test.
struct Probe {
    std::vector<rv::world_model::StepInput>
        steps;  ///< every step of every rollout; prompts point into `prompts`
    std::vector<std::string> prompts;
    std::function<void(std::uint64_t frame)> before_step;  ///< may throw or wait
    std::string digest = "hash-1";
    int salt = 0;  ///< other frames for the same inputs
    double frame_rate = 1000;
    int width = kWidth;
};

std::unique_ptr<rv::world_model::World> create(std::shared_ptr<Probe> probe,
                                               const rv::world_model::OpenOptions& options = {},
                                               const std::filesystem::path& folder = "hash");
/// Opens any folder except "missing", for which it throws.
rv::app::WorldOpener opener(std::shared_ptr<Probe> probe);

}  // namespace hash_world
