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
    const auto down = g.reshape({1, 1, kWindow, 1}), across = g.reshape({1, 1, 1, kWindow});
    const auto blur = [&](const torch::Tensor& x) {  // (3, 1, H, W)
        return torch::conv2d(torch::conv2d(x, down), across);
    };
    const auto x = picture.to(torch::kFloat64).unsqueeze(1), y = truth.to(torch::kFloat64).unsqueeze(1);
    const auto mx = blur(x), my = blur(y);
    const auto vx = blur(x * x) - mx * mx, vy = blur(y * y) - my * my, vxy = blur(x * y) - mx * my;
    const auto map =
        (2 * mx * my + C1) * (2 * vxy + C2) / ((mx.square() + my.square() + C1) * (vx + vy + C2));
    return map.mean().item<double>();
}

double mean_levels(const torch::Tensor& difference) {
    return difference.to(torch::kFloat64).abs().mean().item<double>() * 127.5;
}

double sharpness(const torch::Tensor& picture) {
    const auto x = picture.to(torch::kFloat32) * 127.5f;
    const auto luma = 0.299f * x[0] + 0.587f * x[1] + 0.114f * x[2];
    const auto inner = luma.slice(0, 1, -1).slice(1, 1, -1);
    const auto laplacian = luma.slice(0, 2).slice(1, 1, -1) + luma.slice(0, 0, -2).slice(1, 1, -1) +
                           luma.slice(0, 1, -1).slice(1, 2) + luma.slice(0, 1, -1).slice(1, 0, -2) -
                           4 * inner;
    return laplacian.var().item<double>();
}

double frechet_distance(const torch::Tensor& a, const torch::Tensor& b) {
    const auto centred = [](const torch::Tensor& x) { return x - x.mean(0, true); };
    const auto covariance = [&](const torch::Tensor& x) {
        return centred(x).t().mm(centred(x)) / static_cast<double>(x.size(0) - 1);
    };
    const auto root = [](const torch::Tensor& symmetric) {
        const auto [values, vectors] = at::linalg_eigh(symmetric);
        return vectors.mul(values.clamp_min(0).sqrt()).mm(vectors.t());
    };
    const auto x = a.to(torch::kFloat64), y = b.to(torch::kFloat64);
    const auto sa = covariance(x), sb = covariance(y);
    const auto ra = root(sa);
    // tr (S_a S_b)^(1/2), through a symmetric matrix with the same eigenvalues.
    const auto cross = at::linalg_eigvalsh(ra.mm(sb).mm(ra)).clamp_min(0).sqrt().sum();
    return ((x.mean(0) - y.mean(0)).square().sum() + sa.trace() + sb.trace() - 2 * cross).item<double>();
}

}  // namespace rv::world_model
