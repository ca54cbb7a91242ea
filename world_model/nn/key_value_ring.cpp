#include "world_model/nn/key_value_ring.h"

#include <limits>

#include "world_model/nn/attention.h"

namespace rv::world_model::nn {

KeyValueRing::KeyValueRing(const Size& size, const torch::TensorOptions& options)
    : KeyValueRing(torch::zeros({size.layers, size.rows, size.heads, size.window, size.features}, options),
                   torch::zeros({size.layers, size.rows, size.heads, size.window, size.features}, options),
                   torch::zeros({size.layers, size.rows, size.heads, size.sink, size.features}, options),
                   torch::zeros({1}, torch::kInt64)) {}

KeyValueRing::KeyValueRing(torch::Tensor k, torch::Tensor v, torch::Tensor s, torch::Tensor f)
    : keys(std::move(k)), values(std::move(v)), sink_keys(std::move(s)), frames(std::move(f)) {}

void KeyValueRing::open_frame() {
    const int64_t sink = sink_keys.size(3), features = keys.size(4);
    position_ = frames.item<int64_t>();
    slot_ = position_ < sink ? position_ : sink + (position_ - sink) % (window() - sink);
    rotation_ = time_rotation(position_, 1, features).to(keys.options());
    bias_ = position_ + 1 >= window()
                ? torch::Tensor()
                : torch::full({window()}, -std::numeric_limits<double>::infinity(), keys.options());
    if (bias_.defined()) bias_.narrow(0, 0, position_ + 1).zero_();
    const int64_t lost = position_ + 1 - window();  // frames that fell out between sinks and window
    if (sink > 0 && lost > 0) {
        const auto turned = rotate(sink_keys, time_rotation(lost, 1, features).to(keys.options()));
        keys.narrow(3, 0, sink).copy_(turned);
    }
}

void KeyValueRing::store(int64_t layer, const torch::Tensor& rotated_k, const torch::Tensor& v) {
    keys.select(0, layer).select(2, slot_).copy_(rotated_k);
    values.select(0, layer).select(2, slot_).copy_(v);
    if (position_ < sink_keys.size(3)) sink_keys.select(0, layer).select(2, position_).copy_(rotated_k);
}

void KeyValueRing::remember(int64_t layer, const torch::Tensor& k, const torch::Tensor& v) {
    store(layer, rotate(k, rotation_), v);
}

torch::Tensor KeyValueRing::attend(int64_t layer, const torch::Tensor& q, const torch::Tensor& k,
                                   const torch::Tensor& v) {
    const auto turned = rotate(torch::stack({q, k}), rotation_);
    store(layer, turned[1], v);
    return attention(turned[0].unsqueeze(2), keys.select(0, layer), values.select(0, layer), bias_)
        .squeeze(2);
}

void KeyValueRing::close_frame() {
    frames.add_(1);
}

}  // namespace rv::world_model::nn
