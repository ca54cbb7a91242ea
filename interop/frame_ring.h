#pragma once
/// Who may touch which of the three slots between the generation thread and the window. Plain bookkeeping:
/// knows neither Vulkan nor CUDA, so that its promises can be tested alone.
///
/// One thread writes, one thread reads, neither waits for the other: both only take a mutex for a few
/// instructions. The newest finished frame wins; a frame that nobody showed in time is dropped; the same
/// frame may be shown again and again. A slot that the GPU may still be reading is never handed to the
/// writer.
///
/// A frame may also be handed over while the GPU still writes it: it then carries the value that a timeline
/// reaches when it is finished, and is not shown before. The writer has at most one such frame, and sees it
/// finished before it begins another.

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

    /// Of a frame that was finished when it was handed over.
    static constexpr std::uint64_t kFinished = 0;
    /// As a timeline's value: all frames are finished.
    static constexpr std::uint64_t kAll = ~std::uint64_t{0};

    /// Writer: a slot that is neither shown nor read by the GPU. There is always one: two slots at most are
    /// shown or in flight, and of the others the newest unshown frame is given up last.
    /// @param gpu_done every slot shown with a read value up to this one is free again (see take).
    /// @return empty only while the GPU still reads both of the other slots; then the frame is dropped.
    std::optional<int> begin_write(std::uint64_t gpu_done);
    /// Writer: the slot holds a whole frame; it is now the newest.
    /// @param finished_at the value at which it will be whole, if that is still to come.
    void end_write(int slot, const FrameStamp& stamp, std::uint64_t finished_at = kFinished);
    /// Writer: nothing was written after all.
    void cancel_write(int slot);
    /// Writer: the timeline value after which the GPU no longer reads the slot; 0: it never did.
    [[nodiscard]] std::uint64_t read_until(int slot) const;

    struct Shown {
        int slot = 0;
        FrameStamp stamp;
        std::uint64_t number = 0;  ///< counts finished frames; equal numbers are the same picture
        bool fresh = false;        ///< shown for the first time
    };
    /// Reader: the newest finished frame; empty before the first.
    /// @param read_value the timeline value after which the GPU no longer reads what this call returns.
    /// @param finished   frames up to this value are whole.
    std::optional<Shown> take(std::uint64_t read_value, std::uint64_t finished = kAll);

    /// How many frames were handed over and are whole by now.
    [[nodiscard]] std::uint64_t finished_frames(std::uint64_t finished = kAll) const;
    /// Whether a frame was handed over that is not whole yet.
    [[nodiscard]] bool unfinished(std::uint64_t finished) const;

  private:
    struct Slot {
        bool writing = false;
        std::uint64_t read_value = 0;   // the GPU may read it until this timeline value
        std::uint64_t finished_at = 0;  // the GPU may write it until this timeline value
        std::uint64_t number = 0;       // of the frame in it; 0: none
        FrameStamp stamp;
    };
    [[nodiscard]] bool has_unfinished(std::uint64_t finished) const;  // the caller holds the mutex

    mutable std::mutex mutex_;
    std::array<Slot, kSlots> slots_;
    int shown_ = -1;
    std::uint64_t handed_over_ = 0;
};

}  // namespace rv::interop
