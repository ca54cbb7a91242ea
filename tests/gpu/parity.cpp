#include "tests/gpu/parity.h"

#include <doctest/doctest.h>

#include <cmath>
#include <random>

namespace rv::tests {

torch::Tensor fresh(torch::IntArrayRef sizes, torch::ScalarType dtype) {
    static const bool seeded = [] {
        const unsigned seed = std::random_device()();
        MESSAGE("seed ", seed);
        torch::manual_seed(seed);
        return true;
    }();
    static_cast<void>(seeded);
    return torch::randn(sizes, torch::kCUDA).to(dtype);
}

double relative_error(const std::string& what, const torch::Tensor& out, const torch::Tensor& reference) {
    const auto truth = reference.to(torch::kFloat64);
    const double error = ((out.to(torch::kFloat64) - truth).norm() / truth.norm()).item<double>();
    MESSAGE(what, ": relative error ", error);
    return error;
}

double rounding(torch::ScalarType dtype) {
    switch (dtype) {
        case torch::kFloat16:
            return std::ldexp(1.1, -11);
        case torch::kBFloat16:
            return std::ldexp(1.1, -8);
        default:
            return 5e-6;  // sums of many terms
    }
}

void poison(torch::IntArrayRef sizes, torch::ScalarType dtype) {
    torch::full(sizes, NAN, torch::dtype(dtype).device(torch::kCUDA));
}

}  // namespace rv::tests
