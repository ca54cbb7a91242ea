#include "world_model/evaluation/look_reading.h"

#include <algorithm>

namespace rv::world_model {
namespace {

struct LookScore {
    Samples mean;
    std::vector<Samples> attribute;

    // @param values (attributes) int64 as read
    void add(int64_t group, const torch::Tensor& values, const std::string& look, const ProbeConfig& known) {
        attribute.resize(known.values.size());
        const auto wanted = look_values(look);
        for (size_t a = 0; a < known.values.size() && a < wanted.size(); ++a) {
            const auto read = static_cast<size_t>(values[static_cast<int64_t>(a)].item<int64_t>());
            const bool right = known.values[a][read] == wanted[a];
            mean.add(group, right);
            attribute[a].add(group, right);
        }
    }
};

}  // namespace

int64_t switch_frame(const Clip& clip) {
    const auto changed = std::ranges::adjacent_find(clip.looks, std::ranges::not_equal_to{});
    return changed == clip.looks.end() ? clip.size() : changed - clip.looks.begin() + 1;
}

Report report_looks(std::span<const Guess> guesses, Probe& probe) {
    Report report;
    const ProbeConfig& known = probe->config();
    Plot plot{"prompt",
              {.title = "Look read after a new prompt", .x_label = "frames", .y_label = "share right"},
              {}};
    plot.curves = {{"generated", {}, {}}, {"real", {}, {}}};
    for (const int64_t after : {2, 4, 8, 16, 24, 32}) {
        LookScore generated, real, before;
        for (const Guess& guess : guesses) {
            const Clip& clip = *guess.truth;
            const int64_t t = switch_frame(clip) + after - 1, k = t - guess.first;
            if (t >= clip.size() || k >= guess.size()) continue;
            const std::string& look = clip.looks[static_cast<size_t>(t)];
            const auto read = [&](const torch::Tensor& frames, int64_t i) {
                return read_looks(probe, frames.slice(0, i, i + 1))[0];
            };
            generated.add(guess.episode, read(guess.frames, k), look, known);
            real.add(guess.episode, read(clip.frames, t), look, known);
            before.add(guess.episode, read(clip.frames, switch_frame(clip) - 1), look, known);
        }
        plot.curves[0].x.push_back(static_cast<double>(after));
        plot.curves[0].y.push_back(generated.mean.mean());
        plot.curves[1].x.push_back(static_cast<double>(after));
        plot.curves[1].y.push_back(real.mean.mean());
        if (after != 8 && after != 32) continue;
        const std::string n = "_" + std::to_string(after);
        report.figures.push_back(
            {"prompt.accuracy" + n,
             estimate(generated.mean),
             {{"real_accuracy" + n, real.mean.mean()}, {"unchanged_accuracy" + n, before.mean.mean()}},
             3});
        for (size_t a = 0; a < generated.attribute.size() && a < known.attributes.size(); ++a) {
            report.figures.push_back({"prompt." + known.attributes[a] + ".accuracy" + n,
                                      estimate(generated.attribute[a]),
                                      {{"real_accuracy" + n, real.attribute[a].mean()}},
                                      3});
        }
    }
    report.plots = {plot};
    return report;
}

}  // namespace rv::world_model
