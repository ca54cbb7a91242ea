#include "world_model/evaluation/memory.h"

#include "world_model/evaluation/metrics.h"
#include "world_model/evaluation/prediction.h"

namespace rv::world_model {

Report report_maze(std::span<const Guess> guesses) {
    constexpr int64_t kEvery = 4;
    std::vector<int64_t> horizons;
    for (int64_t h = kEvery; h <= kMazeHorizon; h += kEvery) horizons.push_back(h);
    Samples psnr, likeness, copy_psnr, copy_ssim;
    Plot plot{"memory_maze", {.title = "Maze, PSNR by frame", .x_label = "frames", .y_label = "dB"}, {}};
    plot.curves = {{"world", {}, {}}, {"copy last", {}, {}}};
    const auto gather = [](Samples& all, const Samples& one) {
        for (const auto& [group, part] : one.groups())
            all.add(group, part.sum / static_cast<double>(part.count));
    };
    for (const HorizonQuality& q : compare_guesses(guesses, horizons, false)) {
        gather(psnr, q.psnr_db);
        gather(likeness, q.ssim);
        gather(copy_psnr, q.copy_last_psnr_db);
        gather(copy_ssim, q.copy_last_ssim);
        for (size_t c = 0; c < 2; ++c) {
            plot.curves[c].x.push_back(static_cast<double>(q.horizon));
            plot.curves[c].y.push_back((c == 0 ? q.psnr_db : q.copy_last_psnr_db).mean());
        }
    }
    Report report;
    report.figures = {{"memory.maze.psnr_db", estimate(psnr), {{"copy_last_psnr_db", copy_psnr.mean()}}, 2},
                      {"memory.maze.ssim", estimate(likeness), {{"copy_last_ssim", copy_ssim.mean()}}, 3}};
    report.plots = {plot};
    return report;
}

Report report_return(std::span<const Guess> guesses, const std::string& name) {
    Samples psnr, likeness, truth_psnr, truth_ssim, elsewhere_psnr, elsewhere_ssim;
    for (const Guess& guess : guesses) {
        const auto& truth = guess.truth->frames;
        const int64_t last = guess.size() - 1;
        const auto start = picture(truth, guess.first - 1), end = picture(guess.frames, last);
        const auto true_end = picture(truth, guess.first + last);
        // Half-way the same place looks another way: what a world scores that has forgotten where it was.
        const auto elsewhere = picture(truth, guess.first + last / 2);
        psnr.add(guess.episode, psnr_db(end, start));
        likeness.add(guess.episode, ssim(end, start));
        truth_psnr.add(guess.episode, psnr_db(true_end, start));
        truth_ssim.add(guess.episode, ssim(true_end, start));
        elsewhere_psnr.add(guess.episode, psnr_db(elsewhere, start));
        elsewhere_ssim.add(guess.episode, ssim(elsewhere, start));
    }
    Report report;
    const std::string at = "memory." + name;
    report.figures = {{at + ".psnr_db",
                       estimate(psnr),
                       {{"truth_psnr_db", truth_psnr.mean()}, {"elsewhere_psnr_db", elsewhere_psnr.mean()}},
                       2},
                      {at + ".ssim",
                       estimate(likeness),
                       {{"truth_ssim", truth_ssim.mean()}, {"elsewhere_ssim", elsewhere_ssim.mean()}},
                       3}};
    return report;
}

}  // namespace rv::world_model
