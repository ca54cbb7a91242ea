#pragma once
/// Turns a predicted latent into a sharp frame.

#include "world_model/sampling/noise.h"
#include "world_model/tokenizer/tokenizer.h"

namespace rv::world_model {

/// What was painted before, drawn into the camera of the frames to paint: detail that need not be invented
/// anew. Undefined tensors: nothing is known.
struct PaintedBefore {
    torch::Tensor shown;     ///< (B, 3, enlarges() H, enlarges() W)
    torch::Tensor validity;  ///< (B, 1, H, W), 1 where known
};

class Decoder {
  public:
    virtual ~Decoder() = default;
    /// Pixels a side that it paints for each of the tokenizer's.
    [[nodiscard]] virtual int64_t enlarges() const { return 1; }
    /// Whether it makes use of PaintedBefore.
    [[nodiscard]] virtual bool remembers() const { return false; }
    /// @param latent (1, C, h, w)  @param decoded what the tokenizer makes of it  @param steps of the
    /// sampler, at least 1
    /// @return (1, 3, enlarges() H, enlarges() W) in [-1, 1]
    virtual torch::Tensor decode(const torch::Tensor& latent, const Decoded& decoded,
                                 const PaintedBefore& before, int steps, Noise noise) = 0;
};

}  // namespace rv::world_model
