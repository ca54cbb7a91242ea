#include <doctest/doctest.h>
#include <torch/torch.h>

#include "world_model/numerics.h"
#include "world_model/sampling/edm.h"

using namespace rv::world_model;

TEST_CASE("[edm] the schedule falls from sigma_max over sigma_min to zero") {
    const EdmConfig config;
    const auto sigmas = noise_schedule(config, 4);
    REQUIRE(sigmas.size() == 5);
    CHECK(sigmas.front() == doctest::Approx(config.sample_sigma_max));
    CHECK(sigmas[3] == doctest::Approx(config.sample_sigma_min));
    CHECK(sigmas.back() == 0);
    for (size_t i = 1; i < sigmas.size(); ++i) CHECK(sigmas[i] < sigmas[i - 1]);
    const auto single = noise_schedule(config, 1);
    CHECK(single[0] == doctest::Approx(config.sample_sigma_max));
    CHECK(single[1] == 0);
}

TEST_CASE("[edm] denoising with a perfect network gives the clean sample back at every noise level") {
    const EdmConfig config;
    const auto generator = generator_for(1, 0);
    const auto clean = torch::randn({2, 3, 4, 4}, generator) * config.sigma_data;
    for (const double s : {0.01, 0.5, 10.0}) {
        const auto sigma = torch::full({2}, s);
        const auto x = clean + s * torch::randn(clean.sizes(), generator);
        const double norm2 = s * s + config.sigma_data * config.sigma_data;
        // What F must say for D to be right, solved from Eq. 7.
        const Network perfect = [&](const torch::Tensor&, const torch::Tensor&) {
            return (clean - config.sigma_data * config.sigma_data / norm2 * x) /
                   (s * config.sigma_data / std::sqrt(norm2));
        };
        CHECK(torch::allclose(denoise(config, perfect, x, sigma), clean, 1e-4, 1e-4));
    }
}

TEST_CASE("[edm] the sampler ends at the mean of a distribution that is a point") {
    const EdmConfig config;
    const auto point = torch::full({1, 2, 3, 3}, 0.3);
    for (const int steps : {1, 3, 8}) {
        // The optimal denoiser of a point distribution is the point; F follows from it.
        const Network network = [&](const torch::Tensor& scaled, const torch::Tensor& c_noise) {
            const double s = std::exp(4 * c_noise[0].item<double>()), d = config.sigma_data,
                         norm = std::sqrt(s * s + d * d);
            const auto x = scaled * norm;
            return (point - d * d / (norm * norm) * x) / (s * d / norm);
        };
        const auto sample =
            sample_euler(config, network, torch::randn(point.sizes(), generator_for(2, 0)), steps);
        CHECK((sample - point).abs().max().item<double>() < 1e-3);
    }
}

TEST_CASE("[edm] the training target has unit variance at every noise level") {
    EdmConfig config;
    config.offset_noise = 0;
    config.noise_std = 0;  // one level at a time
    for (const double s : {0.05, 0.5, 5.0}) {
        config.noise_mean = std::log(s);
        const auto clean = torch::randn({64, 4, 8, 8}, generator_for(3, 0)) * config.sigma_data;
        const Network zero = [](const torch::Tensor& x, const torch::Tensor&) {
            return torch::zeros_like(x);
        };
        CHECK(edm_loss(config, zero, clean, generator_for(4, 0)).item<double>() ==
              doctest::Approx(1).epsilon(0.05));
    }
}

TEST_CASE("[edm] guidance goes on from the answer without the condition through the one with it") {
    const Network both = [](const torch::Tensor& x, const torch::Tensor&) {
        const int64_t B = x.size(0) / 2;
        return torch::cat({torch::full({B, 1}, 3.0), torch::full({B, 1}, 1.0)});
    };
    const auto answer = [&](double guidance) {
        const auto out = guided(both, guidance)(torch::zeros({2, 1}), torch::zeros({2}));
        CHECK(out.sizes() == torch::IntArrayRef({2, 1}));
        return out[1].item<double>();
    };
    CHECK(answer(1) == 3);
    CHECK(answer(0) == 1);
    CHECK(answer(2) == 5);
}
