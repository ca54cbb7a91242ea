#include "tools/world_options.h"

#include "engine/app/session.h"
#include "engine/core/error.h"

namespace rv::tools {

void WorldOptions::declare(CLI::App& app) {
    app.add_option("--world", world, "Name of a world in assets/worlds, or the path of a world's folder");
    app.add_option("--device", device, "Where the model runs")
        ->check(CLI::IsMember({"cpu", "cuda"}))
        ->capture_default_str();
    app.add_option("--threads", threads, "CPU threads of the model; 0: one per core, beside a window one less")
        ->check(CLI::Range(0, 1024))
        ->capture_default_str();
    app.add_option("--seed", seed, "Seed of everything random in the world");
    app.add_option("--start-frame", start_frame,
                   "Which of the world's starting pictures to begin with, from 0")
        ->check(CLI::NonNegativeNumber);
    app.add_option("--picture", picture, "PNG or JPEG to begin with, instead of a starting picture")
        ->check(CLI::ExistingFile);
    app.add_option("--prompt", prompt, "What the world should look like, in words");
    app.add_option("--steps", steps,
                   "Sampler steps per frame: more is sharper and slower; 0: the world's default")
        ->check(CLI::Range(0, 1000))
        ->capture_default_str();
}

world_model::OpenOptions WorldOptions::open() const {
    return {app::device_from(device), threads};
}

world_model::Start WorldOptions::start(const world_model::Start& fallback) const {
    return {seed.value_or(fallback.seed), start_frame.value_or(fallback.frame),
            prompt.value_or(fallback.prompt),
            picture ? std::filesystem::absolute(*picture) : fallback.picture};
}

void check_start(const world_model::Start& start, const world_model::WorldInfo& info) {
    const auto count = static_cast<int>(info.start_frames.size());
    if (start.frame >= 0 && start.frame < count) return;
    throw UsageError("the world \"" + info.name + "\" has no start frame " + std::to_string(start.frame),
                     "0 to " + std::to_string(count - 1));
}

}  // namespace rv::tools
