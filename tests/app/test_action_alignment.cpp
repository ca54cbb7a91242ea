#include <torch/torch.h>
// behind LibTorch, whose CHECK gives way to this one
#include <doctest/doctest.h>

#include "engine/app/vulkan_observer.h"
#include "engine/asset/assets_folder.h"
#include "engine/simulator/environment.h"
#include "world_model/evaluation/probe_reading.h"

using namespace rv;

// Data, worlds and evaluation all rest on it: the action of a step shows in the frame that the step returns.
TEST_CASE("[Environment] a turn out of rest shows in the frame of its own step, neither before nor behind") {
    VulkanObserver observer;
    const auto environment = simulator::create_environment(
        "village", {.width = 128, .height = 72, .drive = false, .prompt = "noon, clear, meadow"}, observer);
    constexpr int64_t kRest = 5, kTurn = 2, kPeriod = kRest + kTurn, kFrames = 1 + 8 * kPeriod;
    const auto frames = torch::empty({kFrames, 72, 128, 3}, torch::kUInt8);
    std::vector<int64_t> beginnings, wanted;
    simulator::Step step = environment->reset(2'000'003);
    for (int64_t t = 0; t < kFrames; ++t) {
        const int64_t phase = (t + kPeriod - 1) % kPeriod;  // 0 at frame 1
        Action action;
        if (t > 0 && phase >= kRest) action.turn = t / kPeriod % 2 == 0 ? 1.0f : -1.0f;
        if (phase == kRest && t > 0) {
            beginnings.push_back(t);
            wanted.push_back(action.turn > 0 ? 2 : 0);
        }
        if (t > 0) step = environment->step(action);
        const auto rgba =
            torch::from_blob(const_cast<uint8_t*>(step.observation.rgba.data()), {72, 128, 4}, torch::kUInt8);
        frames[t].copy_(rgba.slice(2, 0, 3));
    }
    auto probe = world_model::load_probe(asset::assets_folder() / "probes/village.safetensors");
    const auto read = world_model::read_motion(probe, frames).actions.select(1, 2);  // row i: frame i + 1
    int64_t before = 0, now = 0;
    for (size_t i = 0; i < beginnings.size(); ++i) {
        before += read[beginnings[i] - 2].item<int64_t>() == wanted[i];
        now += read[beginnings[i] - 1].item<int64_t>() == wanted[i];
    }
    REQUIRE(beginnings.size() == 8);
    CHECK(now >= 7);
    CHECK(before <= 1);
}
