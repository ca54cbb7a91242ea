#pragma once
/// The way back in order: in which Vulkan's drawing and the model's stream touch shared memory that Vulkan
/// fills and CUDA reads. Two timelines, as in cuda_write_order.h: CUDA raises one when it has read the last
/// picture, Vulkan raises the other when it has drawn the next. Knows nothing of Vulkan.

#include <functional>

#include "interop/cuda_raised_timeline.h"

namespace rv::interop {

/// One thread.
class CudaReadOrder {
  public:
    /// @param drawn what Vulkan raises, @param read what CUDA raises, @param seen the same from outside.
    CudaReadOrder(CudaCalls& calls, CudaImportedTimeline drawn, CudaImportedTimeline read,
                  WrittenTimeline seen, std::chrono::milliseconds patience = kPatience);

    /// Puts on the stream: the signal that everything so far has read, and the wait for the drawing that
    /// `submit` hands to Vulkan between the two. First makes sure, on the host, that CUDA has come as far as
    /// the draw before, so that Vulkan never waits for work that has failed.
    /// @param submit takes the value of `read` that the drawing has to wait for, returns that of `drawn`.
    /// @throws DeviceError when CUDA fails or does not come.
    void draw(CudaStream stream, const std::function<std::uint64_t(std::uint64_t)>& submit);
    /// Returns once all that the stream was asked to do with the memory so far is done. @throws DeviceError.
    void finish(CudaStream stream);
    /// Returns once Vulkan need not wait for CUDA any more. @throws DeviceError.
    void await_previous(CudaStream stream) const { read_.await(stream); }

  private:
    CudaImportedTimeline drawn_;
    CudaRaisedTimeline read_;
};

}  // namespace rv::interop
