/// reverie import-recordings: makes a dataset of somebody's own videos. docs/own_worlds.md explains the
/// files.

#include <cstdio>

#include "engine/dataset/dataset_reader.h"
#include "engine/dataset/recordings.h"
#include "tools/command.h"

namespace rv::tools {
namespace {

struct Options {
    std::string from, out;
    dataset::ImportOptions import;
};

int import_recordings(const Options& options) {
    if (!dataset::import_recordings(dataset::find_recordings(options.from), options.out, options.import)) {
        std::fprintf(stderr, "import-recordings: interrupted; the same command continues\n");
        return 130;
    }
    const auto made = dataset::DatasetReader::open(options.out);
    std::printf("%s: %zu recordings, %lld frames at %g frames per second\n", options.out.c_str(), made.size(),
                static_cast<long long>(made.total_frames()), made.info().frame_rate);
    return 0;
}

const Command kImport(
    "import-recordings", "Make a dataset of your own videos and actions", [](CLI::App& app) -> Run {
        auto options = std::make_shared<Options>();
        dataset::ImportOptions& import = options->import;
        app.add_option("--from", options->from,
                       "Folder of videos, each with a .csv or .jsonl of the same name")
            ->required();
        app.add_option("--out", options->out, "Folder of the dataset")->required();
        app.add_option("--width", import.width, "Pixels, a multiple of 8")->capture_default_str();
        app.add_option("--height", import.height, "Pixels, a multiple of 8")->capture_default_str();
        app.add_option("--frame-rate", import.frame_rate,
                       "Frames per second, at most; the slowest video's rate where that is lower")
            ->capture_default_str();
        app.add_option("--tolerance", import.tolerance_frames,
                       "Frames by which a video and its rows of actions may differ in number")
            ->capture_default_str()
            ->check(CLI::NonNegativeNumber);
        app.footer("docs/own_worlds.md explains the files.");
        return [options] { return import_recordings(*options); };
    });

}  // namespace
}  // namespace rv::tools
