#include "interop/frame_ring.h"

#include <algorithm>

#include "engine/core/error.h"

namespace rv::interop {

std::optional<int> FrameRing::begin_write(std::uint64_t gpu_done) {
    std::lock_guard lock(mutex_);
    int oldest = -1;  // the newest frame is then given up last
    for (int slot = 0; slot < kSlots; ++slot) {
        if (slot == shown_ || slots_[slot].writing || slots_[slot].read_value > gpu_done) continue;
        if (oldest < 0 || slots_[slot].number < slots_[oldest].number) oldest = slot;
    }
    if (oldest < 0) return std::nullopt;
    slots_[oldest].writing = true;
    slots_[oldest].number = 0;
    return oldest;
}

void FrameRing::end_write(int slot, const FrameStamp& stamp, std::uint64_t finished_at) {
    std::lock_guard lock(mutex_);
    RV_ASSERT(slot >= 0 && slot < kSlots && slots_[slot].writing, "end_write without begin_write");
    slots_[slot].writing = false;
    slots_[slot].stamp = stamp;
    slots_[slot].finished_at = finished_at;
    slots_[slot].number = ++handed_over_;
}

void FrameRing::cancel_write(int slot) {
    std::lock_guard lock(mutex_);
    RV_ASSERT(slot >= 0 && slot < kSlots && slots_[slot].writing, "cancel_write without begin_write");
    slots_[slot].writing = false;
}

std::uint64_t FrameRing::read_until(int slot) const {
    std::lock_guard lock(mutex_);
    return slots_[slot].read_value;
}

std::optional<FrameRing::Shown> FrameRing::take(std::uint64_t read_value, std::uint64_t finished) {
    std::lock_guard lock(mutex_);
    const int before = shown_;
    for (int slot = 0; slot < kSlots; ++slot) {
        const Slot& frame = slots_[slot];
        if (frame.number == 0 || frame.finished_at > finished) continue;
        if (shown_ < 0 || frame.number > slots_[shown_].number) shown_ = slot;
    }
    if (shown_ < 0) return std::nullopt;
    Slot& slot = slots_[shown_];
    slot.read_value = read_value;
    return Shown{shown_, slot.stamp, slot.number, shown_ != before};
}

std::uint64_t FrameRing::finished_frames(std::uint64_t finished) const {
    std::lock_guard lock(mutex_);
    return handed_over_ - (has_unfinished(finished) ? 1 : 0);
}

bool FrameRing::unfinished(std::uint64_t finished) const {
    std::lock_guard lock(mutex_);
    return has_unfinished(finished);
}

bool FrameRing::has_unfinished(std::uint64_t finished) const {
    return std::ranges::any_of(
        slots_, [&](const Slot& slot) { return slot.number > 0 && slot.finished_at > finished; });
}

}  // namespace rv::interop
