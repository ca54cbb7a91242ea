#include "world_model/nn/rotary.h"

#include <cmath>

namespace rv::world_model::nn {
namespace {

// As kTimeBase, for a few times a grid.
constexpr double kGridBase = 30;

// (positions, pairs) in double precision
torch::Tensor angles(const torch::Tensor& positions, int64_t pairs, double base) {
    const auto exponents =
        torch::arange(pairs, positions.options().dtype(torch::kFloat64)) / static_cast<double>(pairs);
    return positions.to(torch::kFloat64).unsqueeze(1) * (-std::log(base) * exponents).exp().unsqueeze(0);
}

Rotation from_angles(const torch::Tensor& angle) {
    const auto turned = angle.remainder(2 * M_PI);
    return {turned.cos().to(torch::kFloat32), turned.sin().to(torch::kFloat32)};
}

}  // namespace

Rotation Rotation::to(const torch::TensorOptions& options) const {
    return {cos.to(options), sin.to(options)};
}

Rotation time_rotation(const torch::Tensor& positions, int64_t features) {
    return from_angles(angles(positions, features / 2, kTimeBase));
}

Rotation grid_rotation(int64_t h, int64_t w, int64_t features, const torch::Device& device) {
    const auto options = torch::dtype(torch::kInt64).device(device);
    const auto rows = angles(torch::arange(h, options), features / 4, kGridBase).repeat_interleave(w, 0);
    const auto columns = angles(torch::arange(w, options), features / 4, kGridBase).repeat({h, 1});
    return from_angles(torch::cat({rows, columns}, 1));
}

torch::Tensor rotate(const torch::Tensor& x, const Rotation& r) {
    const auto halves = x.chunk(2, -1);
    return torch::cat({torch::addcmul(halves[0] * r.cos, halves[1], r.sin, -1),
                       torch::addcmul(halves[0] * r.sin, halves[1], r.cos)},
                      -1);
}

}  // namespace rv::world_model::nn
