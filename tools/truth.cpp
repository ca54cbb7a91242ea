#include "tools/truth.h"

#include <torch/torch.h>

#include "engine/app/vulkan_observer.h"
#include "engine/core/progress.h"
#include "engine/simulator/environment.h"

namespace rv::tools {
namespace {

void keep(world_model::Clip& clip, int64_t t, const simulator::Step& step, const std::string& prompt) {
    const auto& seen = step.observation;
    const auto rgba =
        torch::from_blob(const_cast<uint8_t*>(seen.rgba.data()), {seen.height, seen.width, 4}, torch::kUInt8);
    clip.frames[t].copy_(rgba.slice(2, 0, 3));
    clip.actions.push_back(step.action);
    clip.poses.push_back(seen.pose);
    clip.prompts.push_back(prompt);
}

}  // namespace

std::vector<world_model::Clip> play_truth(const TruthPlan& plan) {
    VulkanObserver observer;
    const auto environment = simulator::create_environment(
        plan.environment, {.width = plan.width, .height = plan.height, .drive = false, .prompt = {}},
        observer);
    std::vector<world_model::Clip> clips;
    ProgressBar progress("simulate", "frames",
                         static_cast<uint64_t>(plan.episodes) * static_cast<uint64_t>(plan.frames));
    uint64_t done = 0;
    for (int e = 0; e < plan.episodes; ++e) {
        world_model::Clip clip;
        clip.frames = torch::empty({plan.frames, plan.height, plan.width, 3}, torch::kUInt8);
        keep(clip, 0, environment->reset(plan.seed_start + static_cast<uint64_t>(e)), environment->prompt());
        for (int64_t t = 1; t < plan.frames; ++t) {
            keep(clip, t, environment->step(environment->policy()), environment->prompt());
            progress.update(++done);
        }
        clips.push_back(std::move(clip));
    }
    progress.finish();
    return clips;
}

}  // namespace rv::tools
