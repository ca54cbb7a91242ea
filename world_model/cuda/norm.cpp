#include "world_model/cuda/norm.h"

#include <torch/torch.h>

#include <limits>

#include "world_model/cuda/launch.h"
#include "world_model/cuda/norm_kernels.h"
#include "world_model/cuda/tensor_fit.h"

namespace rv::world_model::cuda {
namespace {

// Enough loads in flight for each thread; and no more tiles than gathering them again is worth.
constexpr int kPositionsAThread = 4, kMostTiles = 128;

constexpr int kMostSamples = 65535;  // what a grid may have along its second axis

bool is_vector(const at::Tensor& t, int64_t channels) {
    return !t.defined() || (t.dim() == 1 && t.size(0) == channels && t.is_contiguous());
}

// One row of channels a sample: all axes but the first and `axis` are of size 1.
bool is_modulation(const at::Tensor& t, int64_t samples, int64_t axis, int64_t channels) {
    if (!t.defined()) return true;
    return t.size(0) == samples && t.size(axis) == channels && t.numel() == samples * channels &&
           (channels == 1 || t.stride(axis) == 1);
}

bool same_rows(const at::Tensor& scale, const at::Tensor& shift) {
    if (scale.defined() != shift.defined()) return false;
    return !scale.defined() || scale.stride(0) == shift.stride(0);
}

const void* data_of(const at::Tensor& t) {
    return t.defined() ? t.const_data_ptr() : nullptr;
}

ModulationRows rows_of(const at::Tensor& scale, const at::Tensor& shift) {
    return {data_of(scale), data_of(shift), scale.defined() ? scale.stride(0) : 0};
}

// The row's stride too must keep what is loaded at once together; only the first row has no need of it.
int vector_for(std::initializer_list<at::Tensor> tensors, const ModulationRows& rows, int64_t count) {
    const int vector = widest_vector(tensors, count);
    return rows.stride % vector == 0 ? vector : 1;
}

GroupTiles tiles_of(const at::Tensor& x, int64_t groups, int vector) {
    GroupTiles tiles{.positions = static_cast<int>(x.size(2) * x.size(3)),
                     .channels = static_cast<int>(x.size(1)),
                     .groups = static_cast<int>(groups),
                     .vector = vector};
    const int positions = tiles.rows() * kPositionsAThread;
    tiles.positions_a_tile = std::max(positions, (tiles.positions + kMostTiles - 1) / kMostTiles);
    return tiles;
}

bool takes_group_norm(const at::Tensor& x, int64_t groups, const at::Tensor& weight, const at::Tensor& bias,
                      const at::Tensor& scale, const at::Tensor& shift) {
    if (!x.is_cuda() || x.dim() != 4 || x.numel() == 0 || !element_type(x)) return false;
    if (!x.is_contiguous(at::MemoryFormat::ChannelsLast) || x.numel() > std::numeric_limits<int>::max() ||
        x.size(0) > kMostSamples)
        return false;
    const int64_t B = x.size(0), C = x.size(1);
    for (const auto& t : {weight, bias, scale, shift})
        if (!matches(t, x)) return false;
    return C % groups == 0 && is_vector(weight, C) && is_vector(bias, C) && is_modulation(scale, B, 1, C) &&
           is_modulation(shift, B, 1, C) && same_rows(scale, shift) &&
           !needs_gradient({x, weight, bias, scale, shift});
}

}  // namespace

std::optional<at::Tensor> group_norm(const at::Tensor& x, int64_t groups, const at::Tensor& weight,
                                     const at::Tensor& bias, double eps, const at::Tensor& scale,
                                     const at::Tensor& shift, bool silu) {
    if (!takes_group_norm(x, groups, weight, bias, scale, shift)) return std::nullopt;
    const auto modulation = rows_of(scale, shift);
    const int vector = vector_for({x, weight, bias, scale, shift}, modulation, x.size(1) / groups);
    const GroupTiles tiles = tiles_of(x, groups, vector);
    if (tiles.columns() > GroupTiles::kThreads) return std::nullopt;
    const auto moments = at::empty({x.size(0), tiles.tiles(), groups, 3}, x.options().dtype(at::kFloat));
    const auto out = at::empty_like(x);
    const GroupNormTask task{.type = *element_type(x),
                             .tiles = tiles,
                             .samples = static_cast<int>(x.size(0)),
                             .x = x.const_data_ptr(),
                             .weight = data_of(weight),
                             .bias = data_of(bias),
                             .modulation = modulation,
                             .eps = static_cast<float>(eps),
                             .silu = silu,
                             .moments = reinterpret_cast<Moments*>(moments.mutable_data_ptr()),
                             .out = out.mutable_data_ptr()};
    launch_on(x.device(), "reverie::group_norm",
              [&](cudaStream_t stream) { launch_group_norm(task, stream); });
    return out;
}

std::optional<at::Tensor> layer_norm(const at::Tensor& x, const at::Tensor& shift, const at::Tensor& scale,
                                     double eps) {
    if (!x.is_cuda() || x.dim() != 3 || x.numel() == 0 || !element_type(x) || !x.is_contiguous())
        return std::nullopt;
    const int64_t F = x.size(0), N = x.size(1), features = x.size(2);
    const bool fits = matches(scale, x) && matches(shift, x) && is_modulation(scale, F, 2, features) &&
                      is_modulation(shift, F, 2, features) && same_rows(scale, shift) &&
                      !needs_gradient({x, scale, shift});
    if (!fits) return std::nullopt;
    const auto modulation = rows_of(scale, shift);
    const auto out = at::empty_like(x);
    const LayerNormTask task{.type = *element_type(x),
                             .rows = F * N,
                             .rows_a_sample = N,
                             .features = static_cast<int>(features),
                             .vector = vector_for({x, scale, shift}, modulation, features),
                             .x = x.const_data_ptr(),
                             .modulation = modulation,
                             .eps = static_cast<float>(eps),
                             .out = out.mutable_data_ptr()};
    launch_on(x.device(), "reverie::layer_norm",
              [&](cudaStream_t stream) { launch_layer_norm(task, stream); });
    return out;
}

}  // namespace rv::world_model::cuda
