#pragma once
/// In which order the model's stream and Vulkan touch shared memory. Two timelines: Vulkan raises one when it
/// has drawn, which a write waits for; CUDA raises the other when it has written, which drawing waits for.
/// Nothing here waits on the host but await_previous(), and that not for ever. Knows nothing of Vulkan, so
/// that its promises can be tested where there is no GPU.

#include <functional>

#include "interop/cuda_raised_timeline.h"

namespace rv::interop {

/// One thread writes; written() is for all.
class CudaWriteOrder {
  public:
    /// @param read what Vulkan raises, @param written what CUDA raises, @param seen the same from outside.
    CudaWriteOrder(CudaCalls& calls, CudaImportedTimeline read, CudaImportedTimeline written,
                   WrittenTimeline seen, std::chrono::milliseconds patience = kPatience);

    /// Returns once the frame before this one is finished, so that there is never more than one unfinished
    /// frame and the one who makes them cannot run ahead of the GPU.
    /// @throws DeviceError when it does not come.
    void await_previous(CudaStream stream) const { written_.await(stream); }

    /// Puts on the stream: the wait until Vulkan has read what is overwritten, then `write`, then the signal.
    /// @param read_until Vulkan's timeline value after which it no longer reads; 0: it never did.
    /// @return the value that says that the frame is whole. When something throws, nothing will be waited
    /// for.
    std::uint64_t write(CudaStream stream, std::uint64_t read_until, const std::function<void()>& write);

    /// Frames up to this value are finished.
    [[nodiscard]] std::uint64_t written() const { return written_.value(); }

  private:
    CudaImportedTimeline read_;
    CudaRaisedTimeline written_;
};

}  // namespace rv::interop
