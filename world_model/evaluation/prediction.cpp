#include "world_model/evaluation/prediction.h"

#include "world_model/evaluation/constant_motion.h"
#include "world_model/evaluation/metrics.h"

namespace rv::world_model {

std::vector<HorizonQuality> compare_guesses(std::span<const Guess> guesses, std::span<const int64_t> horizons,
                                            bool moving_only) {
    std::vector<HorizonQuality> result;
    for (const int64_t h : horizons) {
        HorizonQuality& quality = result.emplace_back();
        quality.horizon = h;
        for (const Guess& guess : guesses) {
            if (h > guess.size()) continue;
            const Clip& clip = *guess.truth;
            const int64_t last = guess.first - 1, t = last + h;
            const auto pose = [&](int64_t i) { return clip.poses[static_cast<size_t>(i)]; };
            if (moving_only && clip.has_poses && !moves(relative(pose(last), pose(t)))) continue;
            const auto truth = picture(clip.frames, t), shown = picture(clip.frames, last);
            const auto made = picture(guess.frames, h - 1);
            quality.psnr_db.add(guess.episode, psnr_db(made, truth));
            quality.ssim.add(guess.episode, ssim(made, truth));
            quality.copy_last_psnr_db.add(guess.episode, psnr_db(shown, truth));
            quality.copy_last_ssim.add(guess.episode, ssim(shown, truth));
            if (clip.inverse_depth.defined()) {
                quality.constant_motion_psnr_db.add(
                    guess.episode, psnr_db(quantised(constant_motion(clip, last, h)), truth));
            }
        }
    }
    return result;
}

Report report_prediction(std::span<const Guess> guesses, const std::string& name) {
    int64_t longest = 0;
    for (const Guess& guess : guesses) longest = std::max(longest, guess.size());
    std::vector<int64_t> horizons;
    for (int64_t h = 1; h <= longest; h += h < 4 ? 1 : 4) horizons.push_back(h);
    Report report;
    Plot psnr{
        name + "_psnr", {.title = "PSNR by horizon, " + name, .x_label = "frames", .y_label = "dB"}, {}};
    Plot likeness{
        name + "_ssim", {.title = "SSIM by horizon, " + name, .x_label = "frames", .y_label = ""}, {}};
    psnr.curves = {{"world", {}, {}}, {"copy last", {}, {}}, {"constant motion", {}, {}}};
    likeness.curves = {{"world", {}, {}}, {"copy last", {}, {}}};
    const auto put = [](Curve& curve, int64_t h, const Samples& samples) {
        curve.x.push_back(static_cast<double>(h));
        curve.y.push_back(samples.mean());
    };
    for (const HorizonQuality& q : compare_guesses(guesses, horizons, true)) {
        put(psnr.curves[0], q.horizon, q.psnr_db);
        put(psnr.curves[1], q.horizon, q.copy_last_psnr_db);
        put(psnr.curves[2], q.horizon, q.constant_motion_psnr_db);
        put(likeness.curves[0], q.horizon, q.ssim);
        put(likeness.curves[1], q.horizon, q.copy_last_ssim);
        if (q.horizon != 1 && q.horizon != 4 && q.horizon != 16 && q.horizon != 64) continue;
        const std::string at = name + (q.horizon == 1 ? ".next" : ".h" + std::to_string(q.horizon));
        report.figures.push_back({at + ".psnr_db",
                                  estimate(q.psnr_db),
                                  {{"copy_last_psnr_db", q.copy_last_psnr_db.mean()},
                                   {"constant_motion_psnr_db", q.constant_motion_psnr_db.mean()},
                                   {"frames", static_cast<double>(q.psnr_db.count())}},
                                  2});
        report.figures.push_back(
            {at + ".ssim", estimate(q.ssim), {{"copy_last_ssim", q.copy_last_ssim.mean()}}, 3});
    }
    report.plots = {psnr, likeness};
    return report;
}

}  // namespace rv::world_model
