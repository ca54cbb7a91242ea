/// reverie bundle: puts trained parts and starting frames together to a world.

#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "engine/app/resources.h"
#include "engine/app/vulkan_observer.h"
#include "engine/asset/image.h"
#include "engine/core/error.h"
#include "engine/core/log.h"
#include "engine/simulator/environment.h"
#include "tools/command.h"

namespace rv::tools {
namespace {

namespace fs = std::filesystem;

struct Options {
    std::string environment = "village", title, description;
    std::string tokenizer, dynamics, decoder, out;
    int width = 128, height = 72;
    uint64_t seed_start = 3'000'000;
    int starts = 6, walk = 60;
    std::vector<std::string> prompts;
    int sampler_steps = 3, decoder_steps = 1;
    double context_noise = 0.05, prompt_guidance = 1;
};

std::string quoted(const std::string& text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out + "\"";
}

// Walks a while, so that the first picture is not always the same corner, and keeps the frame.
std::string make_start(simulator::Environment& environment, const Options& options, int index) {
    const uint64_t seed = options.seed_start + static_cast<uint64_t>(index);
    simulator::Step step = environment.reset(seed);
    if (!options.prompts.empty())
        environment.set_prompt(options.prompts[static_cast<size_t>(index) % options.prompts.size()]);
    for (int i = 0; i < options.walk; ++i) step = environment.step(environment.policy());
    const auto& seen = step.observation;
    const std::string name = "start_" + std::to_string(index + 1);
    asset::save_png(fs::path(options.out) / (name + ".png"),
                    {seen.rgba.data(), seen.width, seen.height, static_cast<size_t>(seen.width) * 4});
    const glm::vec3 up = glm::conjugate(seen.pose.orientation) * glm::vec3(0, 1, 0);
    char entry[512];
    std::snprintf(entry, sizeof entry,
                  "\n[[start]]\nname = \"%d\"\nfile = %s\nprompt = %s\nup = [%.6f, %.6f, %.6f]\n"
                  "simulator_seed = %llu\nsimulator_walk = %d\n",
                  index + 1, quoted(name + ".png").c_str(), quoted(environment.prompt()).c_str(), up.x, up.y,
                  up.z, static_cast<unsigned long long>(seed), options.walk);
    return entry;
}

double vertical_fov_degrees(const Intrinsics& k) {
    return 2 * std::atan(0.5 * k.height / static_cast<double>(k.fy)) * 180 / M_PI;
}

std::string copy_part(const std::string& from, const Options& options, const std::string& name) {
    if (from.empty()) return {};
    if (!fs::is_regular_file(from))
        throw FileError(from, "there is no such checkpoint", "reverie train " + name);
    const std::string file = name + ".safetensors";
    fs::copy_file(from, fs::path(options.out) / file, fs::copy_options::overwrite_existing);
    return name + " = " + quoted(file) + "\n";
}

int bundle(const Options& options) {
    fs::create_directories(options.out);
    VulkanObserver observer;
    const auto environment = simulator::create_environment(
        options.environment, {.width = options.width, .height = options.height, .drive = false, .prompt = {}},
        observer);
    const double fov = vertical_fov_degrees(environment->reset(options.seed_start).observation.intrinsics);
    const simulator::EnvironmentSpec& spec = environment->spec();

    std::string text = "# Made by `reverie bundle`.\n";
    text += "title = " + quoted(options.title.empty() ? options.environment : options.title) + "\n";
    text += "description = " + quoted(options.description) + "\n";
    text += "environment = " + quoted(options.environment) + "\n";
    text +=
        "width = " + std::to_string(options.width) + "\nheight = " + std::to_string(options.height) + "\n";
    text += "frame_rate = " + std::to_string(spec.frame_rate) + "\n";
    text += "vertical_fov_degrees = " + std::to_string(fov) + "\n";
    text += std::string("prompt = ") + (spec.has_prompt ? "true" : "false") + "\n";
    text += copy_part(options.tokenizer, options, "tokenizer");
    text += copy_part(options.dynamics, options, "dynamics");
    text += copy_part(options.decoder, options, "decoder");
    text += "sampler_steps = " + std::to_string(options.sampler_steps) + "\n";
    text += "decoder_steps = " + std::to_string(options.decoder_steps) + "\n";
    text += "context_noise = " + std::to_string(options.context_noise) + "\n";
    text += "prompt_guidance = " + std::to_string(options.prompt_guidance) + "\n";
    text += "prompts = [";
    for (size_t i = 0; i < options.prompts.size(); ++i) text += (i ? ", " : "") + quoted(options.prompts[i]);
    text += "]\n";
    for (int i = 0; i < options.starts; ++i) text += make_start(*environment, options, i);

    const fs::path file = fs::path(options.out) / "world.toml";
    std::ofstream out(file);
    out << text;
    if (!out.flush())
        throw FileError(file.string(), "cannot be written", "check the folder and the free space");
    log::info("wrote {}", file.string());
    return 0;
}

const Command kBundle(
    "bundle", "Put trained parts and starting frames together to a world", [](CLI::App& app) -> Run {
        auto options = std::make_shared<Options>();
        app.add_option("--environment", options->environment, "The simulator that gives the starting frames")
            ->capture_default_str();
        app.add_option("--tokenizer", options->tokenizer, "Checkpoint")->required();
        app.add_option("--dynamics", options->dynamics, "Checkpoint")->required();
        app.add_option("--decoder", options->decoder,
                       "Checkpoint; without it the tokenizer's own decoder paints the frames");
        app.add_option("--out", options->out, "Folder of the world")->required();
        app.add_option("--title", options->title, "Name for people");
        app.add_option("--description", options->description, "One or two sentences");
        app.add_option("--prompt", options->prompts,
                       "A prompt worth offering; starting frames take them in turn");
        app.add_option("--width", options->width)->capture_default_str();
        app.add_option("--height", options->height)->capture_default_str();
        app.add_option("--seed-start", options->seed_start, "Simulator seed of the first starting frame")
            ->capture_default_str();
        app.add_option("--starts", options->starts, "Starting frames")
            ->capture_default_str()
            ->check(CLI::Range(1, 100));
        app.add_option("--walk", options->walk, "Frames walked before each is taken")->capture_default_str();
        app.add_option("--sampler-steps", options->sampler_steps)->capture_default_str();
        app.add_option("--decoder-steps", options->decoder_steps, "Denoising steps of the decoder")
            ->capture_default_str();
        app.add_option("--context-noise", options->context_noise)->capture_default_str();
        app.add_option("--prompt-guidance", options->prompt_guidance,
                       "How much a new prompt counts for two seconds; above 1 these take a second pass")
            ->capture_default_str();
        return [options] { return bundle(*options); };
    });

}  // namespace
}  // namespace rv::tools
