#pragma once
/// How a view is drawn, as stages: each a function of one index, all of whose calls may run at once, and
/// which begins when the one before has ended. Executors differ in how they call them; see
/// geometry_executor.h.

#include <algorithm>

#include "engine/core/camera_math.h"
#include "world_model/condition/geometry_buffers.h"
#include "world_model/condition/pose_numbers.h"
#include "world_model/condition/rank.h"
#include "world_model/condition/reproject_pixel.h"
#include "world_model/condition/shared_words.h"

namespace rv::world_model::view_stages {

/// Empties what the following stages gather.
struct Begin {
    MemoryBuffers m;

    [[nodiscard]] int size() const {
        return std::max(kSources * m.camera.width * m.camera.height, kMemoryFrames * kLandmarkWords);
    }
    RV_HOST_DEVICE void operator()(int i) const {
        if (i < kSources * m.camera.width * m.camera.height) m.projected[i] = kUnknownDepth;
        if (i < kMemoryFrames * kLandmarkWords) m.cells[i] = 0;
        if (i < kMemoryDrawn) m.best[i] = 0;
    }
};

/// Where in the view each kept frame shows something.
struct MarkCells {
    MemoryBuffers m;
    const float* target;

    [[nodiscard]] static int size() { return kMemoryFrames * kLandmarks; }
    RV_HOST_DEVICE void operator()(int i) const {
        const int slot = i / kLandmarks;
        if (slot >= *m.count) return;
        const int cell = cell_of(m.landmarks[i].point, read_pose(target), m.camera);
        if (cell >= 0) add_bit(m.cells + slot * kLandmarkWords, cell);
    }
};

RV_HOST_DEVICE inline bool adds_much(Rank best) {
    return landmarks_in(best) >= kFewestNewCells;
}

/// Greedily the one that adds most to those of the rounds before.
struct Choose {
    MemoryBuffers m;
    int round;

    [[nodiscard]] static int size() { return kMemoryFrames; }
    RV_HOST_DEVICE void operator()(int slot) const {
        if (slot >= *m.count) return;
        int added = 0;
        for (int word = 0; word < kLandmarkWords; ++word) {
            uint32_t fresh = m.cells[slot * kLandmarkWords + word];
            for (int i = 0; i < round; ++i)
                if (adds_much(m.best[i])) fresh &= ~m.cells[slot_in(m.best[i]) * kLandmarkWords + word];
            added += count_bits(fresh);
        }
        raise_to(m.best + round, rank_of(added, m.time[slot], slot));
    }
};

/// The sources in the order in which they are laid over each other, and how the target moves seen from each.
struct Aim {
    MemoryBuffers m;
    FrameBuffers newest;
    const float* target;

    [[nodiscard]] static int size() { return kSources; }
    RV_HOST_DEVICE void operator()(int source) const {
        if (source == 0) return set(source, kNewest, newest.pose);
        // The one kept after as many of the chosen as there are before it.
        for (int i = 0; i < kMemoryDrawn; ++i) {
            if (!adds_much(m.best[i])) continue;
            const int slot = slot_in(m.best[i]);
            int later = 0;
            for (int j = 0; j < kMemoryDrawn; ++j)
                later += adds_much(m.best[j]) && m.time[slot_in(m.best[j])] > m.time[slot];
            if (later == source - 1) return set(source, slot, m.pose + slot * kPoseSize);
        }
        m.sources[source] = kAbsent;
        m.drawn[source] = -1;
    }

  private:
    RV_HOST_DEVICE void set(int source, int slot, const float* pose) const {
        m.sources[source] = slot;
        m.drawn[source] = slot == kNewest ? -1 : m.time[slot];
        write_pose(seen_from(read_pose(pose), read_pose(target)), m.motions + source * kPoseSize);
    }
};

/// @param stride of a slot
RV_HOST_DEVICE inline const float* picture_of(int slot, const float* newest, const float* kept, int stride) {
    return slot == kNewest ? newest : kept + static_cast<std::ptrdiff_t>(slot) * stride;
}

/// The depth of every source's pixels in the target; each covers the four pixels around its projection.
struct Project {
    MemoryBuffers m;
    FrameBuffers newest;

    [[nodiscard]] int size() const { return kSources * m.camera.width * m.camera.height; }
    RV_HOST_DEVICE void operator()(int i) const {
        const int W = m.camera.width, H = m.camera.height, N = W * H;
        const int source = i / N, pixel = i % N, slot = m.sources[source];
        if (slot == kAbsent) return;
        const float code = picture_of(slot, newest.inverse_depth, m.inverse_depth, N)[pixel];
        const Rigid ahead = ahead_by(read_pose(m.motions + source * kPoseSize));
        Splat to;
        if (!splat(m.camera, ahead, pixel % W, pixel / W, metres_from_inverse_depth(code), to)) return;
        float* projected = m.projected + source * N;
        for (int v = glm::max(to.v, 0); v <= glm::min(to.v + 1, H - 1); ++v) {
            for (int u = glm::max(to.u, 0); u <= glm::min(to.u + 1, W - 1); ++u)
                lower_to(projected + v * W + u, to.depth_m);
        }
    }
};

/// What each pixel of the view shows.
struct Resolve {
    MemoryBuffers m;
    FrameBuffers newest;

    [[nodiscard]] int size() const { return m.camera.width * m.camera.height; }
    RV_HOST_DEVICE void operator()(int pixel) const {
        const int N = m.camera.width * m.camera.height;
        Sample shown = sample(0, pixel);
        int from = m.sources[0];
        for (int source = 1; source < kSources; ++source) {
            if (m.sources[source] == kAbsent) continue;
            const Sample older = sample(source, pixel);
            if (!takes_over(shown, older, kSharpEnough)) continue;
            shown = older;
            from = m.sources[source];
        }
        for (int c = 0; c < 3; ++c) m.frame[c * N + pixel] = shown.known ? shown.colour[c] : 0;
        m.validity[pixel] = shown.known ? 1 : 0;
        m.origins[pixel] = shown.known ? Origin{from, shown.u, shown.v, stretch_of(shown)} : Origin{};
    }

  private:
    [[nodiscard]] RV_HOST_DEVICE Sample sample(int source, int pixel) const {
        const int W = m.camera.width, H = m.camera.height, N = W * H, slot = m.sources[source];
        const int x = pixel % W, y = pixel / W;
        return look_up(m.camera, picture_of(slot, newest.draft, m.draft, 3 * N),
                       picture_of(slot, newest.inverse_depth, m.inverse_depth, N),
                       back_by(read_pose(m.motions + source * kPoseSize)), x, y,
                       closed_depth(m.projected + source * N, W, H, x, y));
    }
};

/// The enlarged picture along the same geometry.
struct Enlarge {
    MemoryBuffers m;
    FrameBuffers newest;

    [[nodiscard]] int size() const { return m.enlarges * m.enlarges * m.camera.width * m.camera.height; }
    RV_HOST_DEVICE void operator()(int i) const {
        const int e = m.enlarges, W = e * m.camera.width, H = e * m.camera.height, N = W * H;
        const int x = i % W, y = i / W;
        const Origin& origin = m.origins[y / e * m.camera.width + x / e];
        if (origin.source == kAbsent) {
            for (int c = 0; c < 3; ++c) m.shown_view[c * N + i] = 0;
            return;
        }
        const Tap there = tap(e, W, H, x % e, y % e, origin.u, origin.v, origin.stretch);
        const float* plane = picture_of(origin.source, newest.shown, m.shown, 3 * N);
        for (int c = 0; c < 3; ++c) m.shown_view[c * N + i] = bilinear(plane + c * N, W, there);
    }
};

}  // namespace rv::world_model::view_stages

namespace rv::world_model {

/// DeviceMemory::view(). @param run calls a stage for all its indices, in order with the other stages
template <class Run>
void draw_view(const MemoryBuffers& m, const FrameBuffers& newest, const float* target, const Run& run) {
    using namespace view_stages;
    run(Begin{m});
    run(MarkCells{m, target});
    for (int round = 0; round < kMemoryDrawn; ++round) run(Choose{m, round});
    run(Aim{m, newest, target});
    run(Project{m, newest});
    run(Resolve{m, newest});
    if (m.enlarges > 0) run(Enlarge{m, newest});
}

}  // namespace rv::world_model
