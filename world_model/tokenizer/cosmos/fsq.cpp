#include "world_model/tokenizer/cosmos/fsq.h"

#include <cmath>

#include "engine/core/error.h"

namespace rv::world_model::cosmos {
namespace {

// As in the paper's listing: the outermost levels stay within reach of the bounded value.
constexpr double kMargin = 1e-3;

}  // namespace

Fsq::Fsq(std::vector<int64_t> levels) : levels_(std::move(levels)) {
    int64_t total = 1;
    for (const int64_t level : levels_) {
        if (level < 2 || level > 65536) throw UsageError("a quantiser needs levels from 2 to 65536");
        total *= level;
        if (total > INT32_MAX) throw UsageError("the levels of a quantiser have too many combinations");
        half_width_.push_back(static_cast<double>(level / 2));
    }
    if (levels_.empty()) throw UsageError("a quantiser needs levels", "levels = [8, 8, 8, 5, 5, 5]");
}

int64_t Fsq::codes() const {
    int64_t total = 1;
    for (const int64_t level : levels_) total *= level;
    return total;
}

torch::Tensor Fsq::per_channel(const std::vector<double>& values, const torch::Tensor& like) const {
    std::vector<int64_t> shape(static_cast<size_t>(like.dim()), 1);
    shape[1] = channels();
    // Each value is filled in where `like` lies: nothing has to come from host memory.
    std::vector<torch::Tensor> channel;
    for (const double value : values) channel.push_back(torch::full({1}, value, like.options()));
    return torch::cat(channel).reshape(shape);
}

torch::Tensor Fsq::quantise(const torch::Tensor& z) const {
    // An even number of levels has no middle one: the bounds are then moved by a half.
    std::vector<double> reach, offset, shift;
    for (const int64_t level : levels_) {
        reach.push_back((static_cast<double>(level) - 1) * (1 + kMargin) / 2);
        offset.push_back(level % 2 == 0 ? 0.5 : 0.0);
        shift.push_back(std::atanh(offset.back() / reach.back()));
    }
    const auto bounded =
        torch::tanh(z + per_channel(shift, z)) * per_channel(reach, z) - per_channel(offset, z);
    const auto rounded = bounded + (bounded.round() - bounded).detach();
    return rounded / per_channel(half_width_, z);
}

torch::Tensor Fsq::snap(const torch::Tensor& codes) const {
    const auto half = per_channel(half_width_, codes);
    std::vector<double> last;
    for (const int64_t level : levels_) last.push_back(static_cast<double>(level - 1 - level / 2));
    return torch::minimum(torch::maximum((codes * half).round(), -half), per_channel(last, codes)) / half;
}

torch::Tensor Fsq::indices(const torch::Tensor& codes) const {
    const auto wide = snap(codes.to(torch::kFloat64));
    const auto half = per_channel(half_width_, wide);
    std::vector<double> basis = {1};
    for (size_t i = 0; i + 1 < levels_.size(); ++i)
        basis.push_back(basis.back() * static_cast<double>(levels_[i]));
    return ((wide * half + half) * per_channel(basis, wide)).sum(1).round().to(torch::kInt32);
}

torch::Tensor Fsq::codes_of(const torch::Tensor& indices) const {
    std::vector<torch::Tensor> channels;
    auto rest = indices.to(torch::kInt64);
    for (size_t i = 0; i < levels_.size(); ++i) {
        channels.push_back(rest.remainder(levels_[i]).to(torch::kFloat32) / half_width_[i] - 1);
        rest = rest.div(levels_[i], "floor");
    }
    return torch::stack(channels, 1);
}

}  // namespace rv::world_model::cosmos
