#pragma once
/// A small convolutional U-Net with adaptive group norm.

#include <nlohmann/json.hpp>

#include "world_model/nn/blocks.h"

namespace rv::world_model::nn {

struct UNetConfig {
    std::vector<int64_t> channels = {192, 320};  ///< one entry a level; each level halves the resolution
    int64_t blocks = 2;     ///< residual blocks a level on the way down (one more on the way up)
    bool attention = true;  ///< at the lowest level
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(UNetConfig, channels, blocks, attention)

class UNetImpl : public torch::nn::Module {
  public:
    UNetImpl(const UNetConfig& config, int64_t in, int64_t out, int64_t cond);
    /// @param x (B, in, h, w), any h and w  @param y (B, cond)  @return (B, out, h, w)
    torch::Tensor forward(const torch::Tensor& x, const torch::Tensor& y);

  private:
    torch::nn::Conv2d conv_in_{nullptr}, conv_out_{nullptr};
    torch::nn::GroupNorm norm_out_{nullptr};
    torch::nn::ModuleList down_, up_, shrink_, grow_;  // down_, up_: lists of blocks, one list a level
    ResBlock middle1_{nullptr}, middle2_{nullptr};
    Attention attention_{nullptr};
};
TORCH_MODULE(UNet);

}  // namespace rv::world_model::nn
