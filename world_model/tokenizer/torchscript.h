#pragma once
/// Tokenizers that somebody published as TorchScript: two files, `encoder.jit` and `decoder.jit`, of pictures
/// or films, continuous or discrete, as NVIDIA's Cosmos tokenizers are.
///
/// TorchScript is a program: loading such a file and running it executes what its author wrote. Nothing loads
/// one but what a person imported by its name, and a part made of such files refuses them when they have
/// changed since.

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "world_model/tokenizer/video_tokenizer.h"

namespace rv::world_model {

/// What a part says about its two files.
struct TorchScriptTokenizerConfig {
    std::string encoder, decoder;                ///< absolute, or relative to the part's folder
    std::string encoder_digest, decoder_digest;  ///< parts.h, file_digest
    bool video = true;                           ///< takes (B, 3, T, H, W); pictures: (B, 3, H, W)
    bool discrete = false;  ///< the encoder gives indices and codes, the decoder takes indices
    int64_t latent_channels = 16;
    int64_t space = 8;  ///< pixels a side in one latent
    int64_t time = 8;   ///< frames in one latent beside the first; 1 for pictures
    std::vector<int64_t> levels = {8, 8, 8, 5, 5, 5};  ///< of a discrete one, a channel each
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(TorchScriptTokenizerConfig, encoder, decoder, encoder_digest,
                                                decoder_digest, video, discrete, latent_channels, space, time,
                                                levels)

/// Runs the two files on a black picture or film and says what they are.
/// @throws FileError if one is not TorchScript, or they are no tokenizer of these kinds or not of each other.
TorchScriptTokenizerConfig examine_torchscript(const std::filesystem::path& encoder,
                                               const std::filesystem::path& decoder);

/// Latents of a discrete one are its codes; what it decodes is first brought back to the nearest ones. Films
/// of a tokenizer of pictures are so many pictures. The files run in the number format that they were saved
/// in.
class TorchScriptTokenizerImpl : public torch::nn::Module, public VideoTokenizer {
  public:
    /// @param part the file that has the configuration; names it in messages
    /// @throws FileError if a file is missing, is not TorchScript, or has changed since it was imported.
    TorchScriptTokenizerImpl(const TorchScriptTokenizerConfig& config, const std::filesystem::path& part);
    ~TorchScriptTokenizerImpl() override;

    [[nodiscard]] int64_t latent_channels() const override { return config_.latent_channels; }
    [[nodiscard]] int64_t downscale() const override { return config_.space; }
    [[nodiscard]] int64_t frames_per_latent() const override { return config_.time; }
    /// @throws Error also if the program within fails.
    torch::Tensor encode_video(const torch::Tensor& video) override;
    torch::Tensor decode_video(const torch::Tensor& latents) override;

    /// The codes before they are normalised.
    torch::Tensor encode_raw(const torch::Tensor& video);
    /// Fixes mean and standard deviation (C) of the codes, measured on data.
    void set_latent_statistics(const torch::Tensor& mean, const torch::Tensor& std);
    [[nodiscard]] const TorchScriptTokenizerConfig& config() const { return config_; }

  private:
    struct Programs;

    TorchScriptTokenizerConfig config_;
    std::unique_ptr<Programs> programs_;
    torch::Tensor latent_mean_, latent_std_;  // (1, C, 1, 1, 1)
};
TORCH_MODULE(TorchScriptTokenizer);

}  // namespace rv::world_model
