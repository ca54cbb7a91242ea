#pragma once
/// The layers of a Cosmos tokenizer (arXiv:2501.03575, section 4.1): convolutions and attention, each first
/// within frames and then over time, where no frame sees a later one.
///
/// All work on films laid out as pictures, (B T, C, h, w) with T frames a film one after the other; `forward`
/// is told T. Before the first frame stand copies of it.

#include <torch/torch.h>

namespace rv::world_model::cosmos {

/// Normalises each frame by itself, over channels and places: nothing of a later frame gets in.
torch::nn::GroupNorm frame_norm(int64_t channels);

/// Three frames, this one and the two before, in each place; `stride` 2 keeps every second frame, the first
/// among them: T = 1 + 2 n becomes 1 + n.
class TimeConvImpl : public torch::nn::Module {
  public:
    TimeConvImpl(int64_t in, int64_t out, int64_t stride = 1);
    torch::Tensor forward(const torch::Tensor& x, int64_t T);
    void begin_at_zero();  ///< whatever comes in, until something was learned

  private:
    int64_t stride_;
    torch::nn::Conv2d mix_{nullptr};
};
TORCH_MODULE(TimeConv);

/// 3 x 3 within frames, then three frames in each place.
class CausalConvImpl : public torch::nn::Module {
  public:
    CausalConvImpl(int64_t in, int64_t out);
    torch::Tensor forward(const torch::Tensor& x, int64_t T);
    void begin_at_zero() { time_->begin_at_zero(); }

  private:
    torch::nn::Conv2d space_{nullptr};
    TimeConv time_{nullptr};
};
TORCH_MODULE(CausalConv);

class CausalResBlockImpl : public torch::nn::Module {
  public:
    CausalResBlockImpl(int64_t in, int64_t out);
    torch::Tensor forward(const torch::Tensor& x, int64_t T);

  private:
    torch::nn::GroupNorm norm1_{nullptr}, norm2_{nullptr};
    CausalConv conv1_{nullptr}, conv2_{nullptr};
    torch::nn::Conv2d skip_{nullptr};
};
TORCH_MODULE(CausalResBlock);

/// Self-attention within each frame, or in each place over the frames up to this one; residual, 64 channels
/// a head.
class CausalAttentionImpl : public torch::nn::Module {
  public:
    enum class Along { Space, Time };
    CausalAttentionImpl(int64_t channels, Along along);
    torch::Tensor forward(const torch::Tensor& x, int64_t T);

  private:
    Along along_;
    int64_t heads_;
    torch::nn::GroupNorm norm_{nullptr};
    torch::nn::Conv2d qkv_{nullptr}, out_{nullptr};
};
TORCH_MODULE(CausalAttention);

/// Half the height and width and, where told to, half the frames: a mean, and what convolutions add to it.
class DownsampleImpl : public torch::nn::Module {
  public:
    DownsampleImpl(int64_t channels, bool space, bool time);
    /// T is set to the new number of frames.
    torch::Tensor forward(const torch::Tensor& x, int64_t& T);

  private:
    torch::nn::Conv2d space_{nullptr};
    TimeConv time_{nullptr};
};
TORCH_MODULE(Downsample);

/// Twice the height and width and, where told to, T becomes 2 T - 1: repetition, and what convolutions add.
class UpsampleImpl : public torch::nn::Module {
  public:
    UpsampleImpl(int64_t channels, bool space, bool time);
    torch::Tensor forward(const torch::Tensor& x, int64_t& T);

  private:
    torch::nn::Conv2d space_{nullptr};
    TimeConv time_{nullptr};
};
TORCH_MODULE(Upsample);

}  // namespace rv::world_model::cosmos
