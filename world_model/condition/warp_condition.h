#pragma once
/// Reprojection as the dynamics is given it: one place for training and for the live loop.

#include "world_model/tokenizer/tokenizer.h"

namespace rv::world_model {

struct WarpCondition {
    torch::Tensor warped;    ///< (B, C, h, w) float32
    torch::Tensor validity;  ///< (B, 1, h, w) float32, 0 to 1
};

/// What the dynamics is given of known pictures. @param pictures (B, 3, H, W)  @param known (B, 1, H, W)
WarpCondition encode_warp(Tokenizer& tokenizer, const torch::Tensor& pictures, const torch::Tensor& known,
                          torch::Device device, torch::ScalarType dtype);

}  // namespace rv::world_model
