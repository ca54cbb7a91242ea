/// reverie collect: makes a dataset with a simulator. docs/dataset.md describes what it writes.

#include "tools/collect.h"

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <vector>

#include "engine/app/vulkan_observer.h"
#include "engine/core/clock.h"
#include "engine/core/error.h"
#include "engine/core/log.h"
#include "engine/core/progress.h"
#include "engine/dataset/dataset_writer.h"
#include "tools/command.h"
#include "tools/worker_pool.h"

namespace rv::tools {
namespace {

constexpr int kInterrupted = 130;  // the usual exit status after Ctrl-C

void check(const CollectOptions& options) {
    const std::uint64_t past_last = options.seed_start + static_cast<std::uint64_t>(options.episodes);
    if (past_last > kFirstEvaluationSeed && !options.allow_evaluation_seeds)
        throw UsageError(
            "seeds from 1,000,000 on are kept for evaluation and this would use seeds up to " +
                std::to_string(past_last - 1),
            "a smaller --seed-start or --episodes, or --allow-evaluation-seeds for data to evaluate on");
}

/// In a worker's process.
void collect_jobs(const CollectOptions& options, const dataset::DatasetInfo& info,
                  const std::vector<int>& missing, WorkerContext& context) {
    const TimePoint begin = Clock::now();
    // Software Vulkan with threads of its own would fight with the other workers for the cores.
    ::setenv("LP_NUM_THREADS", "0", 0);
    if (!std::getenv("REVERIE_LOG")) log::set_level(log::level::warn);  // once per program, not per worker
    VulkanObserver observer;
    EpisodeCollector collector(options.plan, observer);
    while (const auto job = context.next_job()) {
        const int index = missing[static_cast<std::size_t>(*job)];
        const auto keep_going = [&] {
            context.count_frame();
            return !context.stopping();
        };
        const auto episode = collector.collect(
            options.out, info, index, options.seed_start + static_cast<std::uint64_t>(index), keep_going);
        if (!episode) return;
        context.report(*episode);
        if (options.minutes > 0 && seconds_between(begin, Clock::now()) > 60 * options.minutes) return;
    }
}

std::uint64_t total_frames(const std::vector<dataset::EpisodeInfo>& episodes) {
    std::uint64_t total = 0;
    for (const dataset::EpisodeInfo& episode : episodes) total += static_cast<std::uint64_t>(episode.frames);
    return total;
}

}  // namespace

int collect(const CollectOptions& options) {
    check(options);
    dataset::DatasetWriter writer(options.out, describe_dataset(options.plan, options.seed_start));
    std::vector<int> missing;
    for (int index = 0; index < options.episodes; ++index)
        if (!writer.contains(index)) missing.push_back(index);
    if (!writer.episodes().empty())
        log::info("{} has {} episodes, {} are missing", options.out, writer.episodes().size(),
                  missing.size());

    if (!missing.empty()) {
        const std::uint64_t before = total_frames(writer.episodes());
        const std::uint64_t wanted = missing.size() * static_cast<std::uint64_t>(options.plan.frames);
        ProgressBar bar("collect", "frames", before + wanted);
        bar.start_from(before);
        const bool complete = run_workers(
            options.processes, static_cast<int>(missing.size()),
            {.work = [&](WorkerContext& context) { collect_jobs(options, writer.info(), missing, context); },
             .on_episode = [&](const dataset::EpisodeInfo& episode) { writer.add(episode); },
             .on_progress = [&](std::uint64_t frames) { bar.update(before + frames); }});
        if (complete) bar.finish();
        if (!complete) {
            std::fprintf(stderr,
                         "\ncollect: interrupted after %zu of %d episodes; the same command continues\n",
                         writer.episodes().size(), options.episodes);
            return kInterrupted;
        }
    }
    std::printf("%s: %zu episodes, %llu frames\n", options.out.c_str(), writer.episodes().size(),
                static_cast<unsigned long long>(total_frames(writer.episodes())));
    return 0;
}

namespace {

const Command kCollect("collect", "Make a dataset with a simulator", [](CLI::App& app) -> Run {
    auto options = std::make_shared<CollectOptions>();
    app.add_option("--environment", options->plan.environment, "The simulator")->capture_default_str();
    app.add_option("--episodes", options->episodes, "How many in all; more than before extends the dataset")
        ->check(CLI::Range(1, 10'000'000))
        ->capture_default_str();
    app.add_option("--out", options->out, "Folder of the dataset")->required();
    app.add_option("--frames", options->plan.frames, "Frames of an episode")
        ->check(CLI::Range(1, 1'000'000))
        ->capture_default_str();
    app.add_option("--width", options->plan.width, "Pixels")
        ->check(CLI::Range(8, 4096))
        ->capture_default_str();
    app.add_option("--height", options->plan.height, "Pixels")
        ->check(CLI::Range(8, 4096))
        ->capture_default_str();
    app.add_option("--seed-start", options->seed_start, "Seed of episode 0; episode i has this plus i")
        ->capture_default_str();
    app.add_option("--processes", options->processes, "Workers")
        ->check(CLI::Range(1, 256))
        ->capture_default_str();
    app.add_option("--minutes", options->minutes, "Begin no further episode after this time; 0: no limit")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
    app.add_flag("--prompt-switches,!--no-prompt-switches", options->plan.prompt_switches,
                 "Change the prompt every 50 to 90 frames (the default)");
    app.add_option("--drive-fraction", options->plan.drive_fraction, "Episodes in which the ego drives")
        ->check(CLI::Range(0.0, 1.0))
        ->capture_default_str();
    app.add_flag("--allow-evaluation-seeds", options->allow_evaluation_seeds,
                 "Allow seeds from 1,000,000 on");
    return [options] { return collect(*options); };
});

}  // namespace
}  // namespace rv::tools
