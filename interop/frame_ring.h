#pragma once
/// Who may touch which of the three slots between the generation thread and the window. Plain bookkeeping:
/// knows neither Vulkan nor CUDA, so that its promises can be tested alone.
///
/// One thread writes, one thread reads, neither waits for the other: both only take a mutex for a few
/// instructions. The newest finished frame wins; a frame that nobody showed in time is dropped; the same
/// frame may be shown again and again. A slot that the GPU may still be reading is never handed to the
/// writer.

#include <array>
#include <cstdint>
#include <mutex>
#include <optional>

#include "engine/core/clock.h"

namespace rv::interop {

/// What travels with a frame.
struct FrameStamp {
    std::uint64_t frame_index = 0;  ///< of the rollout; the start frame is 0
    std::uint64_t epoch = 0;  ///< counts resets and world changes, so that index 0 of a new rollout is newer
    std::optional<TimePoint> input_time;  ///< the oldest input that this frame is the first to show
    TimePoint finished_time{};            ///< when the frame was ready to be shown
};

class FrameRing {
  public:
    static constexpr int kSlots = 3;

    /// Writer: a slot that is neither shown nor read by the GPU. There is always one: two slots at most are
    /// shown or in flight, and of the others the newest unshown frame is given up last.
    /// @param gpu_done every slot shown with a read value up to this one is free again (see take).
    /// @return empty only while the GPU still reads both of the other slots; then the frame is dropped.
    std::optional<int> begin_write(std::uint64_t gpu_done);
    /// Writer: the slot holds a whole frame; it is now the newest.
    void end_write(int slot, const FrameStamp& stamp);
    /// Writer: nothing was written after all.
    void cancel_write(int slot);

    struct Shown {
        int slot = 0;
        FrameStamp stamp;
        std::uint64_t number = 0;  ///< counts finished frames; equal numbers are the same picture
        bool fresh = false;        ///< shown for the first time
    };
    /// Reader: the newest finished frame; empty before the first.
    /// @param read_value the timeline value after which the GPU no longer reads what this call returns.
    std::optional<Shown> take(std::uint64_t read_value);

    [[nodiscard]] std::uint64_t finished_frames() const;

  private:
    struct Slot {
        bool writing = false;
        std::uint64_t read_value = 0;  // the GPU may read it until this timeline value
        std::uint64_t number = 0;
        FrameStamp stamp;
    };
    mutable std::mutex mutex_;
    std::array<Slot, kSlots> slots_;
    int newest_ = -1;  // finished, perhaps shown already
    int shown_ = -1;
    std::uint64_t finished_ = 0;
};

}  // namespace rv::interop
