#pragma once
/// Which kept frame counts most, as one number, so that threads can find the greatest together: by how many
/// landmarks, of equals the oldest.

#include <cstdint>

#include "engine/core/host_device.h"

namespace rv::world_model {

using Rank = unsigned long long;  ///< 8 bits of landmarks, 48 of age, 8 of slot

inline constexpr int kSlotBits = 8, kAgeBits = 48;

/// @param landmarks 0 to 255  @param time not negative  @param slot 0 to 255
RV_HOST_DEVICE inline Rank rank_of(int landmarks, int64_t time, int slot) {
    constexpr Rank kLatest = (Rank{1} << kAgeBits) - 1;
    return (static_cast<Rank>(landmarks) << (kAgeBits + kSlotBits)) |
           ((kLatest - static_cast<Rank>(time)) << kSlotBits) | static_cast<Rank>(slot);
}
RV_HOST_DEVICE inline int landmarks_in(Rank rank) {
    return static_cast<int>(rank >> (kAgeBits + kSlotBits));
}
RV_HOST_DEVICE inline int slot_in(Rank rank) {
    return static_cast<int>(rank & ((Rank{1} << kSlotBits) - 1));
}

}  // namespace rv::world_model
