#include "engine/app/truth.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "engine/app/vulkan_observer.h"
#include "engine/core/error.h"
#include "engine/simulator/walk_in.h"
#include "world_model/evaluation/metrics.h"
#include "world_model/frame_tensor.h"

namespace rv::app {
namespace {

class SimulatorTruth final : public Truth {
  public:
    SimulatorTruth(const world_model::WorldInfo& info, const world_model::SimulatorStart& start,
                   const std::string& prompt)
        : environment_(simulator::create_environment(
              info.environment, {.width = info.width, .height = info.height, .drive = false, .prompt = {}},
              observer_)) {
        take(simulator::walk_in(*environment_, start.seed, prompt, start.walk));
        prompt_ = prompt;
    }
    void step(const Action& action, std::string_view prompt) override {
        if (!prompt.empty() && prompt != prompt_) {
            environment_->set_prompt(prompt);
            prompt_ = prompt;
        }
        take(environment_->step(action));
    }
    [[nodiscard]] std::span<const std::uint8_t> rgba() const override { return rgba_; }

  private:
    void take(const simulator::Step& step) {
        rgba_.assign(step.observation.rgba.begin(), step.observation.rgba.end());
    }

    VulkanObserver observer_;
    std::unique_ptr<simulator::Environment> environment_;
    std::string prompt_;
    std::vector<std::uint8_t> rgba_;
};

// (H, W, 4) -> (3, H, W) in [-1, 1].
at::Tensor tensor_of(std::span<const std::uint8_t> rgba, int width, int height) {
    // from_blob takes what it must not change for its own.
    const at::Tensor bytes =
        at::from_blob(const_cast<std::uint8_t*>(rgba.data()), {1, height, width, 4}, at::kByte);
    return world_model::frames_from_bytes(bytes.slice(3, 0, 3))[0].contiguous();
}

}  // namespace

std::unique_ptr<Truth> open_truth(const world_model::WorldInfo& info, int start_frame) {
    const auto index = static_cast<std::size_t>(start_frame);
    if (info.environment.empty() || start_frame < 0 || index >= info.simulator_starts.size() ||
        !info.simulator_starts[index]) {
        throw UsageError("this start frame was not taken in a simulator, so there is no truth to show beside",
                         "another start frame, or another world");
    }
    return std::make_unique<SimulatorTruth>(info, *info.simulator_starts[index], info.start_prompts[index]);
}

double psnr_db(std::span<const std::uint8_t> a, std::span<const std::uint8_t> b) {
    RV_ASSERT(a.size() == b.size() && !a.empty(), "pictures of one size");
    constexpr double kMostDb = 99;
    const auto pixels = static_cast<int>(a.size() / 4);
    return std::min(kMostDb, world_model::psnr_db(tensor_of(a, pixels, 1), tensor_of(b, pixels, 1)));
}

void write_difference(std::span<const std::uint8_t> a, std::span<const std::uint8_t> b,
                      std::span<std::uint8_t> out) {
    RV_ASSERT(a.size() == b.size() && a.size() == out.size(), "pictures of one size");
    for (std::size_t i = 0; i < a.size(); ++i) {
        const int difference = std::abs(static_cast<int>(a[i]) - static_cast<int>(b[i]));
        out[i] = i % 4 == 3 ? 255 : static_cast<std::uint8_t>(std::min(255, 2 * difference));
    }
}

void anchor(world_model::Rollout& rollout, const world_model::StepInput& input,
            std::span<const std::uint8_t> rgba, int width, int height) {
    RV_ASSERT(rgba.size() == static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 4,
              "a picture of that size");
    rollout.observe(tensor_of(rgba, width, height), input);
}

}  // namespace rv::app
