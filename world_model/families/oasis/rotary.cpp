#include "world_model/families/oasis/rotary.h"

#include <cmath>

namespace rv::world_model::families::oasis {

torch::Tensor language_frequencies(int64_t pairs, double theta) {
    const auto exponents = torch::arange(pairs, torch::kFloat32) / static_cast<double>(pairs);
    return 1 / torch::pow(theta, exponents);
}

torch::Tensor pixel_frequencies(int64_t pairs, double max_freq) {
    return torch::linspace(1, max_freq / 2, pairs, torch::kFloat32) * M_PI;
}

PairRotation rotation_in_time(int64_t first, int64_t count, const torch::Tensor& frequencies) {
    const auto positions = torch::arange(first, first + count, torch::kFloat64);
    const auto angles = torch::outer(positions, frequencies.to(torch::kFloat64)).remainder(2 * M_PI);
    return {angles.cos().to(torch::kFloat32), angles.sin().to(torch::kFloat32)};
}

PairRotation rotation_in_grid(int64_t h, int64_t w, const torch::Tensor& frequencies) {
    const auto along = [&](int64_t count) {
        return torch::outer(torch::linspace(-1, 1, count, torch::kFloat32), frequencies);
    };
    const auto angles = torch::cat({along(h).repeat_interleave(w, 0), along(w).repeat({h, 1})}, 1);
    return {angles.cos(), angles.sin()};
}

torch::Tensor rotate_pairs(const torch::Tensor& x, const PairRotation& r) {
    const int64_t turned = 2 * r.cos.size(-1);
    const auto pairs = x.slice(-1, 0, turned).unflatten(-1, {-1, 2});
    const auto a = pairs.select(-1, 0), b = pairs.select(-1, 1);
    const auto y =
        torch::stack({torch::addcmul(a * r.cos, b, r.sin, -1), torch::addcmul(b * r.cos, a, r.sin)}, -1)
            .flatten(-2);
    return turned == x.size(-1) ? y : torch::cat({y, x.slice(-1, turned)}, -1);
}

}  // namespace rv::world_model::families::oasis
