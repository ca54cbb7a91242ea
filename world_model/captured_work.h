#pragma once
/// Work on a device that is done again and again, each time with other numbers at the same places.

#include <torch/torch.h>

#include <functional>
#include <memory>

namespace rv::world_model {

class CapturedWork {
  public:
    virtual ~CapturedWork() = default;
    /// Does it once more, in order with LibTorch's current stream. On a GPU it has only been asked for when
    /// this returns.
    virtual void run() = 0;
};

/// On a GPU: records what `work` launches into a CUDA graph, without doing it; run() replays that. `work`
/// must have run once before (libraries choose their algorithms and take their memory then), and may neither
/// wait for the device nor depend on anything that the host would have to read from it. What it allocates
/// stays its own between the runs, and what it holds is kept. Elsewhere: `work` itself.
/// @throws DeviceError if the work cannot be captured, or if this build's LibTorch has no CUDA.
std::unique_ptr<CapturedWork> capture(const torch::Device& device, std::function<void()> work);

}  // namespace rv::world_model
