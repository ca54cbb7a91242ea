#include "world_model/tokenizer/cosmos/haar.h"

namespace rv::world_model::cosmos {
namespace {

constexpr int kLevels = 2;

// Means of neighbours along `dim` first, then their half differences, as channels.
torch::Tensor analyse(const torch::Tensor& x, int64_t dim) {
    const auto pairs = x.unflatten(dim, {x.size(dim) / 2, 2});
    const auto first = pairs.select(dim + 1, 0), second = pairs.select(dim + 1, 1);
    return torch::cat({(first + second) * 0.5, (first - second) * 0.5}, 1);
}

torch::Tensor synthesise(const torch::Tensor& x, int64_t dim) {
    const auto bands = x.chunk(2, 1);
    return torch::stack({bands[0] + bands[1], bands[0] - bands[1]}, dim + 1).flatten(dim, dim + 1);
}

}  // namespace

torch::Tensor haar(const torch::Tensor& video) {
    auto x = torch::cat({video.slice(2, 0, 1).expand({-1, -1, kWaveletStride - 1, -1, -1}), video}, 2);
    for (int level = 0; level < kLevels; ++level)
        for (const int64_t dim : {2, 3, 4}) x = analyse(x, dim);
    return x;
}

torch::Tensor inverse_haar(const torch::Tensor& bands) {
    auto x = bands;
    for (int level = 0; level < kLevels; ++level)
        for (const int64_t dim : {4, 3, 2}) x = synthesise(x, dim);
    return x.slice(2, kWaveletStride - 1);
}

}  // namespace rv::world_model::cosmos
