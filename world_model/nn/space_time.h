#pragma once
/// A transformer over frames: attention within each frame and, place by place, over the frames before.

#include <functional>
#include <nlohmann/json.hpp>

#include "world_model/nn/key_value_ring.h"

namespace rv::world_model::nn {

struct SpaceTimeConfig {
    int64_t patch = 1;      ///< latent cells a side of one token; frames are padded to a multiple of it
    int64_t dim = 256;      ///< features of a token
    int64_t depth = 8;      ///< blocks: in space, in time, in space, ...
    int64_t heads = 4;      ///< of dim / heads features each, a multiple of 4
    int64_t mlp_ratio = 3;  ///< hidden features of the MLP over dim
    int64_t window = 16;    ///< frames that one frame sees, itself among them
    int64_t sink = 1;       ///< of them the very first ones, which are never forgotten
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(SpaceTimeConfig, patch, dim, depth, heads, mlp_ratio, window,
                                                sink)

/// Takes q, k and v of one block, (F, N, 3, heads, features), and gives back what attention makes of them,
/// (F, N, heads * features).
using Attend = std::function<torch::Tensor(const torch::Tensor& qkv)>;

/// Attention and MLP, both residual, with shift, scale and gate from the condition; starts as the identity
/// (adaLN-Zero, Peebles and Xie 2023, Sec. 3.2). What attends to what is the caller's choice.
class SpaceTimeBlockImpl : public torch::nn::Module {
  public:
    SpaceTimeBlockImpl(const SpaceTimeConfig& config, int64_t cond);
    /// @param x (F, N, dim)  @param y (F, cond), after its activation  @return (F, N, dim)
    torch::Tensor forward(const torch::Tensor& x, const torch::Tensor& y, const Attend& attend);
    /// q, k and v as `attend` gets them.
    torch::Tensor project(const torch::Tensor& x, const torch::Tensor& y);

  private:
    torch::Tensor project(const torch::Tensor& x, const std::vector<torch::Tensor>& modulation);
    std::vector<torch::Tensor> modulate(const torch::Tensor& y);  // shift, scale, gate; twice: (F, 1, dim)

    int64_t dim_, heads_;
    torch::nn::Linear modulation_{nullptr}, qkv_{nullptr}, out_{nullptr}, fc1_{nullptr}, fc2_{nullptr};
};
TORCH_MODULE(SpaceTimeBlock);

/// Blocks that alternate between space (all tokens of a frame, two-dimensional rotary positions) and time
/// (one place over the frames up to this one, rotary in time), after Ho et al. 2019, "Axial Attention". The
/// same frames give the same outputs whether they come as a window or one by one.
class SpaceTimeTransformerImpl : public torch::nn::Module {
  public:
    /// @throws UsageError naming the value that makes no sense.
    SpaceTimeTransformerImpl(const SpaceTimeConfig& config, int64_t in, int64_t out, int64_t cond);

    /// Windows of T frames, each of which sees itself and those before it.
    /// @param x (B T, in, h, w)  @param y (B T, cond)  @param T at most config.window
    /// @return (B T, out, h, w)  @throws Error for other shapes
    torch::Tensor forward(const torch::Tensor& x, const torch::Tensor& y, int64_t T);

    /// @param B sequences  @param h, w of their frames
    [[nodiscard]] KeyValueRing make_ring(int64_t B, int64_t h, int64_t w) const;
    /// The frame at work of an open ring: (B, in, h, w), (B, cond) -> (B, out, h, w).
    /// @throws Error for other shapes than the ring was made for
    torch::Tensor step(const torch::Tensor& x, const torch::Tensor& y, KeyValueRing& ring);
    /// Only what later frames need: keys and values.
    void remember(const torch::Tensor& x, const torch::Tensor& y, KeyValueRing& ring);

    [[nodiscard]] const SpaceTimeConfig& config() const { return config_; }

  private:
    torch::Tensor tokens(const torch::Tensor& x);  // (F, in, h, w) -> (F, N, dim)
    torch::Tensor picture(const torch::Tensor& tokens, const torch::Tensor& y, int64_t h, int64_t w);
    Attend in_space(int64_t h, int64_t w);
    const Rotation& grid(int64_t h, int64_t w);
    void check(const torch::Tensor& x, const torch::Tensor& y) const;
    void check(const torch::Tensor& x, const torch::Tensor& y, const KeyValueRing& ring) const;
    [[nodiscard]] int64_t cells(int64_t side) const { return (side + config_.patch - 1) / config_.patch; }
    [[nodiscard]] int64_t features() const { return config_.dim / config_.heads; }
    [[nodiscard]] bool is_in_time(size_t block) const { return block % 2 == 1; }

    SpaceTimeConfig config_;
    int64_t in_, cond_;
    torch::nn::Conv2d embed_{nullptr};
    torch::nn::ModuleList blocks_;
    torch::nn::Linear modulation_{nullptr}, out_{nullptr};
    // The grid's positions, kept because frames keep their size.
    int64_t grid_h_ = 0, grid_w_ = 0;
    Rotation grid_;
};
TORCH_MODULE(SpaceTimeTransformer);

}  // namespace rv::world_model::nn
