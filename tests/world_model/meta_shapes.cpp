/// Shapes on the `meta` device of those operations for which only Python programs have them: without memory
/// and without arithmetic, like all of that device.

#include <ATen/ExpandUtils.h>
#include <ATen/native/ConvUtils.h>
#include <torch/library.h>
#include <torch/torch.h>

namespace {

at::Tensor chosen(const at::Tensor& condition, const at::Tensor& a, const at::Tensor& b) {
    const auto sizes = at::infer_size(condition.sizes(), at::infer_size(a.sizes(), b.sizes()));
    return at::empty(sizes, a.options().dtype(at::result_type(a, b)));
}

at::Tensor& chosen_into(const at::Tensor& condition, const at::Tensor& a, const at::Tensor& b,
                        at::Tensor& out) {
    out.resize_(chosen(condition, a, b).sizes());
    return out;
}

at::Tensor convolution(const at::Tensor& x, const at::Tensor& weight, const std::optional<at::Tensor>&,
                       at::IntArrayRef stride, at::IntArrayRef padding, at::IntArrayRef dilation, bool,
                       at::IntArrayRef, int64_t) {
    const auto sizes = at::native::conv_output_size(x.sizes(), weight.sizes(), padding, stride, dilation);
    return at::empty(sizes, x.options().memory_format(x.suggest_memory_format()));
}

using Normalised = std::tuple<at::Tensor, at::Tensor, at::Tensor>;  // and its means and reciprocal deviations

Normalised group_norm(const at::Tensor& x, const std::optional<at::Tensor>&, const std::optional<at::Tensor>&,
                      int64_t N, int64_t, int64_t, int64_t groups, double) {
    return {at::empty_like(x), at::empty({N, groups}, x.options()), at::empty({N, groups}, x.options())};
}

Normalised layer_norm(const at::Tensor& x, at::IntArrayRef axes, const std::optional<at::Tensor>&,
                      const std::optional<at::Tensor>&, double) {
    const auto rows = x.sizes().slice(0, x.sizes().size() - axes.size());
    return {at::empty_like(x), at::empty(rows, x.options()), at::empty(rows, x.options())};
}

}  // namespace

TORCH_LIBRARY_IMPL(aten, Meta, library) {
    library.impl("where.self", chosen);
    library.impl("where.self_out", chosen_into);
    library.impl("convolution_overrideable", convolution);
    library.impl("native_group_norm", group_norm);
    library.impl("native_layer_norm", layer_norm);
}
