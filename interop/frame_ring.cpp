#include "interop/frame_ring.h"

#include "engine/core/error.h"

namespace rv::interop {

std::optional<int> FrameRing::begin_write(std::uint64_t gpu_done) {
    std::lock_guard lock(mutex_);
    const auto free = [&](int slot) {
        return slot != shown_ && !slots_[slot].writing && slots_[slot].read_value <= gpu_done;
    };
    for (int slot = 0; slot < kSlots; ++slot) {
        if (slot != newest_ && free(slot)) {
            slots_[slot].writing = true;
            return slot;
        }
    }
    if (newest_ < 0 || !free(newest_)) return std::nullopt;
    // The newest frame was never shown and a newer one is about to replace it.
    const int slot = newest_;
    newest_ = shown_;
    slots_[slot].writing = true;
    return slot;
}

void FrameRing::end_write(int slot, const FrameStamp& stamp) {
    std::lock_guard lock(mutex_);
    RV_ASSERT(slot >= 0 && slot < kSlots && slots_[slot].writing, "end_write without begin_write");
    slots_[slot].writing = false;
    slots_[slot].stamp = stamp;
    slots_[slot].number = ++finished_;
    newest_ = slot;
}

void FrameRing::cancel_write(int slot) {
    std::lock_guard lock(mutex_);
    RV_ASSERT(slot >= 0 && slot < kSlots && slots_[slot].writing, "cancel_write without begin_write");
    slots_[slot].writing = false;
}

std::optional<FrameRing::Shown> FrameRing::take(std::uint64_t read_value) {
    std::lock_guard lock(mutex_);
    if (newest_ < 0) return std::nullopt;
    const bool fresh = newest_ != shown_;
    shown_ = newest_;
    Slot& slot = slots_[shown_];
    slot.read_value = read_value;
    return Shown{shown_, slot.stamp, slot.number, fresh};
}

std::uint64_t FrameRing::finished_frames() const {
    std::lock_guard lock(mutex_);
    return finished_;
}

}  // namespace rv::interop
