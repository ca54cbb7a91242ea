#include "world_model/families/oasis/schedule.h"

#include <algorithm>
#include <cmath>

namespace rv::world_model::families::oasis {

Schedule::Schedule(const OasisConfig& c) : context_level_(c.stabilization_level - 1) {
    const auto sigmoid = [](double x) { return 1 / (1 + std::exp(-x)); };
    const double first = sigmoid(c.sigmoid_start / c.sigmoid_tau),
                 last = sigmoid(c.sigmoid_end / c.sigmoid_tau);
    const auto signal = [&](int64_t level) {
        const double t = static_cast<double>(level) / static_cast<double>(c.max_noise_level);
        const double x = (t * (c.sigmoid_end - c.sigmoid_start) + c.sigmoid_start) / c.sigmoid_tau;
        return (last - sigmoid(x)) / (last - first);
    };
    float product = 1;
    for (int64_t level = 0; level < c.max_noise_level; ++level) {
        const double beta = std::clamp(1 - signal(level + 1) / signal(level), 0.0, c.largest_beta);
        product *= 1 - static_cast<float>(beta);
        alpha_.push_back(product);
    }
}

std::vector<int64_t> Schedule::levels(int64_t steps) const {
    std::vector<int64_t> levels;
    const auto count = static_cast<double>(alpha_.size());
    for (int64_t i = steps; i >= 1; --i) {
        levels.push_back(static_cast<int64_t>(-1 + count * static_cast<double>(i) /
                                                       static_cast<double>(steps)));  // rounded towards zero
    }
    return levels;
}

torch::Tensor Schedule::step(const torch::Tensor& x, const torch::Tensor& v, int64_t level,
                             int64_t next) const {
    const float a = alpha_[static_cast<size_t>(level)];
    const auto start = std::sqrt(a) * x - std::sqrt(1 - a) * v;
    if (next < 0) return start;
    const auto noise = (std::sqrt(1 / a) * x - start) / std::sqrt(1 / a - 1);
    const float b = alpha_[static_cast<size_t>(next)];
    return std::sqrt(b) * start + std::sqrt(1 - b) * noise;
}

}  // namespace rv::world_model::families::oasis
