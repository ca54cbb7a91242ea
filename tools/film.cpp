/// reverie film: a camera path filmed without a window.

#include "engine/app/film.h"

#include <cstdio>
#include <memory>

#include "engine/app/camera_path_file.h"
#include "engine/app/generation.h"
#include "engine/app/resources.h"
#include "engine/core/log.h"
#include "engine/core/progress.h"
#include "tools/command.h"
#include "tools/world_options.h"

namespace rv::tools {
namespace {

struct Options {
    WorldOptions world;
    std::string path, out;
    app::FilmFormat format;
};

/// What the command line leaves open is the file's, and what that leaves open the world's.
app::FilmFormat wanted(const app::FilmFormat& asked, const app::FilmFormat& file) {
    const bool any_size = asked.width > 0 || asked.height > 0;
    return {asked.fps > 0 ? asked.fps : file.fps, any_size ? asked.width : file.width,
            any_size ? asked.height : file.height};
}

int film(const Options& options) {
    const std::filesystem::path folder = app::find_world(options.world.world);
    const world_model::WorldInfo info = world_model::read_world_info(folder);
    const world_model::Start start = options.world.start();
    check_start(start, info);
    app::CameraPathFile file = app::read_camera_path(options.path, info.frame_rate);

    app::NoSink sink;
    app::Generation generation(sink, world_model::open_world);
    generation.open(folder, options.world.open(), start);
    app::FilmOptions wish;
    wish.path = std::move(file.path);
    wish.format = wanted(options.format, file.format);
    wish.video = options.out.empty() ? app::new_recording_path(".mp4") : std::filesystem::path(options.out);
    wish.prompt = generation.start_prompt();
    wish.sampler_steps = options.world.steps;
    app::Film film(std::move(wish), generation.rollout().copy(), generation.world().info());

    const TimePoint begin = Clock::now();
    ProgressBar progress("film", "frames", static_cast<std::uint64_t>(film.status().frame_count));
    while (film.step()) {
        const app::FilmStatus status = film.status();
        progress.set_note(status.travelling ? "on the way to the first key" : "");
        progress.update(static_cast<std::uint64_t>(status.frames));
    }
    progress.finish();
    const app::FilmStatus status = film.status();
    log::info("{} frames of {} x {} ({:.1f} s of video) in {:.1f} s", status.frames, film.format().width,
              film.format().height, status.frames / film.format().fps, seconds_between(begin, Clock::now()));
    std::printf("%s\n", status.video.c_str());
    return 0;
}

const Command kFilm("film", "Film a camera path through a world, without a window", [](CLI::App& app) -> Run {
    auto options = std::make_shared<Options>();
    options->world.declare(app);
    app.add_option("--path", options->path,
                   "The camera path: JSON of nerfstudio or instant-ngp (docs/camera_paths.md)")
        ->required()
        ->check(CLI::ExistingFile);
    app.add_option("--out", options->out, "Video to write; its name says the kind (docs/recording.md)")
        ->default_str("a name by date in recordings/");
    app.add_option("--fps", options->format.fps,
                   "Frames a second; the camera keeps its speed. Left out: the file's, or else the world's")
        ->check(CLI::Range(0.1, app::kMaxFilmFps));
    const auto side = CLI::Range(app::kMinFilmSide, app::kMaxFilmSide);
    app.add_option("--width", options->format.width,
                   "Width of the video, at most: the picture keeps its proportions. Left out: the file's, or "
                   "else the world's")
        ->check(side);
    app.add_option("--height", options->format.height, "Height of the video, at most")->check(side);
    return [options] { return film(*options); };
});

}  // namespace
}  // namespace rv::tools
