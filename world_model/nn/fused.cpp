#include "world_model/nn/fused.h"

#include "world_model/cuda/built_kernels.h"
#include "world_model/cuda/norm.h"

namespace rv::world_model::nn {

torch::Tensor adaptive_group_norm(const torch::nn::GroupNorm& norm, const torch::Tensor& x,
                                  const Modulation& modulation, Activation activation) {
    if constexpr (cuda::kKernelsBuilt) {
        const auto& options = norm->options;
        const auto fused =
            cuda::group_norm(x, options.num_groups(), norm->weight, norm->bias, options.eps(),
                             modulation.scale, modulation.shift, activation == Activation::Silu);
        if (fused) return *fused;
    }
    torch::Tensor h = norm.ptr()->forward(x);
    if (modulation.scale.defined()) h = torch::addcmul(modulation.shift, h, 1 + modulation.scale);
    return activation == Activation::Silu ? torch::silu(h) : h;
}

torch::Tensor adaptive_layer_norm(const torch::Tensor& x, const Modulation& modulation, double eps) {
    if constexpr (cuda::kKernelsBuilt) {
        const auto fused = cuda::layer_norm(x, modulation.shift, modulation.scale, eps);
        if (fused) return *fused;
    }
    return torch::addcmul(modulation.shift, at::layer_norm(x, {x.size(-1)}, {}, {}, eps),
                          1 + modulation.scale);
}

}  // namespace rv::world_model::nn
