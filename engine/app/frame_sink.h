#pragma once
/// Where finished frames go: the memory that the window shows, a recorder, a test.

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "engine/core/action.h"
#include "engine/core/camera.h"
#include "engine/core/clock.h"
#include "world_model/world.h"

namespace rv::app {

/// What is known about a finished frame.
struct FrameMetadata {
    std::uint64_t epoch = 0;  ///< counts starts, resets and jumps: frame 0 of a later epoch is newer
    std::uint64_t index = 0;  ///< Rollout::frame_index()
    Action action;            ///< what steered it; zero for a start frame
    std::string prompt;
    std::optional<CameraPose> pose_override;  ///< the free camera's
    CameraPose pose;                          ///< Rollout::pose()
    int sampler_steps = 0;                    ///< as asked for; 0: the world's default
    world_model::PromptFade fade;             ///< while the prompt has not quite arrived
    double guidance = 0;                      ///< on the prompt; 0: the world decided
    world_model::StepTimes times;
    std::optional<TimePoint> input_time;  ///< the newest input event that this frame is the first to obey
    TimePoint sampled_time{};             ///< when the input was read, just before the step
    TimePoint finished_time{};            ///< when the step was done
};

class FrameSink {
  public:
    virtual ~FrameSink() = default;
    /// Before the first frame of a world: its size may differ from the last one's. Generation thread.
    virtual void begin_world(const world_model::WorldInfo& info) { static_cast<void>(info); }
    /// A new frame, the start frame included. The rollout's frame is valid during the call. Generation
    /// thread; must not wait for the window.
    virtual void publish(const world_model::Rollout& rollout, const FrameMetadata& metadata) = 0;
    /// A picture to show beside the newest frame, (H, W, 4) of the same size; and that there will be no more.
    virtual void publish_beside(std::span<const std::uint8_t> rgba, const FrameMetadata& metadata) {
        static_cast<void>(rgba);
        static_cast<void>(metadata);
    }
    virtual void end_beside() {}
};

/// Nobody looks.
class NoSink : public FrameSink {
  public:
    void publish(const world_model::Rollout&, const FrameMetadata&) override {}
};

}  // namespace rv::app
