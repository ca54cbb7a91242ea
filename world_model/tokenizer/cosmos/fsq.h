#pragma once
/// Finite scalar quantisation (Mentzer et al. 2023, arXiv:2309.15505): each channel of a code is rounded to
/// one of a few levels, and the levels together are one index into an implied codebook.

#include <torch/torch.h>

#include <vector>

namespace rv::world_model::cosmos {

class Fsq {
  public:
    /// @param levels how many each channel has, at least 2; {8, 8, 8, 5, 5, 5} gives 64,000 codes.
    /// @throws UsageError for other levels, or more codes than 31 bits can count.
    explicit Fsq(std::vector<int64_t> levels);

    [[nodiscard]] int64_t channels() const { return static_cast<int64_t>(levels_.size()); }
    [[nodiscard]] int64_t codes() const;

    /// Bounds and rounds. Gradients pass as if nothing had been rounded (straight-through).
    /// @param z (B, channels, ...)  @return the same shape, codes in [-1, 1]
    [[nodiscard]] torch::Tensor quantise(const torch::Tensor& z) const;
    /// The code nearest to each value in [-1, 1]: for codes that somebody predicted.
    [[nodiscard]] torch::Tensor snap(const torch::Tensor& codes) const;
    /// (B, channels, ...) -> (B, ...) int32
    [[nodiscard]] torch::Tensor indices(const torch::Tensor& codes) const;
    /// The opposite: (B, ...) of whole numbers -> (B, channels, ...) float32.
    [[nodiscard]] torch::Tensor codes_of(const torch::Tensor& indices) const;

  private:
    /// A value for each channel, shaped to stand before (B, channels, ...).
    [[nodiscard]] torch::Tensor per_channel(const std::vector<double>& values,
                                            const torch::Tensor& like) const;

    std::vector<int64_t> levels_;
    std::vector<double> half_width_;  // of the range of whole numbers that a channel is rounded to
};

}  // namespace rv::world_model::cosmos
