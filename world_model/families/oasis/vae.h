#pragma once
/// The autoencoder of Oasis: a vision transformer that codes every patch of a frame as one latent cell.

#include <torch/torch.h>

#include <vector>

#include "world_model/families/layers.h"
#include "world_model/families/oasis/config.h"
#include "world_model/families/oasis/rotary.h"

namespace rv::world_model::families::oasis {

class Vae {
  public:
    /// @throws FileError if the source's tensors do not fit.
    Vae(const OasisConfig& config, WeightSource& weights);

    /// The mean of the code, scaled as the transformer takes it.
    /// @param frames (B, 3, H, W) in [-1, 1]  @return (B, C, h, w) float32
    [[nodiscard]] torch::Tensor encode(const torch::Tensor& frames) const;
    /// @param latents (B, C, h, w), scaled  @return (B, 3, H, W) float32 around [-1, 1], not clamped
    [[nodiscard]] torch::Tensor decode(const torch::Tensor& latents) const;

  private:
    struct Block {
        LayerNorm norm1;
        Linear qkv, proj;
        LayerNorm norm2;
        Mlp mlp;
    };
    static Block make_block(WeightSource& weights, const std::string& name, const OasisConfig& config);
    [[nodiscard]] torch::Tensor through(const Block& block, const torch::Tensor& x) const;
    [[nodiscard]] torch::TensorOptions options() const { return patch_embed_.weight.options(); }

    OasisConfig config_;
    Conv2d patch_embed_;
    std::vector<Block> encoder_, decoder_;
    LayerNorm enc_norm_, dec_norm_;
    Linear quant_conv_, post_quant_conv_, predictor_;
    PairRotation grid_;  // turns the first half of each head's features
};

}  // namespace rv::world_model::families::oasis
