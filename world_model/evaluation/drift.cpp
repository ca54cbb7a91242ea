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

// Means over the whole real clip: the measure.
struct Measure {
    double sharpness, contrast, change;
    torch::Tensor colour;
};

DriftLook look_of(const FrameFacts& facts, const Measure& by, const torch::Tensor& moving, int64_t begin,
                  int64_t end) {
    DriftLook look;
    look.sharpness = average(facts.sharpness.slice(0, begin, end)) / by.sharpness;
    look.contrast = average(facts.contrast.slice(0, begin, end)) / by.contrast;
    look.change = average(facts.change.index_select(0, moving)) / by.change;
    look.colour_shift_levels = (facts.colour.slice(0, begin, end).mean(0) - by.colour).norm().item<double>();
    look.frechet = std::nan("");
    return look;
}

}  // namespace

std::vector<DriftWindow> drift_windows(const Guess& guess, Probe* probe, int64_t window) {
    const auto truth = guess.truth->frames.slice(0, guess.first, guess.first + guess.size());
    const FrameFacts made = facts_of(guess.frames), real = facts_of(truth);
    torch::Tensor made_features, real_features;
    if (probe != nullptr && window < guess.size()) {
        made_features = read_features(*probe, guess.frames);
        real_features = read_features(*probe, truth);
    }
    const auto all_moving = moving_rows(guess, 0, guess.size());
    const Measure by{average(real.sharpness), average(real.contrast),
                     average(real.change.index_select(0, all_moving)), real.colour.mean(0)};
    std::vector<DriftWindow> windows;
    for (int64_t begin = 0; begin + window <= guess.size(); begin += window) {
        const int64_t end = begin + window;
        const auto moving = moving_rows(guess, begin, end);
        DriftWindow w{
            begin, window, look_of(made, by, moving, begin, end), look_of(real, by, moving, begin, end), {}};
        for (int64_t t = begin; t < end; ++t)
            w.frame_sharpness.push_back(made.sharpness[t].item<double>() / by.sharpness);
        if (made_features.defined()) {
            const auto outside = torch::cat({real_features.slice(0, 0, begin), real_features.slice(0, end)});
            w.made.frechet = frechet_distance(made_features.slice(0, begin, end), outside);
            w.real.frechet = frechet_distance(real_features.slice(0, begin, end), outside);
        }
        windows.push_back(std::move(w));
    }
    return windows;
}

namespace {

// The worst of all windows, of generated or of real frames.
struct Extremes {
    double sharpness_min = INFINITY, sharpness_max = -INFINITY, change_min = INFINITY;
    double colour_max = -INFINITY, frechet_max = -INFINITY;

    void add(const DriftLook& look) {
        sharpness_min = std::min(sharpness_min, look.sharpness);
        sharpness_max = std::max(sharpness_max, look.sharpness);
        change_min = std::min(change_min, look.change);
        colour_max = std::max(colour_max, look.colour_shift_levels);
        frechet_max = std::max(frechet_max, look.frechet);
    }
};

// First frames of the first windows that have collapsed and frozen, or -1.
struct Faults {
    int64_t collapsed_at = -1, frozen_at = -1;

    void find(const std::vector<DriftWindow>& windows) {
        for (const DriftWindow& w : windows) {
            const double kept = w.made.sharpness / windows.front().made.sharpness;
            if ((kept < kCollapsedBelow || kept > kCollapsedAbove) && collapsed_at < 0)
                collapsed_at = w.begin;
            if (w.made.change < kFrozenBelow && frozen_at < 0) frozen_at = w.begin;
        }
    }
};

Estimate plain(double value) {
    Estimate estimate;
    estimate.value = value;
    return estimate;
}

Report figures_of(const std::vector<std::vector<DriftWindow>>& kinds, const std::string& name) {
    Extremes made, real;
    Faults faults;
    Samples sharpness;
    int64_t group = 0, frames = 0;
    for (const auto& windows : kinds) {
        faults.find(windows);
        for (const DriftWindow& w : windows) {
            made.add(w.made);
            real.add(w.real);
            for (const double s : w.frame_sharpness) sharpness.add(group, s);
            frames = std::max(frames, w.begin + w.size);
            ++group;
        }
    }
    Report report;
    report.figures = {
        {name + ".sharpness", estimate(sharpness), {{"frames", static_cast<double>(frames)}}, 3},
        {name + ".sharpness_min", plain(made.sharpness_min), {{"real_sharpness_min", real.sharpness_min}}, 3},
        {name + ".sharpness_max", plain(made.sharpness_max), {{"real_sharpness_max", real.sharpness_max}}, 3},
        {name + ".change_min", plain(made.change_min), {{"real_change_min", real.change_min}}, 3},
        {name + ".colour_shift_max_levels",
         plain(made.colour_max),
         {{"real_colour_shift_max_levels", real.colour_max}},
         1},
        {name + ".frechet_max", plain(made.frechet_max), {{"real_frechet_max", real.frechet_max}}, 2},
        {name + ".collapsed", plain(faults.collapsed_at >= 0), {}, 0},
        {name + ".frozen", plain(faults.frozen_at >= 0), {}, 0}};
    const auto remark = [&](int64_t at, const std::string& what) {
        if (at >= 0)
            report.remarks.push_back(name + ": " + what + " from frame " + std::to_string(at) + " on");
    };
    remark(faults.collapsed_at, "sharpness below half or above twice that of its beginning");
    remark(faults.frozen_at, "pictures hardly change while moving");
    return report;
}

}  // namespace

Report report_drift(const std::vector<DriftWindow>& windows, const std::string& name) {
    Report report = figures_of({windows}, name);
    const auto curve = [&](const std::string& title, DriftLook DriftWindow::*of, double DriftLook::*value) {
        Curve c{title, {}, {}};
        for (const DriftWindow& w : windows) {
            c.x.push_back(static_cast<double>(w.begin + w.size));
            c.y.push_back(w.*of.*value);
        }
        return c;
    };
    report.plots = {
        {name,
         {.title = name + ", relative to real frames", .x_label = "frames", .y_label = ""},
         {curve("sharpness", &DriftWindow::made, &DriftLook::sharpness),
          curve("change", &DriftWindow::made, &DriftLook::change),
          curve("contrast", &DriftWindow::made, &DriftLook::contrast),
          curve("real sharpness", &DriftWindow::real, &DriftLook::sharpness)}},
        {name + "_frechet",
         {.title = name + ", Frechet distance of probe features", .x_label = "frames", .y_label = ""},
         {curve("generated", &DriftWindow::made, &DriftLook::frechet),
          curve("real", &DriftWindow::real, &DriftLook::frechet)}}};
    return report;
}

Report summarise_drift(const std::vector<std::vector<DriftWindow>>& kinds) {
    Report report = figures_of(kinds, "drift");
    report.remarks.clear();  // each kind has its own
    return report;
}

}  // namespace rv::world_model
