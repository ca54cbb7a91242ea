#pragma once
/// The layers that published networks are made of, on tensors from a WeightSource. Plain values: copies share
/// their weights.

#include <torch/torch.h>

#include <string>

#include "world_model/families/weights.h"

namespace rv::world_model::families {

/// (..., in) -> (..., out)
struct Linear {
    torch::Tensor weight, bias;

    Linear() = default;
    /// Takes `name`.weight and, unless told otherwise, `name`.bias.
    Linear(WeightSource& from, const std::string& name, int64_t in, int64_t out, bool with_bias = true)
        : weight(from.take(name + ".weight", {out, in})) {
        if (with_bias) bias = from.take(name + ".bias", {out});
    }
    torch::Tensor operator()(const torch::Tensor& x) const { return at::linear(x, weight, bias); }
};

/// Over the last axis, with gain and offset. The epsilon is that of every norm in these networks, 1e-6.
struct LayerNorm {
    torch::Tensor weight, bias;

    LayerNorm() = default;
    LayerNorm(WeightSource& from, const std::string& name, int64_t features)
        : weight(from.take(name + ".weight", {features})), bias(from.take(name + ".bias", {features})) {}
    torch::Tensor operator()(const torch::Tensor& x) const {
        return at::layer_norm(x, {x.size(-1)}, weight, bias, 1e-6);
    }
};

/// (B, in, H, W) -> (B, out, H', W')
struct Conv2d {
    torch::Tensor weight, bias;
    int64_t stride = 1, padding = 0;

    Conv2d() = default;
    Conv2d(WeightSource& from, const std::string& name, int64_t in, int64_t out, int64_t kernel, int64_t step,
           int64_t border)
        : weight(from.take(name + ".weight", {out, in, kernel, kernel})),
          bias(from.take(name + ".bias", {out})),
          stride(step),
          padding(border) {}
    torch::Tensor operator()(const torch::Tensor& x) const {
        return at::conv2d(x, weight, bias, {stride, stride}, {padding, padding});
    }
};

/// fc2(gelu(fc1(x)))
struct Mlp {
    Linear fc1, fc2;
    const char* gelu = "none";  ///< or "tanh": the approximation

    Mlp() = default;
    Mlp(WeightSource& from, const std::string& name, int64_t features, int64_t hidden, const char* kind)
        : fc1(from, name + ".fc1", features, hidden),
          fc2(from, name + ".fc2", hidden, features),
          gelu(kind) {}
    torch::Tensor operator()(const torch::Tensor& x) const { return fc2(at::gelu(fc1(x), gelu)); }
};

}  // namespace rv::world_model::families
