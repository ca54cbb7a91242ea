#include "world_model/evaluation/codec_quality.h"

#include <algorithm>
#include <chrono>

#include "engine/core/error.h"
#include "engine/core/progress.h"
#include "world_model/evaluation/metrics.h"
#include "world_model/frame_tensor.h"
#include "world_model/tokenizer/video_tokenizer.h"

namespace rv::world_model {
namespace {

constexpr int64_t kFilmGroups = 2;  // latents of a film behind its first frame's own
constexpr int64_t kSmallestSide = 11;

using Clock = std::chrono::steady_clock;

double median(std::vector<double> values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::ranges::nth_element(values, middle);
    return *middle;
}

struct Quality {
    Samples psnr, likeness, flicker, motion;
    std::vector<double> encode_ms, decode_ms;  // of a frame
    double ratio = 0;                          // numbers of a picture for each one of its latent
};

class Measurement {
  public:
    Measurement(Tokenizer& tokenizer, torch::Device device, torch::ScalarType dtype)
        : tokenizer_(tokenizer),
          video_(dynamic_cast<VideoTokenizer*>(&tokenizer)),
          device_(device),
          dtype_(dtype) {}

    /// Frames [first, first + T) of (N, H, W, 3) uint8, as one film; as a picture if T is 1.
    void run(const torch::Tensor& frames, int64_t first, int64_t T, int64_t group, Quality& to) const {
        const int64_t side = tokenizer_.downscale();
        const int64_t H = frames.size(1) / side * side, W = frames.size(2) / side * side;
        const auto truth = frames_from_bytes(
            frames.slice(0, first, first + T).slice(1, 0, H).slice(2, 0, W));  // (T, 3, H, W)
        const auto given = truth.to(device_, dtype_);
        const auto begin = now();
        const auto latent =
            T == 1 ? tokenizer_.encode(given) : video_->encode_video(given.transpose(0, 1).unsqueeze(0));
        const auto between = now();
        const auto back = T == 1 ? tokenizer_.decode(latent).frame
                                 : video_->decode_video(latent).squeeze(0).transpose(0, 1);
        const auto end = now();
        to.encode_ms.push_back(milliseconds(begin, between) / static_cast<double>(T));
        to.decode_ms.push_back(milliseconds(between, end) / static_cast<double>(T));
        to.ratio = static_cast<double>(truth.numel()) / static_cast<double>(latent.numel());
        const auto pictures = back.to(torch::kCPU, torch::kFloat32);
        torch::Tensor error;  // of the frame before
        for (int64_t t = 0; t < T; ++t) {
            const auto seen = quantised(pictures[t]);
            to.psnr.add(group, psnr_db(seen, truth[t]));
            to.likeness.add(group, ssim(seen, truth[t]));
            if (t > 0) {
                to.flicker.add(group, mean_levels((seen - truth[t]) - error));
                to.motion.add(group, mean_levels(truth[t] - truth[t - 1]));
            }
            error = seen - truth[t];
        }
    }

    /// 1 if it does not span time.
    [[nodiscard]] int64_t film_frames() const {
        return video_ && video_->frames_per_latent() > 1 ? 1 + kFilmGroups * video_->frames_per_latent() : 1;
    }

  private:
    // Work on a GPU ends when its result is here.
    [[nodiscard]] Clock::time_point now() const {
        if (device_.is_cuda()) torch::cuda::synchronize();
        return Clock::now();
    }
    static double milliseconds(Clock::time_point begin, Clock::time_point end) {
        return std::chrono::duration<double, std::milli>(end - begin).count();
    }

    Tokenizer& tokenizer_;
    VideoTokenizer* video_;
    torch::Device device_;
    torch::ScalarType dtype_;
};

void add(Report& report, const std::string& prefix, const Quality& quality) {
    const auto plain = [](double value) { return Estimate{.value = value, .count = 1}; };
    report.figures.push_back({prefix + ".psnr_db", estimate(quality.psnr), {}, 2});
    report.figures.push_back({prefix + ".ssim", estimate(quality.likeness), {}, 3});
    if (quality.flicker.count() > 0)
        report.figures.push_back({prefix + ".flicker_levels",
                                  estimate(quality.flicker),
                                  {{"truth_change_levels", quality.motion.mean()}},
                                  2});
    report.figures.push_back({prefix + ".compression", plain(quality.ratio), {}, 1});
    report.figures.push_back({prefix + ".encode_ms", plain(median(quality.encode_ms)), {}, 2});
    report.figures.push_back({prefix + ".decode_ms", plain(median(quality.decode_ms)), {}, 2});
}

}  // namespace

Report report_codec(Tokenizer& tokenizer, torch::Device device, torch::ScalarType dtype,
                    std::span<const Clip> clips, int64_t stride) {
    torch::NoGradGuard no_grad;
    const Measurement measurement(tokenizer, device, dtype);
    const int64_t film = measurement.film_frames(), least = std::max(tokenizer.downscale(), kSmallestSide);
    Quality pictures, films;
    ProgressBar progress("tokenizer", "clips", clips.size());
    for (size_t i = 0; i < clips.size(); ++i) {
        const auto& frames = clips[i].frames;
        if (frames.size(1) < least || frames.size(2) < least)
            throw UsageError("the frames are smaller than " + std::to_string(least) + " pixels a side",
                             "data of another size");
        for (int64_t t = 0; t < frames.size(0); t += stride) {
            measurement.run(frames, t, 1, static_cast<int64_t>(i), pictures);
            if (film > 1 && t + film <= frames.size(0))
                measurement.run(frames, t, film, static_cast<int64_t>(i), films);
        }
        progress.update(i + 1);
    }
    progress.finish();
    Report report;
    if (!pictures.encode_ms.empty()) add(report, "tokenizer", pictures);
    if (!films.encode_ms.empty()) add(report, "tokenizer.film", films);
    if (film > 1 && films.encode_ms.empty())
        report.remarks.push_back("no episode has the " + std::to_string(film) + " frames of a film");
    return report;
}

}  // namespace rv::world_model
