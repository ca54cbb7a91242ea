#include <doctest/doctest.h>
#include <torch/torch.h>

#include "world_model/cuda/euler_math.h"
#include "world_model/numerics.h"
#include "world_model/sampling/edm.h"

using namespace rv::world_model;
using cuda::euler_factors;

TEST_CASE(
    "[EulerFactors] one sum of two products is Euler's step, and its end is what the network denoised") {
    EdmConfig config;
    const auto x = torch::randn({2, 3, 4, 5}, generator_for(1, 0)) * 5,
               output = torch::randn(x.sizes(), generator_for(1, 1));
    const Network network = [&](const torch::Tensor&, const torch::Tensor&) { return output; };
    for (const auto& [from, to] :
         {std::pair{5.0, 0.7}, {0.7, 0.02}, {0.02, 0.002}, {0.002, 0.0}, {5.0, 0.0}}) {
        const auto factors = euler_factors(from, to, config.sigma_data);
        auto stepped = torch::empty_like(x);
        for (int64_t i = 0; i < x.numel(); ++i)
            stepped.data_ptr<float>()[i] =
                factors(x.const_data_ptr<float>()[i], output.const_data_ptr<float>()[i]);
        const auto sigma = torch::full({2}, from, torch::kFloat64);
        const auto precise = x.to(torch::kFloat64);
        const auto reference =
            precise + (to - from) / from * (precise - denoise(config, network, precise, sigma));
        const double error = ((stepped - reference).norm() / reference.norm()).item<double>();
        INFO("from ", from, " to ", to, ": relative error ", error);
        CHECK(error < 1e-6);
        if (to > 0) {
            const auto c_in = network_input(config, torch::ones({2, 1}), torch::full({2}, to)).x;
            CHECK(factors.c_in == doctest::Approx(c_in[0].item<float>()).epsilon(1e-6));
        }
    }
}

TEST_CASE("[StridedShape] finds elements in any order of memory") {
    const auto t = torch::arange(2 * 3 * 4 * 5).reshape({2, 3, 4, 5});
    for (const auto& other : {t, t.contiguous(torch::MemoryFormat::ChannelsLast), t.permute({3, 0, 2, 1})}) {
        cuda::StridedShape shape{};
        for (int axis = 0; axis < 4; ++axis) {
            shape.sizes[axis] = static_cast<int>(other.size(axis));
            shape.strides[axis] = other.stride(axis);
        }
        const auto in_order = other.contiguous();
        for (int64_t i = 0; i < other.numel(); ++i)
            CHECK(other.const_data_ptr<int64_t>()[shape.offset(i)] == in_order.const_data_ptr<int64_t>()[i]);
    }
}
