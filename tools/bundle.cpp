/// reverie bundle: puts trained parts and starting frames together to a world.

#include "tools/bundle.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "engine/app/resources.h"
#include "engine/app/vulkan_observer.h"
#include "engine/asset/image.h"
#include "engine/core/error.h"
#include "engine/core/log.h"
#include "engine/dataset/dataset_reader.h"
#include "engine/simulator/walk_in.h"
#include "tools/command.h"

namespace rv::tools {
namespace {

namespace fs = std::filesystem;

std::string quoted(const std::string& text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        out += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
    }
    return out + "\"";
}

// Keeps a starting frame. @return its entry in world.toml
std::string write_start(const fs::path& folder, int index, const FrameView& frame, const std::string& prompt,
                        glm::vec3 up) {
    const std::string name = "start_" + std::to_string(index + 1);
    asset::save_png(folder / (name + ".png"), frame);
    char vector[64];
    std::snprintf(vector, sizeof vector, "up = [%.6f, %.6f, %.6f]\n", up.x, up.y, up.z);
    return "\n[[start]]\nname = \"" + std::to_string(index + 1) + "\"\nfile = " + quoted(name + ".png") +
           "\nprompt = " + quoted(prompt) + "\n" + vector;
}

// Walks a while and keeps the frame.
std::string make_start(simulator::Environment& environment, const BundleOptions& options, int index) {
    const uint64_t seed = options.seed_start + static_cast<uint64_t>(index);
    const std::string prompt =
        options.prompts.empty() ? "" : options.prompts[static_cast<size_t>(index) % options.prompts.size()];
    const simulator::Step step = simulator::walk_in(environment, seed, prompt, options.walk);
    const auto& seen = step.observation;
    return write_start(options.out, index,
                       {seen.rgba.data(), seen.width, seen.height, static_cast<size_t>(seen.width) * 4},
                       environment.prompt(), glm::conjugate(seen.pose.orientation) * glm::vec3(0, 1, 0)) +
           "simulator_seed = " + std::to_string(seed) + "\nsimulator_walk = " + std::to_string(options.walk) +
           "\n";
}

double vertical_fov_degrees(const Intrinsics& k) {
    return 2 * std::atan(0.5 * k.height / static_cast<double>(k.fy)) * 180 / M_PI;
}

std::string copy_part(const std::string& from, const BundleOptions& options, const std::string& name) {
    if (from.empty()) return {};
    if (!fs::is_regular_file(from))
        throw FileError(from, "there is no such checkpoint", "reverie train " + name);
    const std::string file = name + ".safetensors";
    fs::copy_file(from, fs::path(options.out) / file, fs::copy_options::overwrite_existing);
    return name + " = " + quoted(file) + "\n";
}

// What world.toml says, and its starting frames.
struct Source {
    std::string environment;
    int width = 0, height = 0;
    double frame_rate = 15, vertical_fov_degrees = 55;
    bool prompt = true, pose = true, depth = true;
    std::string starts;
};

Source from_simulator(const BundleOptions& options) {
    VulkanObserver observer;
    const auto environment = simulator::create_environment(
        options.environment, {.width = options.width, .height = options.height, .drive = false, .prompt = {}},
        observer);
    const simulator::EnvironmentSpec& spec = environment->spec();
    Source source{.environment = options.environment,
                  .width = options.width,
                  .height = options.height,
                  .frame_rate = spec.frame_rate,
                  .prompt = spec.has_prompt,
                  .starts = {}};
    source.vertical_fov_degrees =
        vertical_fov_degrees(environment->reset(options.seed_start).observation.intrinsics);
    for (int i = 0; i < options.starts; ++i) source.starts += make_start(*environment, options, i);
    return source;
}

// Starting frames lie evenly over the recordings, not quite at their beginnings.
Source from_recordings(const BundleOptions& options) {
    const auto data = dataset::DatasetReader::open(options.data);
    if (data.size() == 0) throw UsageError(options.data + " holds no episode");
    const dataset::DatasetInfo& info = data.info();
    const int width = info.intrinsics.width, height = info.intrinsics.height;
    Source source{.environment = {},
                  .width = width,
                  .height = height,
                  .frame_rate = info.frame_rate,
                  .vertical_fov_degrees = vertical_fov_degrees(info.intrinsics),
                  .prompt = info.has_prompt,
                  .pose = info.has_poses,
                  .depth = info.has_poses && info.has_maps,
                  .starts = {}};
    const size_t pixels = static_cast<size_t>(width) * static_cast<size_t>(height);
    for (int i = 0; i < options.starts; ++i) {
        const size_t which = static_cast<size_t>(i) * data.size() / static_cast<size_t>(options.starts);
        const dataset::Episode episode =
            data.load(which, {.depth = false, .normals = false, .segmentation = false});
        const int t = std::min(episode.frames - 1, episode.frames * (1 + i % 3) / 5);
        std::vector<uint8_t> rgba(pixels * 4, 255);
        for (size_t p = 0; p < pixels; ++p)
            std::copy_n(
                episode.rgb.begin() + static_cast<std::ptrdiff_t>((static_cast<size_t>(t) * pixels + p) * 3),
                3, rgba.begin() + static_cast<std::ptrdiff_t>(p * 4));
        const dataset::PromptSpan* prompt = episode.prompt_at(t);
        source.starts +=
            write_start(options.out, i, {rgba.data(), width, height, static_cast<size_t>(width) * 4},
                        prompt == nullptr ? "" : prompt->text,
                        glm::conjugate(episode.pose(t).orientation) * glm::vec3(0, 1, 0));
    }
    return source;
}

}  // namespace

void bundle(const BundleOptions& options) {
    fs::create_directories(options.out);
    const Source source = options.data.empty() ? from_simulator(options) : from_recordings(options);
    const auto yes = [](bool value) { return std::string(value ? "true" : "false"); };

    std::string text = "# Made by `reverie bundle`.\n";
    text += "title = " + quoted(options.title.empty() ? options.environment : options.title) + "\n";
    text += "description = " + quoted(options.description) + "\n";
    if (!source.environment.empty()) text += "environment = " + quoted(source.environment) + "\n";
    text += "width = " + std::to_string(source.width) + "\nheight = " + std::to_string(source.height) + "\n";
    text += "frame_rate = " + std::to_string(source.frame_rate) + "\n";
    text += "vertical_fov_degrees = " + std::to_string(source.vertical_fov_degrees) + "\n";
    text += "prompt = " + yes(source.prompt) + "\n";
    if (!source.pose) text += "pose = false\n";
    if (!source.depth) text += "depth = false\n";
    text += copy_part(options.tokenizer, options, "tokenizer");
    text += copy_part(options.dynamics, options, "dynamics");
    text += copy_part(options.decoder, options, "decoder");
    text += "sampler_steps = " + std::to_string(options.sampler_steps) + "\n";
    text += "decoder_steps = " + std::to_string(options.decoder_steps) + "\n";
    text += "context_noise = " + std::to_string(options.context_noise) + "\n";
    text += "trust = " + std::to_string(options.trust) + "\n";
    text += "prompt_guidance = " + std::to_string(options.prompt_guidance) + "\n";
    text += "prompts = [";
    for (size_t i = 0; i < options.prompts.size(); ++i) text += (i ? ", " : "") + quoted(options.prompts[i]);
    text += "]\n" + source.starts;

    const fs::path file = fs::path(options.out) / "world.toml";
    std::ofstream out(file);
    out << text;
    if (!out.flush())
        throw FileError(file.string(), "cannot be written", "check the folder and the free space");
    log::info("wrote {}", file.string());
}

namespace {

const Command kBundle(
    "bundle", "Put trained parts and starting frames together to a world", [](CLI::App& app) -> Run {
        auto options = std::make_shared<BundleOptions>();
        app.add_option("--environment", options->environment, "The simulator that gives the starting frames")
            ->capture_default_str();
        app.add_option("--data", options->data,
                       "A dataset that gives size, lens and starting frames instead of a simulator");
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
        app.add_option("--trust", options->trust,
                       "Share of the predicted change that is left out where kept frames show what is there")
            ->check(CLI::Range(0.0, 1.0))
            ->capture_default_str();
        return [options] {
            bundle(*options);
            return 0;
        };
    });

}  // namespace
}  // namespace rv::tools
