#include "world_model/families/diamond/sampler.h"

#include <algorithm>
#include <cmath>

namespace rv::world_model::families::diamond {

std::vector<double> noise_levels(const DenoiserConfig& c, int64_t steps) {
    const double low = std::pow(c.sigma_min, 1 / c.rho), high = std::pow(c.sigma_max, 1 / c.rho);
    std::vector<double> levels;
    for (int64_t i = 0; i < steps; ++i) {
        const double l = steps > 1 ? static_cast<double>(i) / static_cast<double>(steps - 1) : 0;
        levels.push_back(std::pow(high + l * (low - high), c.rho));
    }
    levels.push_back(0);
    return levels;
}

torch::Tensor sample(const Denoiser& denoiser, const torch::Tensor& given, const torch::Tensor& actions,
                     int64_t steps, const Noise& noise) {
    const DenoiserConfig& c = denoiser.config();
    const std::vector<double> sigmas = noise_levels(c, steps);
    const double most = std::sqrt(2.0) - 1;
    const double churn = std::min(c.s_churn / static_cast<double>(steps), most);
    const std::optional<double> sigma_cond = c.s_cond > 0 ? std::optional(c.s_cond) : std::nullopt;
    torch::Tensor context = given;
    torch::Tensor x = noise({given.size(0), c.img_channels, given.size(2), given.size(3)});
    for (size_t i = 0; i + 1 < sigmas.size(); ++i) {
        const double sigma = sigmas[i], next = sigmas[i + 1];
        const double gamma = c.s_tmin <= sigma && sigma <= c.s_tmax ? churn : 0;
        const double sigma_hat = sigma * (gamma + 1);
        if (gamma > 0)
            x = x + noise(x.sizes()) * (c.s_noise * std::sqrt(sigma_hat * sigma_hat - sigma * sigma));
        if (sigma_cond) context = context + noise(context.sizes()) * *sigma_cond;
        const auto d = (x - denoiser.denoise(x, sigma, sigma_cond, context, actions)) / sigma_hat;
        const double dt = next - sigma_hat;
        if (c.order == 1 || next == 0) {
            x = x + d * dt;
        } else {
            const auto x_2 = x + d * dt;
            const auto d_2 = (x_2 - denoiser.denoise(x_2, next, sigma_cond, context, actions)) / next;
            x = x + (d + d_2) / 2 * dt;
        }
    }
    return x;
}

}  // namespace rv::world_model::families::diamond
