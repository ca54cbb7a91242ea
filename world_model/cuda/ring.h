#pragma once
/// The work of a key-value ring by kernels of our own, for inference on a GPU. nn/key_value_ring.h uses them.

#include <ATen/core/Tensor.h>

namespace rv::world_model::cuda {

/// Whether the kernels take a ring. @param keys (layers, rows, heads, window, features)
[[nodiscard]] bool takes_ring(const at::Tensor& keys, const at::Tensor& values, const at::Tensor& sink_keys,
                              const at::Tensor& frames);

struct OpenedFrame {
    at::Tensor turn;  ///< (2, features / 2) float32: cos and sin at the frame's position
    at::Tensor bias;  ///< (1, 1, 1, window) in the format of the keys: minus infinity for empty slots
};
/// Opens the frame frames[0], and turns the sinks' keys along with the window once frames fell out of it.
/// @param sink_keys (layers, rows, heads, sink, features)  @param frames (1) int64
OpenedFrame open_frame(const at::Tensor& keys, const at::Tensor& sink_keys, const at::Tensor& frames,
                       double time_base);

/// Turns q and k (rows, heads, features), and writes k and v into the frame's slot of one layer.
/// @param keys, values (rows, heads, window, features)  @param q undefined where nothing is asked
/// @return the turned q, like q; undefined without one
at::Tensor store(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, const at::Tensor& turn,
                 const at::Tensor& frames, int64_t sink, const at::Tensor& keys, const at::Tensor& values);

}  // namespace rv::world_model::cuda
