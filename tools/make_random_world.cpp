/// reverie make-random-world: a transformer of a given size, to measure with.

#include <cstdio>
#include <memory>

#include "tools/command.h"
#include "world_model/evaluation/random_world.h"

namespace rv::tools {
namespace {

struct Options {
    std::string out;
    world_model::RandomWorldOptions world;
};

const Command kMakeRandomWorld(
    "make-random-world", "Write a world of random weights, to measure with", [](CLI::App& app) -> Run {
        auto options = std::make_shared<Options>();
        const auto number = [&](const char* name, auto& value, const char* help) {
            app.add_option(name, value, help)->check(CLI::PositiveNumber)->capture_default_str();
        };
        app.add_option("--out", options->out, "Folder to write into")->required();
        number("--width", options->world.width, "Pixels, a multiple of 8");
        number("--height", options->world.height, "Pixels, a multiple of 8");
        number("--dim", options->world.dim, "Features of a token");
        number("--depth", options->world.depth, "Blocks of the transformer");
        number("--heads", options->world.heads, "Heads of its attention");
        number("--patch", options->world.patch, "Latent cells a side of one token");
        number("--window", options->world.window, "Frames that one frame sees");
        number("--steps", options->world.sampler_steps, "Denoising steps a frame");
        app.footer(
            "The usual values make 500 million parameters at 640 x 360. Measure it with\n"
            "reverie bench device --world FOLDER and reverie bench play --headless --world FOLDER.");
        return [options] {
            const auto parameters = world_model::write_random_world(options->out, options->world);
            std::printf("%s: %.1f million parameters of dynamics\n", options->out.c_str(),
                        static_cast<double>(parameters) * 1e-6);
            return 0;
        };
    });

}  // namespace
}  // namespace rv::tools
