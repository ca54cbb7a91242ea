#pragma once
/// The memory of a causal transformer: keys and values of the last frames, in tensors that never grow.

#include <torch/torch.h>

#include "world_model/nn/rotary.h"

namespace rv::world_model::nn {

/// `window` slots of one frame each, the frame at work among them. The first `sink` frames keep their slots
/// for ever (Xiao et al. 2024, "attention sinks"); behind them the newest frame replaces the oldest.
///
/// Keys lie in the slots with their rotary position already in them, which is why nothing has to be rewritten
/// when a frame grows older. Only sinks move: once frames fall out of the window they are turned along with
/// it and stay at its far end, so that no distance is ever longer than those met in training.
///
/// A frame: open_frame(), any number of passes that call attend() in every layer (each pass overwrites what
/// the one before left in the frame's slot), close_frame(). Writes into its tensors in place: clone them to
/// keep a copy.
///
/// Which frame is at work is known to the device alone: every call does the same operations on the same
/// shapes whatever the frame, and nothing is read back, so that one recorded CUDA graph serves all frames.
class KeyValueRing {
  public:
    struct Size {
        int64_t layers = 1;
        int64_t rows = 1;  ///< batch times places of a frame
        int64_t heads = 1, window = 2, sink = 1, features = 4;
    };
    /// An empty ring. @param options dtype and device of the network
    KeyValueRing(const Size& size, const torch::TensorOptions& options);
    /// Goes on with the tensors of another ring, sharing them; shapes as below.
    KeyValueRing(torch::Tensor keys, torch::Tensor values, torch::Tensor sink_keys, torch::Tensor frames);

    void open_frame();
    /// Puts keys and values of the frame at work into its slot and attends to all that are known.
    /// @param q, k, v (rows, heads, features), without positions  @return (rows, heads, features)
    torch::Tensor attend(int64_t layer, const torch::Tensor& q, const torch::Tensor& k,
                         const torch::Tensor& v);
    /// The first half of attend(): for a frame that is only to be remembered.
    void remember(int64_t layer, const torch::Tensor& k, const torch::Tensor& v);
    void close_frame();

    [[nodiscard]] int64_t window() const { return keys.size(3); }

    torch::Tensor keys, values;  ///< (layers, rows, heads, window, features)
    torch::Tensor sink_keys;     ///< (layers, rows, heads, sink, features) as they were when they came
    torch::Tensor frames;        ///< (1) int64, frames remembered so far; on the device of the others

  private:
    /// Turns q (undefined where nothing is asked) and k, and puts k and v into the slot. @return the turned q
    torch::Tensor store(int64_t layer, const torch::Tensor& q, const torch::Tensor& k,
                        const torch::Tensor& v);

    // Of the frame at work:
    torch::Tensor bias_;  // (1, 1, 1, window) that hides empty slots
    torch::Tensor turn_;  // (2, features / 2) cos and sin where kernels of our own do the work; else:
    torch::Tensor slot_;  // (1) int64
    Rotation rotation_;   // (1, features / 2)
};

}  // namespace rv::world_model::nn
