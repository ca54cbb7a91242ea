#include "world_model/evaluation/action_reading.h"

namespace rv::world_model {
namespace {

constexpr size_t kAxes = kActionAxes.size();

struct Accuracy {
    Samples all;
    std::array<Samples, kAxes> axis;

    void add(int64_t group, const ReadingScore& score) {
        for (int64_t i = 0; i < score.rows; ++i) {
            all.add(group, i < score.all_right);
            for (size_t a = 0; a < kAxes; ++a) axis[a].add(group, i < score.right[a]);
        }
    }
};

// What always answering with the commonest class would score.
struct Commonest {
    std::array<std::array<int64_t, kAxisClasses>, kAxes> counts{};
    std::map<std::array<int64_t, kAxes>, int64_t> together;
    int64_t rows = 0;

    void add(const Action& action) {
        const auto classes = action_classes(action);
        for (size_t a = 0; a < kAxes; ++a) ++counts[a][static_cast<size_t>(classes[a])];
        ++together[classes];
        ++rows;
    }
    [[nodiscard]] double axis(size_t a) const {
        return static_cast<double>(*std::ranges::max_element(counts[a])) / static_cast<double>(rows);
    }
    [[nodiscard]] double all() const {
        int64_t best = 0;
        for (const auto& [classes, count] : together) best = std::max(best, count);
        return static_cast<double>(best) / static_cast<double>(rows);
    }
};

}  // namespace

ReadingScore score_reading(const torch::Tensor& read, std::span<const Action> given, int64_t shift) {
    ReadingScore score;
    const auto rows = read.accessor<int64_t, 2>();
    for (int64_t i = 0; i < read.size(0); ++i) {
        const int64_t t = i + 1 + shift;
        if (t < 1 || t >= static_cast<int64_t>(given.size())) continue;
        const auto classes = action_classes(given[static_cast<size_t>(t)]);
        bool all = true;
        for (size_t a = 0; a < kAxes; ++a) {
            const bool right = rows[i][static_cast<int64_t>(a)] == classes[a];
            score.right[a] += right;
            all = all && right;
        }
        score.all_right += all;
        ++score.rows;
    }
    return score;
}

Report report_actions(std::span<const Guess> guesses, Probe& probe) {
    Accuracy generated, real, early, late;
    Commonest commonest;
    for (const Guess& guess : guesses) {
        if (guess.size() < 2) continue;
        const Clip& clip = *guess.truth;
        const auto given = std::span(clip.actions)
                               .subspan(static_cast<size_t>(guess.first), static_cast<size_t>(guess.size()));
        for (const Action& action : given.subspan(1)) commonest.add(action);
        const auto truth = clip.frames.slice(0, guess.first, guess.first + guess.size());
        const auto read = read_motion(probe, guess.frames).actions;
        generated.add(guess.episode, score_reading(read, given));
        real.add(guess.episode, score_reading(read_motion(probe, truth).actions, given));
        // What was given a frame before, and a frame behind.
        late.add(guess.episode, score_reading(read, given, -1));
        early.add(guess.episode, score_reading(read, given, 1));
    }
    Report report;
    report.figures = {{"action.relative_accuracy", estimate_ratio(generated.all, real.all), {}, 3},
                      {"action.accuracy",
                       estimate(generated.all),
                       {{"real_accuracy", real.all.mean()},
                        {"commonest_accuracy", commonest.all()},
                        {"accuracy_given_a_frame_before", late.all.mean()},
                        {"accuracy_given_a_frame_behind", early.all.mean()}},
                       3}};
    for (size_t a = 0; a < kAxes; ++a) {
        report.figures.push_back(
            {"action." + std::string(kActionAxes[a]) + ".accuracy",
             estimate(generated.axis[a]),
             {{"real_accuracy", real.axis[a].mean()}, {"commonest_accuracy", commonest.axis(a)}},
             3});
    }
    return report;
}

}  // namespace rv::world_model
