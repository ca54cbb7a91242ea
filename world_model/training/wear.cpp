#include "world_model/training/wear.h"

namespace rv::world_model {
namespace {

constexpr double kWidestGain = 0.3, kWidestOffset = 0.15;

// (B, 1, 1, 1), true for a random share.
torch::Tensor chosen(int64_t B, double share, const Draws& draws) {
    return (draws.rand({B}) < share).reshape({-1, 1, 1, 1});
}

}  // namespace

torch::Tensor soften(const torch::Tensor& pictures, const torch::Tensor& known, double share,
                     const Draws& draws) {
    namespace F = torch::nn::functional;
    const int64_t B = pictures.size(0);
    const int64_t factor = int64_t{2}
                           << torch::randint(3, {1}, draws.shared(), torch::kInt64).item<int64_t>();
    const auto weight = torch::avg_pool2d(known, factor).clamp_min(1e-3);
    const auto coarse = torch::avg_pool2d(pictures * known, factor) / weight;
    const auto soft =
        F::interpolate(coarse, F::InterpolateFuncOptions()
                                   .size(std::vector<int64_t>{pictures.size(2), pictures.size(3)})
                                   .mode(torch::kBilinear)
                                   .align_corners(false));
    const auto picked = chosen(B, share, draws);
    const auto amount = draws.rand({B, 1, 1, 1}) * picked;
    return (pictures + amount * (soft - pictures)) * known;
}

torch::Tensor recolour(const torch::Tensor& pictures, double share, const Draws& draws) {
    const int64_t B = pictures.size(0);
    const auto draw = [&](double widest) { return (draws.rand({B, 3, 1, 1}) * 2 - 1) * widest; };
    const auto gain = 1 + draw(kWidestGain), offset = draw(kWidestOffset);
    return torch::where(chosen(B, share, draws), (pictures * gain + offset).clamp(-1, 1), pictures);
}

}  // namespace rv::world_model
