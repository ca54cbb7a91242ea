#pragma once
/// Random numbers for a batch that several processes may share.
///
/// Every process draws the numbers of the whole batch, in the same order, and keeps those of its own samples:
/// together they see exactly the batch that one process alone would, and their generators stay in step. The
/// price is that none of them draws less than one alone does.

#include <torch/torch.h>

namespace rv::world_model {

/// Which one of how many processes.
struct Shard {
    int64_t rank = 0, size = 1;
};

class Draws {
  public:
    /// For all samples; implicit, because whoever plays has a generator and nothing to share.
    Draws(torch::Generator generator) : Draws(std::move(generator), Shard{}) {}
    /// For an equal share of the samples.
    Draws(torch::Generator generator, Shard shard);

    /// The same source for a batch of `samples`, of which the processes take consecutive parts that differ by
    /// at most one. @throws UsageError if there are fewer samples than processes.
    [[nodiscard]] Draws of(int64_t samples) const;
    /// For samples [first, first + count) of `whole`, where the shares are not what of() makes them.
    [[nodiscard]] Draws part(int64_t first, int64_t count, int64_t whole) const;

    [[nodiscard]] int64_t first() const { return first_; }
    [[nodiscard]] int64_t count() const { return count_; }
    /// What the mean over this part is multiplied with, so that the mean over the processes is the mean over
    /// the whole batch; 1 for equal parts.
    [[nodiscard]] double weight() const;

    /// (n, ...) of this part, where n is a multiple of count(): uniform in [0, 1), standard normal, integers
    /// below `high`.
    [[nodiscard]] torch::Tensor rand(torch::IntArrayRef sizes) const;
    [[nodiscard]] torch::Tensor randn(torch::IntArrayRef sizes) const;
    [[nodiscard]] torch::Tensor randint(int64_t high, torch::IntArrayRef sizes) const;
    /// For what all samples of a batch have in common.
    [[nodiscard]] const torch::Generator& shared() const { return generator_; }

  private:
    template <typename Draw>
    [[nodiscard]] torch::Tensor own(torch::IntArrayRef sizes, Draw draw) const;

    torch::Generator generator_;
    Shard shard_;
    int64_t first_, count_, whole_;
};

}  // namespace rv::world_model
