#include "world_model/parts.h"

#include <array>
#include <cstdio>
#include <fstream>
#include <functional>

#include "engine/core/error.h"
#include "world_model/checkpoint.h"
#include "world_model/config.h"
#include "world_model/decoder/diffusion.h"
#include "world_model/dynamics/convolutional.h"
#include "world_model/dynamics/transformer.h"
#include "world_model/numerics.h"
#include "world_model/tokenizer/convolutional.h"
#include "world_model/tokenizer/cosmos/tokenizer.h"
#include "world_model/tokenizer/torchscript.h"

namespace rv::world_model {
namespace {

// Builds a part from its configuration; gives it back both as itself and as the module that holds the
// weights.
template <class Part>
struct Built {
    std::shared_ptr<Part> part;
    std::shared_ptr<torch::nn::Module> module;
};

template <class Part>
using Factories =
    std::map<std::string,
             std::function<Built<Part>(const nlohmann::json& config, const std::filesystem::path& file)>>;

std::string config_of(const std::filesystem::path& file) {
    return file.string() + ", config";
}

template <class Part, class Holder, class Config>
auto factory() {
    return [](const nlohmann::json& config, const std::filesystem::path& file) {
        const Holder holder(config_from<Config>(config, config_of(file)));
        return Built<Part>{holder.ptr(), holder.ptr()};
    };
}

// Its weights are in files of their own.
Built<Tokenizer> build_torchscript(const nlohmann::json& config, const std::filesystem::path& file) {
    const TorchScriptTokenizer tokenizer(config_from<TorchScriptTokenizerConfig>(config, config_of(file)),
                                         file);
    return {tokenizer.ptr(), tokenizer.ptr()};
}

const Factories<Tokenizer>& tokenizers() {
    static const Factories<Tokenizer> kinds = {
        {"convolutional", factory<Tokenizer, ConvolutionalTokenizer, ConvolutionalTokenizerConfig>()},
        {"cosmos", factory<Tokenizer, CosmosTokenizer, CosmosTokenizerConfig>()},
        {"torchscript", build_torchscript}};
    return kinds;
}

const Factories<Dynamics>& dynamics() {
    static const Factories<Dynamics> kinds = {
        {"convolutional", factory<Dynamics, ConvolutionalDynamics, ConvolutionalDynamicsConfig>()},
        {"transformer", factory<Dynamics, TransformerDynamics, TransformerDynamicsConfig>()}};
    return kinds;
}

const Factories<Decoder>& decoders() {
    static const Factories<Decoder> kinds = {
        {"diffusion", factory<Decoder, DiffusionDecoder, DiffusionDecoderConfig>()}};
    return kinds;
}

template <class Part>
std::shared_ptr<Part> load(const Factories<Part>& kinds, const std::filesystem::path& file,
                           torch::Device device, torch::ScalarType dtype) {
    const Checkpoint checkpoint = read_checkpoint(file);
    const auto kind = checkpoint.metadata.find("kind");
    const auto found = kind == checkpoint.metadata.end() ? kinds.end() : kinds.find(kind->second);
    if (found == kinds.end()) {
        std::string known;
        for (const auto& [name, make] : kinds) known += (known.empty() ? "" : ", ") + name;
        throw FileError(file.string(), "its metadata names no known kind of network", "one of " + known);
    }
    Built<Part> built = found->second(checkpoint.json("config", file), file);
    load_state(*built.module, checkpoint.tensors, file);
    prepare(*built.module, device, dtype);
    built.module->eval();
    for (auto& parameter : built.module->parameters()) parameter.set_requires_grad(false);
    return built.part;
}

}  // namespace

std::shared_ptr<Tokenizer> load_tokenizer(const std::filesystem::path& file, torch::Device device,
                                          torch::ScalarType dtype) {
    return load(tokenizers(), file, device, dtype);
}

std::shared_ptr<Dynamics> load_dynamics(const std::filesystem::path& file, torch::Device device,
                                        torch::ScalarType dtype) {
    return load(dynamics(), file, device, dtype);
}

std::shared_ptr<Decoder> load_decoder(const std::filesystem::path& file, torch::Device device,
                                      torch::ScalarType dtype) {
    return load(decoders(), file, device, dtype);
}

std::string file_digest(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) throw FileError(path.string(), "cannot be read");
    uint64_t hash = 14695981039346656037ull;
    std::array<char, 1 << 16> block;
    while (file.read(block.data(), block.size()), file.gcount() > 0) {
        for (std::streamsize i = 0; i < file.gcount(); ++i) {
            hash = (hash ^ static_cast<unsigned char>(block[static_cast<size_t>(i)])) * 1099511628211ull;
        }
    }
    char text[17];
    std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(hash));
    return text;
}

}  // namespace rv::world_model
