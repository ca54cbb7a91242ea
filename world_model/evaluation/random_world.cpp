#include "world_model/evaluation/random_world.h"

#include <stb/stb_image_write.h>

#include <fstream>

#include "engine/core/error.h"
#include "world_model/checkpoint.h"
#include "world_model/dynamics/transformer.h"
#include "world_model/numerics.h"
#include "world_model/tokenizer/convolutional.h"
#include "world_model/world_file.h"

namespace rv::world_model {
namespace {

constexpr double kSpread = 0.02;  // of the weights; keeps the activations of deep networks finite

void write_network(const std::filesystem::path& file, const torch::nn::Module& module,
                   const std::string& kind, const nlohmann::json& config, uint64_t seed) {
    Checkpoint network{{}, {{"kind", kind}, {"config", config.dump()}}};
    const auto parameters = module.named_parameters();
    uint64_t i = 0;
    for (const auto& [name, tensor] : state_of(module)) {
        const bool learned = parameters.contains(name);
        const auto value =
            learned ? kSpread * torch::randn(tensor.sizes(), generator_for(seed, i++)) : tensor.clone();
        network.tensors.emplace(name, value.to(torch::kBFloat16));
    }
    write_checkpoint(file, network);
}

int64_t parameters_of(const torch::nn::Module& module) {
    int64_t count = 0;
    for (const auto& parameter : module.parameters()) count += parameter.numel();
    return count;
}

void write_start(const std::filesystem::path& file, const RandomWorldOptions& options) {
    const auto pixels = torch::randint(0, 256, {options.height, options.width, 3},
                                       generator_for(options.seed, 0), torch::TensorOptions(torch::kUInt8));
    if (!stbi_write_png(file.c_str(), options.width, options.height, 3, pixels.const_data_ptr(),
                        3 * options.width))
        throw FileError(file.string(), "cannot be written");
}

void write_toml(const std::filesystem::path& file, const RandomWorldOptions& options) {
    std::ofstream out(file);
    out << "title = \"Random weights\"\ndescription = \"Shows noise; to measure with\"\nwidth = "
        << options.width << "\nheight = " << options.height << "\nsampler_steps = " << options.sampler_steps
        << "\nmax_sampler_steps = " << options.sampler_steps
        << "\n\n[[start]]\nname = \"noise\"\nfile = \"noise.png\"\n"
        << "prompt = \"\"\n";
    if (!out.flush()) throw FileError(file.string(), "cannot be written");
}

}  // namespace

int64_t write_random_world(const std::filesystem::path& folder, const RandomWorldOptions& options) {
    if (options.width < 8 || options.height < 8 || options.width % 8 != 0 || options.height % 8 != 0)
        throw UsageError("a world of " + std::to_string(options.width) + " x " +
                             std::to_string(options.height) + " pixels cannot be divided into cells of 8",
                         "multiples of 8");
    TransformerDynamicsConfig dynamics;
    dynamics.transformer = {.patch = options.patch,
                            .dim = options.dim,
                            .depth = options.depth,
                            .heads = options.heads,
                            .mlp_ratio = options.mlp_ratio,
                            .window = options.window,
                            .sink = 1};
    const TransformerDynamics network(dynamics);
    const ConvolutionalTokenizerConfig tokenizer;
    std::filesystem::create_directories(folder);
    write_network(folder / "tokenizer.safetensors", *ConvolutionalTokenizer(tokenizer), "convolutional",
                  tokenizer, options.seed);
    write_network(folder / "dynamics.safetensors", *network, "transformer", dynamics, options.seed + 1);
    write_start(folder / "noise.png", options);
    write_toml(folder / kWorldFile, options);
    return parameters_of(*network);
}

}  // namespace rv::world_model
