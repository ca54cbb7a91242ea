#include "world_model/evaluation/guess.h"

#include "engine/core/progress.h"

namespace rv::world_model {

Guess continue_clip(World& world, const Clip& clip, int64_t start, const GuessPlan& plan) {
    torch::NoGradGuard no_grad;
    const CameraPose& origin = clip.poses[static_cast<size_t>(start)];
    const auto input_at = [&](int64_t t, bool with_pose) {
        const auto i = static_cast<size_t>(t);
        StepInput input{.action = clip.actions[i],
                        .pose = {},
                        .prompt = clip.prompts[i],
                        .sampler_steps = plan.sampler_steps};
        if (with_pose && clip.has_poses) input.pose = relative(origin, clip.poses[i]);
        return input;
    };
    const glm::vec3 up = glm::conjugate(origin.orientation) * glm::vec3(0, 1, 0);
    const auto rollout = world.start_from(picture(clip.frames, start), plan.seed, up);
    int64_t t = start + 1;
    for (; t < start + plan.context; ++t) rollout->observe(picture(clip.frames, t), input_at(t, true));

    Guess guess;
    guess.truth = &clip;
    guess.first = t;
    const int64_t K = std::min(plan.horizon, clip.size() - t);
    guess.frames = torch::empty({K, clip.frames.size(1), clip.frames.size(2), 3}, torch::kUInt8);
    for (int64_t k = 0; k < K; ++k, ++t) {
        rollout->step(input_at(t, plan.true_poses));
        guess.frames[k].copy_(bytes_of(rollout->frame()));
        guess.poses.push_back(origin * rollout->pose());
    }
    return guess;
}

std::vector<Guess> continue_clips(World& world, std::span<const Clip> clips, const GuessPlan& plan,
                                  const std::string& label) {
    std::vector<std::pair<int64_t, int64_t>> starts;
    for (size_t e = 0; e < clips.size(); ++e) {
        const int64_t least = plan.context + std::min(plan.horizon, plan.least_horizon);
        for (int64_t s = 0; s + least <= clips[e].size(); s += plan.stride)
            starts.emplace_back(static_cast<int64_t>(e), s);
    }
    ProgressBar progress(label, "rollouts", starts.size());
    std::vector<Guess> guesses;
    for (const auto& [episode, start] : starts) {
        guesses.push_back(continue_clip(world, clips[static_cast<size_t>(episode)], start, plan));
        guesses.back().episode = episode;
        progress.update(guesses.size());
    }
    progress.finish();
    return guesses;
}

}  // namespace rv::world_model
