#include "world_model/evaluation/prediction.h"

#include <cmath>

#include "engine/core/progress.h"
#include "world_model/evaluation/metrics.h"
#include "world_model/frame_tensor.h"

namespace rv::world_model {
namespace {

torch::Tensor picture(const Clip& clip, int64_t t) {
    return frames_from_bytes(clip.frames.slice(0, t, t + 1))[0];
}

// As a rollout shows it: in 8 bits.
torch::Tensor quantised(const torch::Tensor& frame) {
    return ((frame.cpu() + 1) * 127.5f).round().clamp(0, 255) / 127.5f - 1;
}

bool moves(const CameraPose& from, const CameraPose& to, const PredictionConfig& config) {
    const CameraPose motion = relative(from, to);
    const double angle = 2 * std::acos(std::min(1.0f, std::abs(motion.orientation.w)));
    return glm::length(motion.position) > config.moving_m || angle > config.moving_rad;
}

void predict(World& world, const Clip& clip, int64_t start, const PredictionConfig& config,
             PredictionResult& sums) {
    const auto input_at = [&](int64_t t, bool with_pose) {
        const auto i = static_cast<size_t>(t);
        StepInput input{.action = clip.actions[i],
                        .pose = {},
                        .prompt = clip.prompts[i],
                        .sampler_steps = config.sampler_steps};
        if (with_pose) input.pose = relative(clip.poses[static_cast<size_t>(start)], clip.poses[i]);
        return input;
    };
    const glm::vec3 up =
        glm::conjugate(clip.poses[static_cast<size_t>(start)].orientation) * glm::vec3(0, 1, 0);
    const auto rollout = world.start_from(picture(clip, start), config.seed, up);
    int64_t t = start + 1;
    for (; t < start + config.context; ++t) rollout->observe(picture(clip, t), input_at(t, true));
    const torch::Tensor last = picture(clip, t - 1);
    const CameraPose& last_pose = clip.poses[static_cast<size_t>(t - 1)];
    for (int k = 0; k < config.horizon; ++k, ++t) {
        rollout->step(input_at(t, config.true_poses));
        if (!moves(last_pose, clip.poses[static_cast<size_t>(t)], config)) continue;
        const auto truth = picture(clip, t);
        const auto guess = quantised(rollout->frame());
        const auto i = static_cast<size_t>(k);
        sums.psnr_db[i] += psnr_db(guess, truth);
        sums.ssim[i] += ssim(guess, truth);
        sums.copy_last_psnr_db[i] += psnr_db(last, truth);
        ++sums.count[i];
    }
}

}  // namespace

PredictionResult evaluate_prediction(World& world, std::span<const Clip> clips,
                                     const PredictionConfig& config) {
    torch::NoGradGuard no_grad;
    const auto K = static_cast<size_t>(config.horizon);
    PredictionResult result{std::vector<double>(K), std::vector<double>(K), std::vector<double>(K),
                            std::vector<int64_t>(K)};
    std::vector<std::pair<const Clip*, int64_t>> starts;
    for (const Clip& clip : clips) {
        for (int64_t s = 0; s + config.context + config.horizon <= clip.frames.size(0); s += config.stride)
            starts.emplace_back(&clip, s);
    }
    ProgressBar progress("predict", "rollouts", starts.size());
    uint64_t done = 0;
    for (const auto& [clip, start] : starts) {
        predict(world, *clip, start, config, result);
        progress.update(++done);
    }
    progress.finish();
    for (size_t k = 0; k < K; ++k) {
        const double n = static_cast<double>(result.count[k]);
        for (auto* sums : {&result.psnr_db, &result.ssim, &result.copy_last_psnr_db}) (*sums)[k] /= n;
    }
    return result;
}

double evaluate_tokenizer(World& world, std::span<const Clip> clips, int stride) {
    torch::NoGradGuard no_grad;
    double sum = 0;
    int64_t count = 0;
    for (const Clip& clip : clips) {
        for (int64_t t = 0; t < clip.frames.size(0); t += stride, ++count) {
            const auto truth = picture(clip, t);
            const auto given_back = world.reconstruct(truth);
            const int64_t reduce = truth.size(2) / given_back.size(2);
            sum += psnr_db(quantised(given_back), reduce > 1 ? torch::avg_pool2d(truth, reduce) : truth);
        }
    }
    return sum / static_cast<double>(count);
}

}  // namespace rv::world_model
