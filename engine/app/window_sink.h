#pragma once
/// Takes finished frames from the generation thread to the window through shared memory.

#include <functional>
#include <memory>
#include <mutex>

#include "engine/app/frame_sink.h"
#include "interop/host_shared_frames.h"

namespace rv::app {

class WindowSink final : public FrameSink {
  public:
    /// @param on_cuda whether the model's frames are CUDA tensors.
    /// @param wake    called after every new frame, on the generation thread; may be empty.
    WindowSink(renderer::Device& device, bool on_cuda, std::function<void()> wake);

    // Generation thread.
    void publish(const world_model::Rollout& rollout, const FrameMetadata& metadata) override;
    void publish_beside(std::span<const std::uint8_t> rgba, const FrameMetadata& metadata) override;
    void end_beside() override;
    void begin_world(const world_model::WorldInfo& info) override;

    // Window thread.

    /// See interop::SharedFrames::take. What it returns stays valid until the next call.
    std::optional<interop::ShownFrame> take();
    /// The same for the frame that is shown beside; empty while there is none.
    std::optional<interop::ShownFrame> take_beside();
    /// Whether a frame waits that take() has not returned yet.
    [[nodiscard]] bool fresh() const;
    /// How frames are shared; empty before the first world.
    [[nodiscard]] std::string path() const;

    /// Frames made by steps (start frames are not counted), and when.
    struct Count {
        std::uint64_t frames = 0;
        TimePoint first{}, last{};
    };
    [[nodiscard]] Count count() const;

  private:

    renderer::Device& device_;
    const bool on_cuda_;
    const std::function<void()> wake_;

    mutable std::mutex mutex_;
    // Shared between the generation thread, which replaces it when a world has another size, and the window's
    // thread, which still shows the last frame of the old one.
    std::shared_ptr<interop::SharedFrames> frames_;
    std::shared_ptr<interop::SharedFrames> shown_;  // window thread only
    // The same for the frames beside, of which there may be none.
    std::shared_ptr<interop::HostSharedFrames> beside_, shown_beside_;
    std::optional<TimePoint> shown_input_;    // of the newest frame that take() returned; window thread only
    std::optional<TimePoint> unshown_input_;  // oldest input whose frame was not taken yet
    bool fresh_ = false;
    Count count_;
};

}  // namespace rv::app
