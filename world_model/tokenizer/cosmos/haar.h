#pragma once
/// The three-dimensional Haar wavelet that a Cosmos tokenizer begins and ends with: two levels, so that
/// blocks of 4 frames, 4 rows and 4 columns become 64 channels (arXiv:2501.03575, section 4.1).
///
/// Each level takes means and half differences along time, height and width, of all bands of the level
/// before. Its inverse is their sums and differences: exact to the last bit of values in steps of a power of
/// two, such as 1/128, and else to the rounding of one addition.

#include <torch/torch.h>

namespace rv::world_model::cosmos {

constexpr int64_t kWaveletStride = 4;  ///< frames, rows and columns of a block
constexpr int64_t kWaveletBands = kWaveletStride * kWaveletStride * kWaveletStride;

/// The first frame counts as a block of its own, so that a picture is the first frame of a film.
/// @param video (B, C, 1 + 4 n, H, W), H and W multiples of 4  @return (B, 64 C, 1 + n, H / 4, W / 4)
torch::Tensor haar(const torch::Tensor& video);
/// The opposite.
torch::Tensor inverse_haar(const torch::Tensor& bands);

}  // namespace rv::world_model::cosmos
