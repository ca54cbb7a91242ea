#include "world_model/cuda/ring.h"

#include <torch/torch.h>

#include "world_model/cuda/launch.h"
#include "world_model/cuda/ring_kernels.h"
#include "world_model/cuda/tensor_fit.h"

namespace rv::world_model::cuda {
namespace {

at::Tensor with_features_together(const at::Tensor& t) {
    return t.defined() && t.stride(-1) != 1 ? t.contiguous() : t;
}

LineView view_of(const at::Tensor& t) {
    if (!t.defined()) return {};
    return {t.const_data_ptr(), t.stride(0), t.stride(1)};
}

bool strides_fit(const at::Tensor& t, int vector) {
    return !t.defined() || (t.stride(0) % vector == 0 && t.stride(1) % vector == 0);
}

void check_line(const at::Tensor& t, const at::Tensor& keys) {
    if (!t.defined()) return;
    TORCH_CHECK(t.dim() == 3 && t.size(0) == keys.size(0) && t.size(1) == keys.size(1) &&
                    t.size(2) == keys.size(3) && matches(t, keys),
                "the ring's kernel got ", t.sizes(), " for slots of ", keys.sizes());
}

}  // namespace

bool takes_ring(const at::Tensor& keys, const at::Tensor& values, const at::Tensor& sink_keys,
                const at::Tensor& frames) {
    return keys.is_cuda() && element_type(keys) && keys.dim() == 5 && keys.size(4) % 2 == 0 &&
           keys.numel() > 0 && keys.is_contiguous() && values.is_contiguous() && sink_keys.is_contiguous() &&
           matches(values, keys) && matches(sink_keys, keys) && frames.device() == keys.device() &&
           frames.scalar_type() == at::kLong && !at::GradMode::is_enabled();
}

OpenedFrame open_frame(const at::Tensor& keys, const at::Tensor& sink_keys, const at::Tensor& frames,
                       double time_base) {
    const int64_t window = keys.size(3), features = keys.size(4);
    const auto turns = at::empty({2, 2, features / 2}, keys.options().dtype(at::kFloat));
    const auto bias = at::empty({1, 1, 1, window}, keys.options());
    const OpenFrameTask task{.type = *element_type(keys),
                             .shape = {.lines = keys.size(0) * keys.size(1) * keys.size(2),
                                       .window = static_cast<int>(window),
                                       .sink = static_cast<int>(sink_keys.size(3)),
                                       .features = static_cast<int>(features)},
                             .vector = widest_vector({keys, sink_keys}, features / 2),
                             .time_base = time_base,
                             .frame = frames.const_data_ptr<int64_t>(),
                             .turn = turns[0].mutable_data_ptr<float>(),
                             .sink_turn = turns[1].mutable_data_ptr<float>(),
                             .bias = bias.mutable_data_ptr(),
                             .sink_keys = sink_keys.const_data_ptr(),
                             .keys = keys.mutable_data_ptr()};
    launch_on(keys.device(), "reverie::open_frame",
              [&](cudaStream_t stream) { launch_open_frame(task, stream); });
    return {turns[0], bias};
}

at::Tensor store(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, const at::Tensor& turn,
                 const at::Tensor& frames, int64_t sink, const at::Tensor& keys, const at::Tensor& values) {
    for (const auto& t : {q, k, v}) check_line(t, keys);
    const auto q_lines = with_features_together(q), k_lines = with_features_together(k),
               v_lines = with_features_together(v);
    const auto turned_q = q.defined() ? at::empty(q.sizes(), q.options()) : at::Tensor();
    const int64_t rows = keys.size(0), heads = keys.size(1), features = keys.size(3);
    int vector = widest_vector({q_lines, k_lines, v_lines, keys, values, turned_q}, features / 2);
    for (const auto& t : {q_lines, k_lines, v_lines})
        if (!strides_fit(t, vector)) vector = 1;
    const StoreTask task{.type = *element_type(keys),
                         .shape = {.lines = rows * heads,
                                   .window = static_cast<int>(keys.size(2)),
                                   .sink = static_cast<int>(sink),
                                   .features = static_cast<int>(features)},
                         .vector = vector,
                         .heads = static_cast<int>(heads),
                         .frame = frames.const_data_ptr<int64_t>(),
                         .turn = turn.const_data_ptr<float>(),
                         .q = view_of(q_lines),
                         .k = view_of(k_lines),
                         .v = view_of(v_lines),
                         .keys = keys.mutable_data_ptr(),
                         .values = values.mutable_data_ptr(),
                         .turned_q = turned_q.defined() ? turned_q.mutable_data_ptr() : nullptr};
    launch_on(keys.device(), "reverie::store_frame",
              [&](cudaStream_t stream) { launch_store(task, stream); });
    return turned_q;
}

}  // namespace rv::world_model::cuda
