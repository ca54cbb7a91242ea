#pragma once
/// How a kernel of our own is compared with LibTorch: fresh random inputs in every run, float64 as the truth,
/// and memory that holds NaN wherever the kernel forgets to write.

#include <torch/torch.h>

#include <string>

namespace rv::tests {

/// Of standard deviation 1 on the GPU. The run's seed is printed once.
torch::Tensor fresh(torch::IntArrayRef sizes, torch::ScalarType dtype = torch::kFloat32);

/// |out - reference| / |reference| over all elements; NaN where `out` has one. Printed behind `what`.
double relative_error(const std::string& what, const torch::Tensor& out, const torch::Tensor& reference);

/// Half a unit in the last place of a format, and a little: the most that one rounding may cost.
double rounding(torch::ScalarType dtype);

/// Leaves NaN in the memory that the next tensor of this size gets.
void poison(torch::IntArrayRef sizes, torch::ScalarType dtype);

/// The three formats that the kernels know.
inline constexpr torch::ScalarType kFormats[] = {torch::kFloat32, torch::kFloat16, torch::kBFloat16};

}  // namespace rv::tests
