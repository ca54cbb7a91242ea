#include "world_model/nn/attention.h"

#include <cmath>
#include <limits>

namespace rv::world_model::nn {

torch::Tensor attention(const torch::Tensor& q, const torch::Tensor& k, const torch::Tensor& v,
                        const torch::Tensor& bias) {
    if (q.is_cuda()) {
        return at::scaled_dot_product_attention(
            q, k, v, bias.defined() ? std::optional<at::Tensor>(bias) : std::nullopt);
    }
    auto scores = at::matmul(q * (1 / std::sqrt(static_cast<double>(q.size(-1)))), k.transpose(-1, -2));
    if (bias.defined()) scores = scores + bias;
    return at::matmul(scores.softmax(-1), v);
}

torch::Tensor causal_bias(int64_t T, const torch::TensorOptions& options) {
    return torch::full({T, T}, -std::numeric_limits<double>::infinity(), options).triu(1);
}

}  // namespace rv::world_model::nn
