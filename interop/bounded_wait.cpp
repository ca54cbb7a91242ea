#include "interop/bounded_wait.h"

#include "engine/core/error.h"

namespace rv::interop {

// Counts slices instead of reading a clock: a machine that slept for a while has not lost its GPU.
void wait_bounded(CudaCalls& calls, CudaStream stream,
                  const std::function<bool(std::chrono::milliseconds)>& reached,
                  std::chrono::milliseconds patience) {
    for (auto waited = std::chrono::milliseconds::zero(); waited < patience; waited += kWaitSlice) {
        if (reached(kWaitSlice)) return;
        calls.check(stream);
    }
    throw DeviceError(
        "the GPU has not finished a frame within " + std::to_string(patience.count() / 1000) + " seconds",
        "start the program again; if it happens often, update the graphics driver");
}

}  // namespace rv::interop
