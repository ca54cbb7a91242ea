#include "engine/app/truth.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "engine/app/vulkan_observer.h"
#include "engine/core/error.h"
#include "engine/simulator/environment.h"

namespace rv::app {
namespace {

class SimulatorTruth final : public Truth {
  public:
    SimulatorTruth(const world_model::WorldInfo& info, const world_model::SimulatorStart& start,
                   const std::string& prompt)
        : environment_(simulator::create_environment(
              info.environment, {.width = info.width, .height = info.height, .drive = false, .prompt = {}},
              observer_)) {
        simulator::Step step = environment_->reset(start.seed);
        if (environment_->spec().has_prompt) environment_->set_prompt(prompt);
        prompt_ = prompt;
        for (int i = 0; i < start.walk; ++i) step = environment_->step(environment_->policy());
        take(step);
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
    double squares = 0;
    for (std::size_t i = 0; i < a.size(); i += 4) {
        for (std::size_t c = 0; c < 3; ++c) {
            const double d = static_cast<double>(a[i + c]) - static_cast<double>(b[i + c]);
            squares += d * d;
        }
    }
    const double mean = squares / (static_cast<double>(a.size()) * 0.75);
    return mean == 0 ? 99.0 : std::min(99.0, 10 * std::log10(255.0 * 255.0 / mean));
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
    // from_blob takes what it must not change for its own.
    const at::Tensor bytes =
        at::from_blob(const_cast<std::uint8_t*>(rgba.data()), {height, width, 4}, at::kByte);
    rollout.observe(bytes.permute({2, 0, 1}).slice(0, 0, 3).to(at::kFloat).div(127.5).sub(1.0).contiguous(),
                    input);
}

}  // namespace rv::app
