#include "world_model/sampling/draws.h"

#include <string>

#include "engine/core/error.h"

namespace rv::world_model {

Draws::Draws(torch::Generator generator, Shard shard)
    : generator_(std::move(generator)), shard_(shard), first_(shard.rank), count_(1), whole_(shard.size) {}

Draws Draws::of(int64_t samples) const {
    if (samples < shard_.size) {
        throw UsageError("a batch of " + std::to_string(samples) + " samples cannot be shared by " +
                             std::to_string(shard_.size) + " processes",
                         "a larger trainer.batch, or fewer processes");
    }
    const int64_t first = samples * shard_.rank / shard_.size;
    return part(first, samples * (shard_.rank + 1) / shard_.size - first, samples);
}

Draws Draws::part(int64_t first, int64_t count, int64_t whole) const {
    RV_ASSERT(first >= 0 && count > 0 && first + count <= whole, "a part lies inside of its batch");
    Draws draws = *this;
    draws.first_ = first;
    draws.count_ = count;
    draws.whole_ = whole;
    return draws;
}

double Draws::weight() const {
    return static_cast<double>(count_ * shard_.size) / static_cast<double>(whole_);
}

template <typename Draw>
torch::Tensor Draws::own(torch::IntArrayRef sizes, Draw draw) const {
    if (count_ == whole_) return draw(sizes);
    RV_ASSERT(sizes[0] % count_ == 0, "what is drawn belongs to the samples of the part");
    const int64_t rows = sizes[0] / count_;  // a sample
    auto all = sizes.vec();
    all[0] = rows * whole_;
    return draw(all).narrow(0, rows * first_, sizes[0]);
}

torch::Tensor Draws::rand(torch::IntArrayRef sizes) const {
    return own(sizes, [&](torch::IntArrayRef all) { return torch::rand(all, generator_); });
}

torch::Tensor Draws::randn(torch::IntArrayRef sizes) const {
    return own(sizes, [&](torch::IntArrayRef all) { return torch::randn(all, generator_); });
}

torch::Tensor Draws::randint(int64_t high, torch::IntArrayRef sizes) const {
    return own(sizes,
               [&](torch::IntArrayRef all) { return torch::randint(high, all, generator_, torch::kInt64); });
}

}  // namespace rv::world_model
