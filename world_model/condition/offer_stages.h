#pragma once
/// How a frame comes to be kept, and another one let go, as stages; see view_stages.h for what those are.

#include <algorithm>

#include "world_model/condition/geometry_buffers.h"
#include "world_model/condition/pose_numbers.h"
#include "world_model/condition/rank.h"
#include "world_model/condition/shared_words.h"

namespace rv::world_model::offer_stages {

/// @param set (kLandmarkWords)
RV_HOST_DEVICE inline int count_landmarks(const uint32_t* set) {
    int count = 0;
    for (int word = 0; word < kLandmarkWords; ++word) count += count_bits(set[word]);
    return count;
}

/// @param mark of another frame
RV_HOST_DEVICE inline bool kept_shows(const MemoryBuffers& m, int slot, const Landmark& mark) {
    const std::ptrdiff_t N = m.camera.width * m.camera.height;
    return shows(m.inverse_depth + slot * N, read_pose(m.pose + slot * kPoseSize), mark, m.camera);
}

/// Another look empties the memory, which waits until that look has arrived.
struct Forget {
    MemoryBuffers m;
    const int32_t* changed;
    const int64_t* time;

    [[nodiscard]] static int size() { return 1; }
    RV_HOST_DEVICE void operator()(int) const {
        if (*changed == 0 || *time <= 0) return;
        *m.count = 0;
        *m.settled_at = *time + kMemorySettling;
    }
};

/// The landmarks of the frame that is offered; empties what the following stages gather.
struct Begin {
    MemoryBuffers m;
    FrameBuffers newest;

    [[nodiscard]] static int size() { return std::max(kLandmarks, kMemoryFrames * kLandmarkWords); }
    RV_HOST_DEVICE void operator()(int i) const {
        if (i < kLandmarks)
            m.offered[i] = landmark_of(newest.inverse_depth, read_pose(newest.pose), m.camera, i);
        if (i < kLandmarkWords) m.known[i] = 0;
        if (i < kMemoryFrames * kLandmarkWords) m.redundant[i] = 0;
        if (i == 0) *m.victim = 0;
    }
};

/// Which of them kept frames show.
struct MarkKnown {
    MemoryBuffers m;

    [[nodiscard]] static int size() { return kMemoryFrames * kLandmarks; }
    RV_HOST_DEVICE void operator()(int i) const {
        const int slot = i / kLandmarks, mark = i % kLandmarks;
        if (slot < *m.count && kept_shows(m, slot, m.offered[mark])) add_bit(m.known, mark);
    }
};

RV_HOST_DEVICE inline bool accepted(const MemoryBuffers& m, const FrameBuffers& newest) {
    return *newest.time >= *m.settled_at && !shown_enough(count_landmarks(m.known));
}
RV_HOST_DEVICE inline bool must_let_go(const MemoryBuffers& m, const FrameBuffers& newest) {
    return *m.count == kMemoryFrames && accepted(m, newest);
}

/// Which landmarks of each kept frame another one shows.
struct MarkRedundant {
    MemoryBuffers m;
    FrameBuffers newest;

    [[nodiscard]] static int size() { return kMemoryFrames * kMemoryFrames * kLandmarks; }
    RV_HOST_DEVICE void operator()(int i) const {
        if (!must_let_go(m, newest)) return;
        const int mark = i % kLandmarks, other = i / kLandmarks % kMemoryFrames,
                  slot = i / kLandmarks / kMemoryFrames;
        if (other != slot && kept_shows(m, other, m.landmarks[slot * kLandmarks + mark]))
            add_bit(m.redundant + slot * kLandmarkWords, mark);
    }
};

/// The one of which the others show most.
struct ChooseVictim {
    MemoryBuffers m;
    FrameBuffers newest;

    [[nodiscard]] static int size() { return kMemoryFrames; }
    RV_HOST_DEVICE void operator()(int slot) const {
        if (!must_let_go(m, newest)) return;
        raise_to(m.victim, rank_of(count_landmarks(m.redundant + slot * kLandmarkWords), m.time[slot], slot));
    }
};

/// Which slot the frame takes.
struct Admit {
    MemoryBuffers m;
    FrameBuffers newest;

    [[nodiscard]] static int size() { return 1; }
    RV_HOST_DEVICE void operator()(int) const {
        *m.place = kAbsent;
        if (!accepted(m, newest)) return;
        const int slot = *m.count == kMemoryFrames ? slot_in(*m.victim) : (*m.count)++;
        m.time[slot] = *newest.time;
        write_pose(read_pose(newest.pose), m.pose + slot * kPoseSize);
        *m.place = slot;
    }
};

/// The frame itself.
struct Store {
    MemoryBuffers m;
    FrameBuffers newest;

    [[nodiscard]] int size() const {
        const int scale = std::max(m.enlarges, 1);
        return std::max(3 * scale * scale * m.camera.width * m.camera.height, kLandmarks);
    }
    RV_HOST_DEVICE void operator()(int i) const {
        const std::ptrdiff_t slot = *m.place, N = m.camera.width * m.camera.height,
                             shown = 3 * N * m.enlarges * m.enlarges;
        if (slot == kAbsent) return;
        if (i < kLandmarks) m.landmarks[slot * kLandmarks + i] = m.offered[i];
        if (i < N) m.inverse_depth[slot * N + i] = newest.inverse_depth[i];
        if (i < 3 * N) m.draft[slot * 3 * N + i] = newest.draft[i];
        if (i < shown) m.shown[slot * shown + i] = newest.shown[i];
    }
};

}  // namespace rv::world_model::offer_stages

namespace rv::world_model {

/// DeviceMemory::offer(). @param run see draw_view()
template <class Run>
void offer_frame(const MemoryBuffers& m, const FrameBuffers& newest, const Run& run) {
    using namespace offer_stages;
    run(Begin{m, newest});
    run(MarkKnown{m});
    run(MarkRedundant{m, newest});
    run(ChooseVictim{m, newest});
    run(Admit{m, newest});
    run(Store{m, newest});
}

}  // namespace rv::world_model
