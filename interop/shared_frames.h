#pragma once
/// Finished frames on their way from the model to the window, in memory that Vulkan already sees. The
/// generation thread publishes, the window's thread takes; neither waits for the other (see frame_ring.h).
/// On a GPU publishing only queues the work, and waits for the frame before, so that there is never more than
/// one unfinished; the window is shown finished ones alone.
///
///     auto frames = create_shared_frames(device, info.width, info.height, on_cuda);
///     generation thread:  frames->publish(rollout, stamp);
///     window thread:      device.begin_frame();
///                         if (auto shown = frames->take()) draw(shown->source());
///                         device.submit(commands, waits including shown->ready, ...);

#include <memory>
#include <optional>

#include "interop/frame_ring.h"
#include "interop/sharing_path.h"
#include "renderer/device.h"
#include "renderer/frame_pass.h"

namespace at {
class Tensor;
}
namespace rv::world_model {
class Rollout;
}

namespace rv::interop {

/// A frame that the coming submission may read.
struct ShownFrame {
    renderer::FrameSource source;
    /// What the submission waits for; a null semaphore where the host has seen to the order already.
    renderer::SemaphoreOperation ready;
    FrameStamp stamp;
    std::uint64_t number = 0;  ///< counts finished frames; equal numbers are the same picture
    bool fresh = false;        ///< shown for the first time
};

class SharedFrames {
  public:
    SharedFrames(renderer::Device& device, int width, int height);
    /// Waits until the GPU has read its last frame. No thread may publish any more.
    virtual ~SharedFrames() = default;
    SharedFrames(const SharedFrames&) = delete;
    SharedFrames& operator=(const SharedFrames&) = delete;

    /// Generation thread: the rollout's present frame becomes the newest.
    virtual void publish(const world_model::Rollout& rollout, const FrameStamp& stamp) = 0;
    /// The same for a bare tensor, (3, H, W) in [-1, 1], any floating type.
    virtual void publish(const at::Tensor& frame, const FrameStamp& stamp) = 0;

    /// Window thread, after Device::begin_frame() and before the submission that reads the frame, at most
    /// once between the two. Empty before the first frame.
    std::optional<ShownFrame> take();

    [[nodiscard]] virtual SharingPath path() const = 0;
    [[nodiscard]] int width() const { return width_; }
    [[nodiscard]] int height() const { return height_; }
    [[nodiscard]] std::uint64_t finished_frames() const { return ring_.finished_frames(written()); }
    /// Whether the GPU still writes a published frame. Any thread.
    [[nodiscard]] bool unfinished() const { return ring_.unfinished(written()); }

  protected:
    /// Writes a frame and makes it the newest. @param fill called with a slot and the device's timeline value
    /// after which Vulkan no longer reads it (reached already); returns the value at which the frame is
    /// whole, as FrameRing::end_write takes it.
    template <class Fill>
    void write(const FrameStamp& stamp, Fill fill) {
        const int slot = begin_write();
        std::uint64_t finished_at = FrameRing::kFinished;
        try {
            finished_at = fill(slot, ring_.read_until(slot));
        } catch (...) {
            ring_.cancel_write(slot);
            throw;
        }
        ring_.end_write(slot, stamp, finished_at);
    }
    /// Frames up to this value are whole. Any thread.
    [[nodiscard]] virtual std::uint64_t written() const { return FrameRing::kAll; }
    /// For destructors: a failure is logged.
    void wait_for_reads() const noexcept;
    [[nodiscard]] virtual renderer::FrameSource source_of(int slot) const = 0;
    [[nodiscard]] virtual renderer::SemaphoreOperation ready_of(int slot) const = 0;
    [[nodiscard]] renderer::Device& device() const { return device_; }

  private:
    int begin_write();

    renderer::Device& device_;
    const int width_, height_;
    FrameRing ring_;
    std::uint64_t last_read_ = 0;  // newest timeline value that may read a slot; window thread
};

/// The best path for this device and this place of the model. Where CUDA and Vulkan cannot share, frames go
/// by way of the host, and the log says why.
/// @param on_cuda the model's frames are CUDA tensors. @throws DeviceError in a build without CUDA, or
/// without a device of it.
std::unique_ptr<SharedFrames> create_shared_frames(renderer::Device& device, int width, int height,
                                                   bool on_cuda);
/// The same for frames in the memory of `cuda`'s current device.
std::unique_ptr<SharedFrames> create_shared_frames(renderer::Device& device, int width, int height,
                                                   CudaCalls& cuda);
/// One path, without a fallback. @param cuda may be null for the paths of the host.
/// @throws DeviceError when this machine does not have it.
std::unique_ptr<SharedFrames> create_shared_frames(renderer::Device& device, int width, int height,
                                                   SharingPath path, CudaCalls* cuda);

}  // namespace rv::interop
