#include "engine/app/bench_growth.h"

#include <unistd.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "engine/app/resources.h"
#include "engine/app/statistics.h"
#include "engine/app/wanderer.h"
#include "engine/core/error.h"
#include "engine/core/progress.h"
#include "engine/simulator/random.h"

namespace rv::app {
namespace {

namespace fs = std::filesystem;

constexpr int kTenths = 10;
constexpr int kWindow = 200;        // frames
constexpr int kDraws = 1000;        // of the pairs, for the spread of the ratio
constexpr double kOutside = 0.025;  // on either side of that spread

/// Frames go to host memory, as they do on their way to a window.
class HostSink : public FrameSink {
  public:
    void begin_world(const world_model::WorldInfo& info) override {
        rgba_.resize(static_cast<std::size_t>(info.width) * info.height * 4);
    }
    void publish(const world_model::Rollout& rollout, const FrameMetadata&) override {
        rollout.copy_frame(rgba_);
    }

  private:
    std::vector<std::uint8_t> rgba_;
};

std::uint64_t state_bytes(const world_model::Rollout& rollout) {
    const fs::path file =
        fs::temp_directory_path() / ("reverie-growth-" + std::to_string(getpid()) + ".safetensors");
    struct Removal {
        const fs::path& file;
        ~Removal() {
            std::error_code ignored;
            fs::remove(file, ignored);
        }
    } removal{file};
    rollout.save(file);
    return fs::file_size(file);
}

double median(std::vector<double> values) {
    return percentile(values, 0.5);
}

double ratio_of(double late, double early) {
    return early > 0 ? late / early : 0;
}

/// Frames count from 1: `steps_ms` begins with the first generated one.
GrowthWindow window_of(const std::vector<double>& steps_ms, int first, int last) {
    std::vector<double> values(steps_ms.begin() + first - 1, steps_ms.begin() + last);
    return {first, last, percentile(values, 0.50), percentile(values, 0.99)};
}

class GrowthBench {
  public:
    GrowthBench(const GrowthOptions& options, const WorldOpener& open_world)
        : options_(options), generation_(sink_, open_world), wanderer_(options.start.seed) {
        RV_ASSERT(options.frames >= GrowthOptions::kLeastFrames && options.early >= 1 &&
                      2 * options.early <= options.frames && options.pairs >= 1,
                  "the frames to compare lie apart");
        generation_.open(options.world, options.open, options.start);
        if (options.show_progress)
            progress_.emplace("growth", "frames", static_cast<std::uint64_t>(options.frames));
    }

    GrowthResult run() {
        const TimePoint begin = Clock::now();
        for (int frame = 1; frame <= options_.frames; ++frame) {
            walk();
            if (frame == options_.early) keep_early();
            if (frame * kTenths / options_.frames > static_cast<int>(result_.tenths.size())) end_tenth(frame);
        }
        result_.seconds = seconds_between(begin, Clock::now());
        compare();
        if (progress_) progress_->finish();
        describe();
        return result_;
    }

  private:
    void walk() {
        Steering steering;
        steering.action = wanderer_.next();
        steering.sampler_steps = options_.sampler_steps;
        steering.sampled_time = Clock::now();
        generation_.step(steering);
        steps_ms_.push_back(milliseconds_between(steering.sampled_time, Clock::now()));
        if (progress_) progress_->update(steps_ms_.size());
    }

    void keep_early() {
        early_ = generation_.rollout().copy();
        result_.early_state_bytes = state_bytes(*early_);
    }

    void end_tenth(int frame) {
        const int first = result_.tenths.empty() ? 1 : result_.tenths.back().window.last + 1;
        GrowthTenth tenth;
        tenth.window = window_of(steps_ms_, first, frame);
        tenth.rss_mib = resident_memory_mib();
        tenth.state_bytes = state_bytes(generation_.rollout());
        result_.tenths.push_back(tenth);
    }

    double step_ms(world_model::Rollout& rollout, const Action& action) {
        const TimePoint begin = Clock::now();
        rollout.step({action, std::nullopt, generation_.frame().prompt, options_.sampler_steps});
        sink_.publish(rollout, {});
        return milliseconds_between(begin, Clock::now());
    }

    // Which goes first changes from pair to pair, so that neither always finds the other's data in the
    // caches.
    void compare() {
        const std::unique_ptr<world_model::Rollout> late = generation_.rollout().copy();
        std::vector<double> early_ms, late_ms;
        for (int pair = 0; pair < options_.pairs; ++pair) {
            const Action action = wanderer_.next();
            if (pair % 2 == 0) early_ms.push_back(step_ms(*early_, action));
            late_ms.push_back(step_ms(*late, action));
            if (pair % 2 == 1) early_ms.push_back(step_ms(*early_, action));
        }
        result_.comparison = compare_growth(early_ms, late_ms);
    }

    void describe() {
        const world_model::World& world = generation_.world();
        const int window = std::min(kWindow, options_.frames / 2);
        result_.world = world.info().name;
        result_.device = world.device_name();
        result_.threads = resolved_threads(options_.open);
        result_.sampler_steps =
            options_.sampler_steps > 0 ? options_.sampler_steps : world.info().default_sampler_steps;
        result_.frames = options_.frames;
        result_.early_frame = options_.early;
        result_.early = window_of(steps_ms_, options_.early, options_.early + window);
        result_.late = window_of(steps_ms_, options_.frames - window + 1, options_.frames);
        const GrowthTenth &first = result_.tenths.front(), &last = result_.tenths.back();
        result_.ratios = {
            ratio_of(result_.late.step_ms_p50, result_.early.step_ms_p50),
            ratio_of(result_.late.step_ms_p99, result_.early.step_ms_p99),
            ratio_of(last.rss_mib, first.rss_mib),
            ratio_of(static_cast<double>(last.state_bytes), static_cast<double>(first.state_bytes))};
    }

    const GrowthOptions& options_;
    HostSink sink_;
    Generation generation_;
    Wanderer wanderer_;
    std::unique_ptr<world_model::Rollout> early_;
    std::vector<double> steps_ms_;
    std::optional<ProgressBar> progress_;
    GrowthResult result_;
};

nlohmann::ordered_json json_of(const GrowthWindow& window) {
    return {{"first_frame", window.first},
            {"last_frame", window.last},
            {"step_ms_p50", window.step_ms_p50},
            {"step_ms_p99", window.step_ms_p99}};
}

nlohmann::ordered_json json_of(const GrowthComparison& c) {
    return {{"pairs", c.pairs},
            {"early_ms_p50", c.early_ms_p50},
            {"late_ms_p50", c.late_ms_p50},
            {"ratio", c.ratio},
            {"ratio_95", {c.ratio_low, c.ratio_high}},
            {"pair_ratio_p25", c.pair_ratio_p25},
            {"pair_ratio_p50", c.pair_ratio_p50},
            {"pair_ratio_p75", c.pair_ratio_p75}};
}

}  // namespace

GrowthComparison compare_growth(const std::vector<double>& early_ms, const std::vector<double>& late_ms,
                                std::uint64_t seed) {
    RV_ASSERT(early_ms.size() == late_ms.size() && !early_ms.empty(), "times come in pairs");
    const std::size_t count = early_ms.size();
    GrowthComparison c;
    c.pairs = static_cast<int>(count);
    c.early_ms_p50 = median(early_ms);
    c.late_ms_p50 = median(late_ms);
    c.ratio = ratio_of(c.late_ms_p50, c.early_ms_p50);

    std::vector<double> ratios;
    for (std::size_t i = 0; i < count; ++i) ratios.push_back(ratio_of(late_ms[i], early_ms[i]));
    c.pair_ratio_p25 = percentile(ratios, 0.25);
    c.pair_ratio_p50 = percentile(ratios, 0.50);
    c.pair_ratio_p75 = percentile(ratios, 0.75);

    // The bootstrap of Efron 1979: pairs are drawn again, with replacement.
    simulator::Random random(seed);
    std::vector<double> drawn_ratios, early(count), late(count);
    for (int draw = 0; draw < kDraws; ++draw) {
        for (std::size_t i = 0; i < count; ++i) {
            const auto pair = static_cast<std::size_t>(random.index(c.pairs));
            early[i] = early_ms[pair];
            late[i] = late_ms[pair];
        }
        drawn_ratios.push_back(ratio_of(median(late), median(early)));
    }
    c.ratio_low = percentile(drawn_ratios, kOutside);
    c.ratio_high = percentile(drawn_ratios, 1 - kOutside);
    return c;
}

GrowthResult bench_growth(const GrowthOptions& options, const WorldOpener& open_world) {
    return GrowthBench(options, open_world).run();
}

std::string to_json(const GrowthResult& r) {
    nlohmann::ordered_json json;
    json["world"] = r.world;
    json["device"] = r.device;
    json["threads"] = r.threads;
    json["sampler_steps"] = r.sampler_steps;
    json["frames"] = r.frames;
    json["early_frame"] = r.early_frame;
    json["seconds"] = r.seconds;
    json["comparison"] = json_of(r.comparison);
    json["early"] = json_of(r.early);
    json["late"] = json_of(r.late);
    for (const GrowthTenth& tenth : r.tenths) {
        nlohmann::ordered_json entry = json_of(tenth.window);
        entry["rss_mib"] = tenth.rss_mib;
        entry["state_bytes"] = tenth.state_bytes;
        json["tenths"].push_back(entry);
    }
    json["early_state_bytes"] = r.early_state_bytes;
    json["ratios"] = {{"step_ms_p50", r.ratios.step_ms_p50},
                      {"step_ms_p99", r.ratios.step_ms_p99},
                      {"rss", r.ratios.rss},
                      {"state_bytes", r.ratios.state_bytes}};
    return json.dump(2);
}

}  // namespace rv::app
