#include <doctest/doctest.h>
#include <torch/torch.h>

#include "tests/gpu/parity.h"
#include "world_model/cuda/euler.h"
#include "world_model/sampling/edm.h"

using namespace rv::world_model;
using rv::tests::fresh;
using rv::tests::kFormats;
using rv::tests::poison;
using rv::tests::relative_error;
using rv::tests::rounding;

namespace {

void check_step(const torch::Tensor& x, const torch::Tensor& output, double from, double to) {
    const EdmConfig config;
    const auto precise = x.to(torch::kFloat64);
    const Network said = [&](const torch::Tensor&, const torch::Tensor&) { return output; };
    const auto sigma = torch::full({x.size(0)}, from, precise.options());
    const auto reference = precise + (to - from) / from * (precise - denoise(config, said, precise, sigma));
    poison(x.sizes(), torch::kFloat32);
    poison(x.sizes(), output.scalar_type());
    const auto step = cuda::euler_step(x, output, from, to, config.sigma_data);
    REQUIRE(step.has_value());
    std::ostringstream what;
    what << "step of " << x.sizes() << " " << output.scalar_type();
    CHECK(relative_error(what.str(), step->x, reference) < rounding(torch::kFloat32));
    CHECK(step->input.defined() == (to > 0));
    if (to == 0) return;
    const auto input = network_input(config, reference, torch::full_like(sigma, to)).x;
    CHECK((step->input.scalar_type() == output.scalar_type()));
    CHECK(relative_error(what.str() + ", next input", step->input, input) < rounding(output.scalar_type()));
}

}  // namespace

TEST_CASE("[cuda::euler_step] is the sampler's step and the network's next input, in any order of memory") {
    torch::NoGradGuard no_grad;
    for (const auto dtype : kFormats) {
        for (const std::vector<int64_t>& sizes :
             {std::vector<int64_t>{1, 16, 20, 32}, {2, 3, 48, 80}, {1, 3, 7, 5}, {2, 5, 1, 1}, {3, 7}}) {
            const auto x = 5 * fresh(sizes), output = fresh(sizes, dtype);
            for (const auto& [from, to] : {std::pair{5.0, 0.3}, {0.3, 0.002}, {0.002, 0.0}, {5.0, 0.0}}) {
                check_step(x, output, from, to);
                if (x.dim() == 4)
                    check_step(x, output.contiguous(torch::MemoryFormat::ChannelsLast), from, to);
            }
        }
    }
}

TEST_CASE("[sample_euler] gives with kernels of our own what it gives without") {
    torch::NoGradGuard no_grad;
    const Network network = [](const torch::Tensor& x, const torch::Tensor& c_noise) {
        return torch::sin(3 * x) * (1 + c_noise.reshape({-1, 1, 1, 1}));
    };
    const auto noise = fresh({2, 4, 9, 7});
    const auto plain = sample_euler({}, network, noise.cpu(), 4);
    CHECK(relative_error("four steps", sample_euler({}, network, noise, 4), plain.to(torch::kCUDA)) < 1e-4);
}
