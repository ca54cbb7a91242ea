#include "world_model/evaluation/drift.h"

#include <algorithm>
#include <cmath>

#include "world_model/evaluation/metrics.h"

namespace rv::world_model {
namespace {

// What is measured of each frame, in one pass over them.
struct FrameFacts {
    torch::Tensor sharpness, contrast, change;  // (T); change[t] is the difference from t - 1
    torch::Tensor colour;                       // (T, 3)
};

FrameFacts facts_of(const torch::Tensor& frames) {
    const int64_t T = frames.size(0);
    const auto scalars = torch::zeros({T, 3}, torch::kFloat64), colours = torch::zeros({T, 3});
    torch::Tensor before;
    for (int64_t t = 0; t < T; ++t) {
        const auto x = picture(frames, t);
        scalars[t][0] = sharpness(x);
        scalars[t][1] = x.mean(0).std().item<double>() * 127.5;
        if (t > 0) scalars[t][2] = mean_levels(x - before);
        colours[t].copy_(x.mean({1, 2}) * 127.5);
        before = x;
    }
    return {scalars.select(1, 0), scalars.select(1, 1), scalars.select(1, 2), colours};
}

// Rows of frames in [begin, end) that were told to move.
torch::Tensor moving_rows(const Guess& guess, int64_t begin, int64_t end) {
    constexpr std::array<int64_t, kActionAxes.size()> kStill = {1, 1, 1, 1};
    std::vector<int64_t> rows;
    for (int64_t k = std::max<int64_t>(begin, 1); k < end; ++k) {
        if (action_classes(guess.truth->actions[static_cast<size_t>(guess.first + k)]) != kStill)
            rows.push_back(k);
    }
    return torch::tensor(rows, torch::kInt64);
}

double average(const torch::Tensor& values) {
    return values.mean().item<double>();
}

}  // namespace

std::vector<DriftWindow> drift_windows(const Guess& guess, Probe* probe, int64_t window) {
    const auto truth = guess.truth->frames.slice(0, guess.first, guess.first + guess.size());
    const FrameFacts made = facts_of(guess.frames), real = facts_of(truth);
    torch::Tensor made_features, real_features;
    if (probe != nullptr) {
        made_features = read_features(*probe, guess.frames);
        real_features = read_features(*probe, truth);
    }
    const double real_sharpness = average(real.sharpness), real_contrast = average(real.contrast);
    const double real_change = average(real.change.index_select(0, moving_rows(guess, 0, guess.size())));
    const auto real_colour = real.colour.mean(0);
    std::vector<DriftWindow> windows;
    for (int64_t begin = 0; begin + window <= guess.size(); begin += window) {
        const int64_t end = begin + window;
        DriftWindow w;
        w.begin = begin;
        w.size = window;
        const auto sharp = (made.sharpness.slice(0, begin, end) / real_sharpness).contiguous();
        w.sharpness = average(sharp);
        w.frame_sharpness.assign(sharp.data_ptr<double>(), sharp.data_ptr<double>() + window);
        w.change = average(made.change.index_select(0, moving_rows(guess, begin, end))) / real_change;
        w.contrast = average(made.contrast.slice(0, begin, end)) / real_contrast;
        w.colour_shift_levels =
            (made.colour.slice(0, begin, end).mean(0) - real_colour).norm().item<double>();
        w.frechet = w.real_frechet = std::nan("");
        if (probe != nullptr && window < guess.size()) {
            const auto outside = torch::cat({real_features.slice(0, 0, begin), real_features.slice(0, end)});
            w.frechet = frechet_distance(made_features.slice(0, begin, end), outside);
            w.real_frechet = frechet_distance(real_features.slice(0, begin, end), outside);
        }
        windows.push_back(std::move(w));
    }
    return windows;
}

namespace {

struct Extremes {
    Samples sharpness;
    double sharpness_min = INFINITY, sharpness_max = -INFINITY, change_min = INFINITY, colour_max = 0;
    double frechet_max = -INFINITY, real_frechet_max = -INFINITY;
    int64_t frames = 0, collapsed_at = -1, frozen_at = -1;

    void add(const DriftWindow& w, int64_t group) {
        for (const double s : w.frame_sharpness) sharpness.add(group, s);
        sharpness_min = std::min(sharpness_min, w.sharpness);
        sharpness_max = std::max(sharpness_max, w.sharpness);
        change_min = std::min(change_min, w.change);
        colour_max = std::max(colour_max, w.colour_shift_levels);
        frechet_max = std::max(frechet_max, w.frechet);
        real_frechet_max = std::max(real_frechet_max, w.real_frechet);
        frames = std::max(frames, w.begin + w.size);
        const bool collapsed = w.sharpness < kCollapsedBelow || w.sharpness > kCollapsedAbove;
        if (collapsed && collapsed_at < 0) collapsed_at = w.begin;
        if (w.change < kFrozenBelow && frozen_at < 0) frozen_at = w.begin;
    }
};

Estimate plain(double value) {
    Estimate estimate;
    estimate.value = value;
    return estimate;
}

Report figures_of(const Extremes& x, const std::string& name) {
    Report report;
    report.figures = {
        {name + ".sharpness", estimate(x.sharpness), {{"frames", static_cast<double>(x.frames)}}, 3},
        {name + ".sharpness_min", plain(x.sharpness_min), {}, 3},
        {name + ".sharpness_max", plain(x.sharpness_max), {}, 3},
        {name + ".change_min", plain(x.change_min), {}, 3},
        {name + ".colour_shift_max_levels", plain(x.colour_max), {}, 1},
        {name + ".frechet_max", plain(x.frechet_max), {{"real_frechet_max", x.real_frechet_max}}, 2},
        {name + ".collapsed", plain(x.collapsed_at >= 0), {}, 0},
        {name + ".frozen", plain(x.frozen_at >= 0), {}, 0}};
    const auto remark = [&](int64_t at, const std::string& what) {
        if (at >= 0)
            report.remarks.push_back(name + ": " + what + " from frame " + std::to_string(at) + " on");
    };
    remark(x.collapsed_at, "sharpness beyond half or twice the real one");
    remark(x.frozen_at, "pictures hardly change while moving");
    return report;
}

}  // namespace

Report report_drift(const std::vector<DriftWindow>& windows, const std::string& name) {
    Extremes extremes;
    for (const DriftWindow& w : windows) extremes.add(w, w.begin);
    Report report = figures_of(extremes, name);
    const auto curve = [&](const std::string& title, double DriftWindow::*value) {
        Curve c{title, {}, {}};
        for (const DriftWindow& w : windows) {
            c.x.push_back(static_cast<double>(w.begin + w.size));
            c.y.push_back(w.*value);
        }
        return c;
    };
    report.plots = {
        {name,
         {.title = name + ", relative to real frames", .x_label = "frames", .y_label = ""},
         {curve("sharpness", &DriftWindow::sharpness), curve("change", &DriftWindow::change),
          curve("contrast", &DriftWindow::contrast)}},
        {name + "_frechet",
         {.title = name + ", Frechet distance of probe features", .x_label = "frames", .y_label = ""},
         {curve("generated", &DriftWindow::frechet), curve("real", &DriftWindow::real_frechet)}}};
    return report;
}

Report summarise_drift(const std::vector<std::vector<DriftWindow>>& kinds) {
    Extremes extremes;
    int64_t group = 0;
    for (const auto& windows : kinds) {
        for (const DriftWindow& w : windows) extremes.add(w, group++);
    }
    Report report = figures_of(extremes, "drift");
    report.remarks.clear();  // each kind has its own
    return report;
}

}  // namespace rv::world_model
