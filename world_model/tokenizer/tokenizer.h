#pragma once
/// Between frames and latents.

#include <torch/torch.h>

namespace rv::world_model {

/// What a tokenizer's decoder sees in a latent.
struct Decoded {
    torch::Tensor frame;          ///< (B, 3, H, W) in [-1, 1]
    torch::Tensor inverse_depth;  ///< (B, 1, H, W), see depth.h; undefined for tokenizers without depth
};

/// A frame becomes a latent of (C, h, w) with mean 0 and standard deviation 1 a channel, and back.
class Tokenizer {
  public:
    virtual ~Tokenizer() = default;
    [[nodiscard]] virtual int64_t latent_channels() const = 0;
    [[nodiscard]] virtual int64_t downscale() const = 0;  ///< H / h = W / w
    /// @param frames (B, 3, H, W) in [-1, 1], H and W multiples of downscale()  @return (B, C, h, w)
    virtual torch::Tensor encode(const torch::Tensor& frames) = 0;
    virtual Decoded decode(const torch::Tensor& latents) = 0;
};

}  // namespace rv::world_model
