#include "world_model/nn/key_value_ring.h"

#include <limits>

#include "world_model/cuda/built_kernels.h"
#include "world_model/cuda/ring.h"
#include "world_model/nn/attention.h"

namespace rv::world_model::nn {
namespace {

// In host memory the slot can be read, and a plain copy costs a fraction of one by index.
void write_slot(const torch::Tensor& slots, const torch::Tensor& slot, const torch::Tensor& values) {
    if (slots.is_cpu())
        slots.select(2, slot.item<int64_t>()).copy_(values);
    else
        slots.index_copy_(2, slot, values.unsqueeze(2));
}

}  // namespace

KeyValueRing::KeyValueRing(const Size& size, const torch::TensorOptions& options)
    : KeyValueRing(torch::zeros({size.layers, size.rows, size.heads, size.window, size.features}, options),
                   torch::zeros({size.layers, size.rows, size.heads, size.window, size.features}, options),
                   torch::zeros({size.layers, size.rows, size.heads, size.sink, size.features}, options),
                   torch::zeros({1}, options.dtype(torch::kInt64))) {}

KeyValueRing::KeyValueRing(torch::Tensor k, torch::Tensor v, torch::Tensor s, torch::Tensor f)
    : keys(std::move(k)), values(std::move(v)), sink_keys(std::move(s)), frames(std::move(f)) {}

void KeyValueRing::open_frame() {
    turn_.reset();
    if constexpr (cuda::kKernelsBuilt) {
        if (cuda::takes_ring(keys, values, sink_keys, frames)) {
            const cuda::OpenedFrame opened = cuda::open_frame(keys, sink_keys, frames, kTimeBase);
            turn_ = opened.turn;
            bias_ = opened.bias;
            return;
        }
    }
    const int64_t sink = sink_keys.size(3), features = keys.size(4);
    slot_ = torch::where(frames < sink, frames, sink + (frames - sink).remainder(window() - sink));
    rotation_ = time_rotation(frames, features).to(keys.options());
    bias_ = torch::zeros({1, 1, 1, window()}, keys.options())
                .masked_fill(torch::arange(window(), frames.options()) > frames,
                             -std::numeric_limits<double>::infinity());
    if (sink == 0) return;
    const auto lost = (frames + 1 - window()).clamp_min(0);  // fell out between sinks and window
    keys.narrow(3, 0, sink).copy_(rotate(sink_keys, time_rotation(lost, features).to(keys.options())));
}

torch::Tensor KeyValueRing::store(int64_t layer, const torch::Tensor& q, const torch::Tensor& k,
                                  const torch::Tensor& v) {
    const auto layer_keys = keys.select(0, layer), layer_values = values.select(0, layer);
    if constexpr (cuda::kKernelsBuilt) {
        if (turn_.defined())
            return cuda::store(q, k, v, turn_, frames, sink_keys.size(3), layer_keys, layer_values);
    }
    const auto turned = rotate(q.defined() ? torch::stack({k, q}) : k.unsqueeze(0), rotation_);
    write_slot(layer_keys, slot_, turned[0]);
    write_slot(layer_values, slot_, v);
    return q.defined() ? turned[1] : torch::Tensor();
}

void KeyValueRing::remember(int64_t layer, const torch::Tensor& k, const torch::Tensor& v) {
    store(layer, {}, k, v);
}

torch::Tensor KeyValueRing::attend(int64_t layer, const torch::Tensor& q, const torch::Tensor& k,
                                   const torch::Tensor& v) {
    const auto turned_q = store(layer, q, k, v);
    return attention(turned_q.unsqueeze(2), keys.select(0, layer), values.select(0, layer), bias_).squeeze(2);
}

void KeyValueRing::close_frame() {
    const int64_t sink = sink_keys.size(3);
    if (sink > 0) {
        const auto comes_now = (torch::arange(sink, frames.options()) == frames).unsqueeze(1);  // (sink, 1)
        sink_keys.copy_(torch::where(comes_now, keys.narrow(3, 0, sink), sink_keys));
    }
    frames.add_(1);
}

}  // namespace rv::world_model::nn
