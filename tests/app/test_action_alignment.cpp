#include <doctest/doctest.h>
#include <torch/torch.h>

#include "engine/app/vulkan_observer.h"
#include "engine/asset/assets_folder.h"
#include "engine/simulator/environment.h"
#include "world_model/evaluation/action_reading.h"

using namespace rv;

// Data, worlds and evaluation all rest on it: the action of a step shows in the frame that the step returns.
TEST_CASE("[Environment] an action shows in the frame of its own step, neither before nor behind") {
    VulkanObserver observer;
    const auto environment = simulator::create_environment(
        "village", {.width = 128, .height = 72, .drive = false, .prompt = "noon, clear, meadow"}, observer);
    const std::vector<Action> kinds = {{.turn = 1},    {},           {.turn = -1},
                                       {.forward = 1}, {.turn = -1}, {.turn = 1}};
    constexpr int64_t kFrames = 48, kHold = 4;
    std::vector<Action> given;
    const auto frames = torch::empty({kFrames, 72, 128, 3}, torch::kUInt8);
    simulator::Step step = environment->reset(2'000'003);
    for (int64_t t = 0; t < kFrames; ++t) {
        if (t > 0) step = environment->step(kinds[static_cast<size_t>(t / kHold) % kinds.size()]);
        const auto rgba =
            torch::from_blob(const_cast<uint8_t*>(step.observation.rgba.data()), {72, 128, 4}, torch::kUInt8);
        frames[t].copy_(rgba.slice(2, 0, 3));
        given.push_back(step.action);
    }
    auto probe = world_model::load_probe(asset::assets_folder() / "probes/village.safetensors");
    const auto read = world_model::read_motion(probe, frames).actions;
    constexpr size_t kTurn = 2;
    const auto share = [&](int64_t shift) {
        const auto score = world_model::score_reading(read, given, shift);
        return static_cast<double>(score.right[kTurn]) / static_cast<double>(score.rows);
    };
    CHECK(share(0) > 0.85);
    CHECK(share(-1) < share(0) - 0.05);
    CHECK(share(1) < share(0) - 0.05);
}
