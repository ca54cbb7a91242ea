#pragma once
/// A world on disk for tests that open one.

#include <stb/stb_image_write.h>
#include <torch/torch.h>

#include <fstream>

#include "tests/support/temporary_folder.h"
#include "world_model/checkpoint.h"
#include "world_model/decoder/diffusion.h"
#include "world_model/dynamics/convolutional.h"
#include "world_model/dynamics/transformer.h"
#include "world_model/numerics.h"
#include "world_model/tokenizer/convolutional.h"

namespace rv::world_model {

inline constexpr int kWidth = 40, kHeight = 24;

/// Random weights awake enough that every condition shows.
inline TensorMap awake(const torch::nn::Module& module) {
    TensorMap state = state_of(module);
    uint64_t i = 0;
    for (auto& [name, t] : state) {
        if (name != "latent_mean" && name != "latent_std" && name != "residual_std")
            t = t + 0.05 * torch::randn(t.sizes(), generator_for(1, i++));
    }
    return state;
}

/// A small world with random weights, in a folder of its own.
class WorldFolder {
  public:
    WorldFolder() {
        torch::manual_seed(1);
        const ConvolutionalTokenizerConfig tokenizer{4, 32, 32, 1, 1};
        ConvolutionalDynamicsConfig dynamics;
        dynamics.latent_channels = 4;
        dynamics.context_frames = 2;
        dynamics.cond = 32;
        dynamics.unet = {{32}, 1, false};
        dynamics.text = {"hashed", 64, 8, 16};
        write_checkpoint(folder_ / "tokenizer.safetensors",
                         {awake(*ConvolutionalTokenizer(tokenizer)),
                          {{"kind", "convolutional"}, {"config", nlohmann::json(tokenizer).dump()}}});
        write_checkpoint(folder_ / "dynamics.safetensors",
                         {awake(*ConvolutionalDynamics(dynamics)),
                          {{"kind", "convolutional"}, {"config", nlohmann::json(dynamics).dump()}}});
        std::vector<uint8_t> pixels(static_cast<size_t>(kWidth) * kHeight * 3);
        for (size_t i = 0; i < pixels.size(); ++i) pixels[i] = static_cast<uint8_t>(i * 7);
        stbi_write_png((folder_ / "a.png").c_str(), kWidth, kHeight, 3, pixels.data(), kWidth * 3);
        write_toml("");
    }
    void write_toml(const std::string& extra, int width = kWidth) {
        std::ofstream(folder_ / "world.toml")
            << "title = \"Test\"\nwidth = " << width << "\nheight = " << kHeight << "\nsampler_steps = 2\n"
            << extra << "\n[[start]]\nname = \"a\"\nfile = \"a.png\"\nprompt = \"noon\"\n";
    }
    /// A decoder that sees what it painted before.
    void take_decoder() {
        DiffusionDecoderConfig decoder;
        decoder.latent_channels = 4;
        decoder.cond = 32;
        decoder.remembers = true;
        decoder.unet = {{32}, 1, false};
        write_checkpoint(folder_ / "decoder.safetensors",
                         {awake(*DiffusionDecoder(decoder)),
                          {{"kind", "diffusion"}, {"config", nlohmann::json(decoder).dump()}}});
        write_toml("decoder = \"decoder.safetensors\"");
    }
    /// Another dynamics, one that writes into its state: a memory of four frames.
    void take_transformer() {
        TransformerDynamicsConfig dynamics;
        dynamics.latent_channels = 4;
        dynamics.cond = 16;
        dynamics.transformer = {
            .patch = 1, .dim = 16, .depth = 2, .heads = 2, .mlp_ratio = 1, .window = 4, .sink = 1};
        dynamics.text = {"hashed", 64, 8, 16};
        write_checkpoint(folder_ / "dynamics.safetensors",
                         {awake(*TransformerDynamics(dynamics)),
                          {{"kind", "transformer"}, {"config", nlohmann::json(dynamics).dump()}}});
    }
    [[nodiscard]] const std::filesystem::path& path() const { return folder_.path(); }
    std::filesystem::path operator/(const std::string& name) const { return folder_ / name; }

  private:
    tests::TemporaryFolder folder_;
};

}  // namespace rv::world_model
