#pragma once
/// Building blocks of the convolutional networks. All work on (B, C, h, w) in channels_last, float32 or
/// bfloat16.

#include <torch/torch.h>

namespace rv::world_model::nn {

/// 32 channels a group, at least one group.
torch::nn::GroupNorm group_norm(int64_t channels, bool affine = true);
torch::nn::Conv2d conv3x3(int64_t in, int64_t out);
torch::nn::Conv2d conv1x1(int64_t in, int64_t out);
/// Sets weight and bias to zero, so that a residual branch starts as the identity.
torch::nn::Conv2d zero_init(torch::nn::Conv2d conv);

/// Residual block. With a condition its norms are adaptive (Dhariwal and Nichol 2021, Sec. 3):
/// AdaGN(h, y) = (1 + y_s) GroupNorm(h) + y_b.
class ResBlockImpl : public torch::nn::Module {
  public:
    /// @param cond size of the condition vector, 0 for none.
    ResBlockImpl(int64_t in, int64_t out, int64_t cond = 0);
    /// @param x (B, in, h, w)  @param y (B, cond), undefined without a condition  @return (B, out, h, w)
    torch::Tensor forward(const torch::Tensor& x, const torch::Tensor& y = {});

  protected:
    FORWARD_HAS_DEFAULT_ARGS({1, torch::nn::AnyValue(torch::Tensor())})

  private:
    torch::nn::GroupNorm norm1_{nullptr}, norm2_{nullptr};
    torch::nn::Conv2d conv1_{nullptr}, conv2_{nullptr}, skip_{nullptr};
    torch::nn::Linear modulation_{nullptr};
};
TORCH_MODULE(ResBlock);

/// Self-attention over all positions, residual; 64 channels a head.
class AttentionImpl : public torch::nn::Module {
  public:
    explicit AttentionImpl(int64_t channels);
    torch::Tensor forward(const torch::Tensor& x);

  private:
    int64_t heads_;
    torch::nn::GroupNorm norm_{nullptr};
    torch::nn::Conv2d qkv_{nullptr}, out_{nullptr};
};
TORCH_MODULE(Attention);

}  // namespace rv::world_model::nn
