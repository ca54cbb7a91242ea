#include "world_model/evaluation/tokenizer_quality.h"

#include "engine/core/progress.h"
#include "world_model/evaluation/metrics.h"

namespace rv::world_model {
namespace {

constexpr int kWarmUp = 2;  // first frames are slower: memory, kernels

struct Times {
    Samples encode_ms, decode_ms;
    CodecReport last;
};

// The truth at the resolution of what the tokenizer gives back.
torch::Tensor like(const torch::Tensor& given, const torch::Tensor& truth) {
    const int64_t reduce = truth.size(2) / given.size(2);
    return reduce > 1 ? torch::avg_pool2d(truth, reduce) : truth;
}

Times measure_times(const World& world, const torch::Tensor& frame) {
    Times times;
    for (int i = 0; i < 20 + kWarmUp; ++i) {
        times.last = world.codec(frame);
        if (i < kWarmUp) continue;
        times.encode_ms.add(i, times.last.encode_ms);
        times.decode_ms.add(i, times.last.decode_ms);
    }
    return times;
}

}  // namespace

Report report_tokenizer(const World& world, std::span<const Clip> clips, int64_t stride) {
    torch::NoGradGuard no_grad;
    Samples psnr, likeness, flicker, motion, shown_psnr, shown_likeness, shown_sharpness;
    ProgressBar progress("tokenizer", "clips", clips.size());
    for (size_t e = 0; e < clips.size(); ++e) {
        const auto& frames = clips[e].frames;
        const auto episode = static_cast<int64_t>(e);
        for (int64_t t = 0; t + 1 < frames.size(0); t += stride) {
            const auto shown = picture(frames, t), shown_next = picture(frames, t + 1);
            const auto repainted = quantised(world.repaint(shown));
            shown_psnr.add(episode, psnr_db(repainted, shown));
            shown_likeness.add(episode, ssim(repainted, shown));
            shown_sharpness.add(episode, sharpness(repainted) / sharpness(shown));
            const auto given = quantised(world.reconstruct(shown));
            const auto given_next = quantised(world.reconstruct(shown_next));
            const auto truth = like(given, shown), next = like(given_next, shown_next);
            psnr.add(episode, psnr_db(given, truth));
            likeness.add(episode, ssim(given, truth));
            flicker.add(episode, mean_levels((given_next - next) - (given - truth)));
            motion.add(episode, mean_levels(next - truth));
        }
        progress.update(e + 1);
    }
    progress.finish();

    Report report;
    report.figures = {
        {"tokenizer.psnr_db", estimate(psnr), {}, 2},
        {"tokenizer.ssim", estimate(likeness), {}, 3},
        {"tokenizer.flicker_levels",
         estimate(flicker),
         {{"truth_change_levels", motion.mean()}, {"flicker_share", flicker.mean() / motion.mean()}},
         2},
        {"decoder.psnr_db", estimate(shown_psnr), {}, 2},
        {"decoder.ssim", estimate(shown_likeness), {}, 3},
        {"decoder.sharpness", estimate(shown_sharpness), {}, 3}};
    const auto frame = picture(clips.front().frames, 0);
    const Times times = measure_times(world, frame);
    Estimate ratio;
    ratio.value = static_cast<double>(world.reconstruct(frame).numel()) / static_cast<double>(times.last.latent_bytes);
    report.figures.push_back({"tokenizer.compression",
                              ratio,
                              {{"latent_bytes", static_cast<double>(times.last.latent_bytes)}},
                              1});
    report.figures.push_back({"tokenizer.encode_ms", estimate(times.encode_ms), {}, 2});
    report.figures.push_back({"tokenizer.decode_ms", estimate(times.decode_ms), {}, 2});
    return report;
}

}  // namespace rv::world_model
