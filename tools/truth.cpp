#include "tools/truth.h"

#include <torch/torch.h>

#include "engine/app/vulkan_observer.h"
#include "engine/simulator/prompt.h"
#include "world_model/condition/depth.h"

namespace rv::tools {
namespace {

void keep(world_model::Clip& clip, int64_t t, const simulator::Step& step,
          const simulator::Environment& from) {
    const auto& seen = step.observation;
    const auto rgba =
        torch::from_blob(const_cast<uint8_t*>(seen.rgba.data()), {seen.height, seen.width, 4}, torch::kUInt8);
    clip.frames[t].copy_(rgba.slice(2, 0, 3));
    const auto depth =
        torch::from_blob(const_cast<float*>(seen.depth_m.data()), {seen.height, seen.width}, torch::kFloat32);
    clip.inverse_depth[t].copy_(2 * world_model::kDepthScaleM / (world_model::kDepthScaleM + depth) - 1);
    clip.actions.push_back(step.action);
    clip.poses.push_back(seen.pose);
    clip.prompts.push_back(from.prompt());
    clip.looks.push_back(
        from.spec().has_prompt ? simulator::canonical_name(simulator::parse_prompt(from.prompt())) : "");
    clip.intrinsics = seen.intrinsics;
}

}  // namespace

struct Truth::Stage {
    VulkanObserver observer;
    std::unique_ptr<simulator::Environment> environment;
    int width, height;
};

Truth::Truth(const std::string& environment, int width, int height) : stage_(std::make_unique<Stage>()) {
    stage_->width = width;
    stage_->height = height;
    stage_->environment = simulator::create_environment(
        environment, {.width = width, .height = height, .drive = false, .prompt = {}}, stage_->observer);
}

Truth::~Truth() = default;

const simulator::EnvironmentSpec& Truth::spec() const {
    return stage_->environment->spec();
}

world_model::Clip Truth::play(std::uint64_t seed, int64_t frames, const std::vector<TruthInput>& inputs) {
    simulator::Environment& environment = *stage_->environment;
    world_model::Clip clip;
    clip.seed = seed;
    clip.frames = torch::empty({frames, stage_->height, stage_->width, 3}, torch::kUInt8);
    clip.inverse_depth = torch::empty({frames, stage_->height, stage_->width}, torch::kFloat16);
    keep(clip, 0, environment.reset(seed), environment);
    for (int64_t t = 1; t < frames; ++t) {
        const auto i = static_cast<size_t>(t - 1);
        TruthInput input;
        if (i < inputs.size()) input = inputs[i];
        if (!input.prompt.empty()) environment.set_prompt(input.prompt);
        keep(clip, t, environment.step(input.action ? *input.action : environment.policy()), environment);
    }
    return clip;
}

}  // namespace rv::tools
