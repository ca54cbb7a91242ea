#include "world_model/sampling/edm.h"

#include <cmath>

#include "world_model/cuda/built_kernels.h"
#include "world_model/cuda/euler.h"
#include "world_model/part_scope.h"

namespace rv::world_model {
namespace {

// One value a sample, broadcast over the rest of x.
torch::Tensor per_sample(const torch::Tensor& v, const torch::Tensor& x) {
    std::vector<int64_t> shape(static_cast<size_t>(x.dim()), 1);
    shape[0] = -1;
    return v.reshape(shape);
}

struct Coefficients {
    torch::Tensor c_skip, c_out, c_in, c_noise;
};

Coefficients coefficients(const EdmConfig& config, const torch::Tensor& sigma, const torch::Tensor& x) {
    const double d2 = config.sigma_data * config.sigma_data;
    const auto norm = (sigma.square() + d2).sqrt();
    return {per_sample(d2 / norm.square(), x), per_sample(sigma * config.sigma_data / norm, x),
            per_sample(norm.reciprocal(), x), noise_label(sigma)};
}

torch::Tensor denoised(const Coefficients& c, const torch::Tensor& x, const torch::Tensor& output) {
    return c.c_skip * x + c.c_out * output.to(torch::kFloat32);
}

torch::Tensor same_level(double sigma, const torch::Tensor& x) {
    return torch::full({x.size(0)}, sigma, x.options());
}

// A sample on its way, and what the network is to see of it.
struct Sample {
    torch::Tensor x;
    NetworkInput input;
};

// Euler's step from one noise level to the next. After the last one, to 0, there is nothing more to see.
Sample euler_step(const EdmConfig& config, const torch::Tensor& x, const torch::Tensor& output, double from,
                  double to) {
    if constexpr (cuda::kKernelsBuilt) {
        if (const auto step = cuda::euler_step(x, output, from, to, config.sigma_data))
            return {step->x, {step->input, to > 0 ? same_level(std::log(to) / 4, x) : torch::Tensor()}};
    }
    const auto d = (x - denoised(coefficients(config, same_level(from, x), x), x, output)) / from;
    const torch::Tensor next = x + (to - from) * d;
    return {next, to > 0 ? network_input(config, next, same_level(to, x)) : NetworkInput{}};
}

}  // namespace

torch::Tensor noise_label(const torch::Tensor& sigma) {
    return sigma.log() / 4;
}

torch::Tensor denoise(const EdmConfig& config, const Network& network, const torch::Tensor& x,
                      const torch::Tensor& sigma) {
    const Coefficients c = coefficients(config, sigma, x);
    return denoised(c, x, network(c.c_in * x, c.c_noise));
}

Network guided(const Network& both, double guidance) {
    return [=](const torch::Tensor& x, const torch::Tensor& c_noise) {
        const auto out = both(torch::cat({x, x}), torch::cat({c_noise, c_noise})).chunk(2);
        return out[1] + guidance * (out[0] - out[1]);
    };
}

NetworkInput network_input(const EdmConfig& config, const torch::Tensor& x, const torch::Tensor& sigma) {
    const Coefficients c = coefficients(config, sigma, x);
    return {c.c_in * x, c.c_noise};
}

torch::Tensor draw_noise_levels(const EdmConfig& config, int64_t B, const Draws& draws) {
    const auto normal = draws.randn({B});
    return (normal * config.noise_std + config.noise_mean)
        .exp()
        .clamp(config.train_sigma_min, config.train_sigma_max);
}

torch::Tensor draw_noise(const EdmConfig& config, torch::IntArrayRef shape, const Draws& draws,
                         torch::Device device) {
    auto noise = draws.randn(shape);
    if (config.offset_noise > 0) {
        noise = noise + config.offset_noise * draws.randn({shape[0], shape[1], 1, 1});
    }
    return noise.to(device);
}

torch::Tensor noised(const torch::Tensor& clean, const torch::Tensor& sigma, const torch::Tensor& noise) {
    return clean + per_sample(sigma, clean) * noise;
}

torch::Tensor edm_losses(const EdmConfig& config, const Network& network, const torch::Tensor& clean,
                         const torch::Tensor& sigma, const Draws& draws) {
    const auto x = noised(clean, sigma, draw_noise(config, clean.sizes(), draws, clean.device()));
    const Coefficients c = coefficients(config, sigma, x);
    const auto target = (clean - c.c_skip * x) / c.c_out;  // unit variance at every sigma
    const auto output = network(c.c_in * x, c.c_noise).to(torch::kFloat32);
    return (output - target).square().flatten(1).mean(1);
}

torch::Tensor edm_loss(const EdmConfig& config, const Network& network, const torch::Tensor& clean,
                       const Draws& draws) {
    const auto sigma = draw_noise_levels(config, clean.size(0), draws).to(clean.device());
    return edm_losses(config, network, clean, sigma, draws).mean();
}

std::vector<double> noise_schedule(const EdmConfig& config, int steps) {
    TORCH_CHECK(steps >= 1, "a sampler needs at least one step");
    const double high = std::pow(config.sample_sigma_max, 1 / config.rho);
    const double low = std::pow(config.sample_sigma_min, 1 / config.rho);
    std::vector<double> sigmas;
    for (int i = 0; i < steps; ++i) {
        const double t = steps == 1 ? 0.0 : static_cast<double>(i) / (steps - 1);
        sigmas.push_back(std::pow(high + t * (low - high), config.rho));
    }
    sigmas.push_back(0);
    return sigmas;
}

torch::Tensor sample_euler(const EdmConfig& config, const Network& network, const torch::Tensor& noise,
                           int steps) {
    const auto sigmas = noise_schedule(config, steps);
    const torch::Tensor start = noise * sigmas[0];
    Sample sample{start, network_input(config, start, same_level(sigmas[0], start))};
    for (int i = 0; i < steps; ++i) {
        const PartScope part("denoise");
        const auto output = network(sample.input.x, sample.input.c_noise);
        sample = euler_step(config, sample.x, output, sigmas[i], sigmas[i + 1]);
    }
    return sample.x;
}

}  // namespace rv::world_model
