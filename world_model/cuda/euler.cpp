#include "world_model/cuda/euler.h"

#include <torch/torch.h>

#include <limits>

#include "world_model/cuda/euler_kernels.h"
#include "world_model/cuda/launch.h"
#include "world_model/cuda/tensor_fit.h"

namespace rv::world_model::cuda {
namespace {

constexpr int64_t kAxes = 4;

StridedShape shape_of(const at::Tensor& t) {
    StridedShape shape{{1, 1, 1, 1}, {0, 0, 0, 0}};
    const int64_t first = kAxes - t.dim();
    for (int64_t axis = 0; axis < t.dim(); ++axis) {
        shape.sizes[first + axis] = static_cast<int>(t.size(axis));
        shape.strides[first + axis] = t.stride(axis);
    }
    return shape;
}

bool takes_euler_step(const at::Tensor& x, const at::Tensor& output) {
    return x.is_cuda() && x.scalar_type() == at::kFloat && x.is_contiguous() && x.numel() > 0 &&
           x.numel() <= std::numeric_limits<int>::max() && output.device() == x.device() &&
           output.sizes() == x.sizes() && x.dim() <= kAxes && element_type(output) &&
           !needs_gradient({x, output});
}

}  // namespace

std::optional<EulerStep> euler_step(const at::Tensor& x, const at::Tensor& output, double from, double to,
                                    double sigma_data) {
    if (!takes_euler_step(x, output)) return std::nullopt;
    EulerStep step{at::empty_like(x), to > 0 ? at::empty(x.sizes(), output.options()) : at::Tensor()};
    const bool in_order = output.is_contiguous();
    const EulerTask task{.type = *element_type(output),
                         .vector = in_order ? widest_vector({x, step.x, step.input, output}, x.numel()) : 1,
                         .factors = euler_factors(from, to, sigma_data),
                         .count = x.numel(),
                         .output_shape = shape_of(output),
                         .x = x.const_data_ptr<float>(),
                         .output = output.const_data_ptr(),
                         .next = step.x.mutable_data_ptr<float>(),
                         .input = step.input.defined() ? step.input.mutable_data_ptr() : nullptr};
    launch_on(x.device(), "reverie::euler_step",
              [&](cudaStream_t stream) { launch_euler_step(task, stream); });
    return step;
}

}  // namespace rv::world_model::cuda
