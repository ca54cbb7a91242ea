#pragma once
/// The building blocks of DIAMOND's networks: a U-Net of residual blocks (Ronneberger et al. 2015) whose
/// norms are steered by a condition.

#include <torch/torch.h>

#include <optional>
#include <string>
#include <vector>

#include "world_model/families/layers.h"

namespace rv::world_model::families::diamond {

/// A 3 x 3 or 1 x 1 convolution that keeps the size, laid out as the device likes it.
Conv2d same_conv(WeightSource& weights, const std::string& name, int64_t in, int64_t out, int64_t kernel);
/// A 3 x 3 convolution that halves the size.
Conv2d halving_conv(WeightSource& weights, const std::string& name, int64_t channels);
/// Groups of 32 channels, at least one, without gain and offset: (B, C, H, W). Wu and He 2018.
torch::Tensor group_norm(const torch::Tensor& x);

/// Norm with gain and offset by channel.
struct GroupNorm {
    torch::Tensor weight, bias;

    GroupNorm() = default;
    GroupNorm(WeightSource& weights, const std::string& name, int64_t channels);
    torch::Tensor operator()(const torch::Tensor& x) const;
};

/// Attention among the places of a picture, heads of 8 channels, added to the normed input.
class SelfAttention {
  public:
    SelfAttention(WeightSource& weights, const std::string& name, int64_t channels);
    torch::Tensor operator()(const torch::Tensor& input) const;

  private:
    int64_t heads_;
    GroupNorm norm_;
    Conv2d qkv_proj_, out_proj_;
};

class ResBlock {
  public:
    ResBlock(WeightSource& weights, const std::string& name, int64_t in, int64_t out, int64_t cond,
             bool attn);
    /// @param x (B, in, H, W)  @param cond (B, cond)
    torch::Tensor operator()(const torch::Tensor& x, const torch::Tensor& cond) const;

  private:
    std::optional<Conv2d> proj_;
    Linear norm1_, norm2_;
    Conv2d conv1_, conv2_;
    std::optional<SelfAttention> attn_;
};

/// Residual blocks in a row, each of which may get another tensor beside its input.
class ResBlocks {
  public:
    ResBlocks(WeightSource& weights, const std::string& name, const std::vector<int64_t>& in,
              const std::vector<int64_t>& out, int64_t cond, bool attn);
    /// @param beside empty, or one tensor a block  @return what each block gave
    std::vector<torch::Tensor> operator()(torch::Tensor x, const torch::Tensor& cond,
                                          const std::vector<torch::Tensor>& beside = {}) const;

  private:
    std::vector<ResBlock> blocks_;
};

class UNet {
  public:
    /// Names as published: `name`.d_blocks, .mid_blocks, .u_blocks (the deepest first), .downsamples,
    /// .upsamples.
    UNet(WeightSource& weights, const std::string& name, int64_t cond, const std::vector<int64_t>& depths,
         const std::vector<int64_t>& channels, const std::vector<int64_t>& attn_depths);
    /// Any size: pads to the right and to the bottom meanwhile. @param x (B, channels[0], H, W)
    torch::Tensor operator()(const torch::Tensor& x, const torch::Tensor& cond) const;

  private:
    std::vector<ResBlocks> d_blocks_, u_blocks_;
    std::optional<ResBlocks> mid_blocks_;
    std::vector<Conv2d> downsamples_, upsamples_;  // of every level but the first
};

}  // namespace rv::world_model::families::diamond
