#pragma once
/// Tokenizers that also span time.

#include "world_model/tokenizer/tokenizer.h"

namespace rv::world_model {

/// A film of 1 + n frames_per_latent() frames becomes 1 + n latents: the first frame's own, and one for each
/// group of frames behind it. A latent knows the frames of its group and those before, and the frames of a
/// group are made of its latent and those before; so a picture is the first frame of a film, and what
/// Tokenizer's functions give of it is the same.
class VideoTokenizer : public Tokenizer {
  public:
    [[nodiscard]] virtual int64_t frames_per_latent() const = 0;
    /// @param video (B, 3, 1 + n frames_per_latent(), H, W) in [-1, 1]  @return (B, C, 1 + n, h, w)
    /// @throws Error for another number of frames, or sides that are no multiples of downscale().
    virtual torch::Tensor encode_video(const torch::Tensor& video) = 0;
    /// (B, C, 1 + n, h, w) -> (B, 3, 1 + n frames_per_latent(), H, W)
    virtual torch::Tensor decode_video(const torch::Tensor& latents) = 0;

    torch::Tensor encode(const torch::Tensor& frames) override {
        return encode_video(frames.unsqueeze(2)).squeeze(2);
    }
    Decoded decode(const torch::Tensor& latents) override {
        return {decode_video(latents.unsqueeze(2)).squeeze(2), {}};
    }

  protected:
    /// @throws Error as encode_video does.
    void check_video(const torch::Tensor& video) const;
};

}  // namespace rv::world_model
