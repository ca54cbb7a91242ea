#include "world_model/evaluation/metrics.h"

#include <cmath>

namespace rv::world_model {

double psnr_db(const torch::Tensor& picture, const torch::Tensor& truth) {
    const double mse =
        (picture.to(torch::kFloat64) - truth.to(torch::kFloat64)).square().mean().item<double>();
    constexpr double kPeak = 2.0;  // the range of [-1, 1]
    return mse <= kPeak * kPeak * 1e-10 ? 100.0 : 10 * std::log10(kPeak * kPeak / mse);
}

double ssim(const torch::Tensor& picture, const torch::Tensor& truth) {
    constexpr int64_t kWindow = 11;
    constexpr double kSigma = 1.5, kRange = 2.0, C1 = 0.01 * kRange * 0.01 * kRange,
                     C2 = 0.03 * kRange * 0.03 * kRange;
    TORCH_CHECK(picture.size(1) >= kWindow && picture.size(2) >= kWindow,
                "ssim: the picture is smaller than the window");
    const auto d = torch::arange(kWindow, torch::kFloat64) - (kWindow - 1) / 2.0;
    auto g = (-d.square() / (2 * kSigma * kSigma)).exp();
    g = g / g.sum();
    const auto window = torch::outer(g, g).reshape({1, 1, kWindow, kWindow});
    const auto blur = [&](const torch::Tensor& x) { return torch::conv2d(x, window); };  // (3, 1, H, W)
    const auto x = picture.to(torch::kFloat64).unsqueeze(1), y = truth.to(torch::kFloat64).unsqueeze(1);
    const auto mx = blur(x), my = blur(y);
    const auto vx = blur(x * x) - mx * mx, vy = blur(y * y) - my * my, vxy = blur(x * y) - mx * my;
    const auto map =
        (2 * mx * my + C1) * (2 * vxy + C2) / ((mx.square() + my.square() + C1) * (vx + vy + C2));
    return map.mean().item<double>();
}

}  // namespace rv::world_model
