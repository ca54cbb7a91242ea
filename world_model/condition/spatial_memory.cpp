#include "world_model/condition/spatial_memory.h"

#include <algorithm>
#include <bitset>

#include "world_model/condition/landmark.h"

namespace rv::world_model {
namespace {

using Cells = std::bitset<static_cast<size_t>(kLandmarks)>;

Landmarks landmarks_of(const PosedFrame& frame, const Intrinsics& k) {
    Landmarks marks;
    const float* code = frame.inverse_depth.const_data_ptr<float>();
    for (int i = 0; i < kLandmarks; ++i) {
        const auto [point, depth_m] = landmark_of(code, frame.pose, k, i);
        marks.points.push_back(point);
        marks.depths_m.push_back(depth_m);
    }
    return marks;
}

// Which of the landmarks a kept frame shows too, and about as closely.
Cells seen_by(const PosedFrame& kept, const Landmarks& marks, const Intrinsics& k) {
    Cells seen;
    const float* code = kept.inverse_depth.const_data_ptr<float>();
    for (size_t i = 0; i < marks.points.size(); ++i)
        seen[i] = shows(code, kept.pose, {marks.points[i], marks.depths_m[i]}, k);
    return seen;
}

}  // namespace

Reprojected draw_memory(const PosedFrame& newest, const std::vector<const PosedFrame*>& keyframes,
                        const CameraPose& target, const Intrinsics& intrinsics) {
    std::vector<PlacedPicture> pictures;
    const auto add = [&](const PosedFrame& from) {
        pictures.push_back({from.frame, from.inverse_depth, relative(from.pose, target), from.shown});
    };
    add(newest);
    for (auto kept = keyframes.rbegin(); kept != keyframes.rend(); ++kept) add(**kept);
    return reproject(pictures, intrinsics, kSharpEnough);
}

void SpatialMemory::follow_prompt(std::string_view prompt, int64_t time, bool fading) {
    if (prompt == state_.prompt && !fading) return;
    if (time > 0) {
        state_.frames.clear();
        landmarks_.clear();
        state_.settled_at = time + kSettlingFrames;
    }
    state_.prompt = prompt;
}

std::vector<const PosedFrame*> SpatialMemory::choose(const CameraPose& target, const Intrinsics& k) const {
    std::vector<Cells> views(landmarks_.size());
    for (size_t i = 0; i < landmarks_.size(); ++i) {
        for (const glm::vec3& point : landmarks_[i].points) {
            const int cell = cell_of(point, target, k);
            if (cell >= 0) views[i].set(static_cast<size_t>(cell));
        }
    }
    // Greedily the one that adds most, until nothing adds much.
    Cells covered;
    std::vector<size_t> chosen;
    while (chosen.size() < kDrawn) {
        size_t best = 0, most = 0;
        for (size_t i = 0; i < views.size(); ++i) {
            const size_t added = (views[i] & ~covered).count();
            if (added > most) best = i, most = added;
        }
        if (most < static_cast<size_t>(kFewestNewCells)) break;
        covered |= views[best];
        chosen.push_back(best);
    }
    std::ranges::sort(chosen);
    std::vector<const PosedFrame*> keyframes;
    for (const size_t i : chosen) keyframes.push_back(&state_.frames[i]);
    return keyframes;
}

void SpatialMemory::offer(const PosedFrame& frame, const Intrinsics& intrinsics) {
    if (frame.time < state_.settled_at) return;
    const Landmarks marks = landmarks_of(frame, intrinsics);
    Cells known;
    for (const PosedFrame& kept : state_.frames) known |= seen_by(kept, marks, intrinsics);
    if (shown_enough(static_cast<int>(known.count()))) return;
    if (state_.frames.size() == kCapacity) forget_most_redundant(intrinsics);
    state_.frames.push_back(frame);
    landmarks_.push_back(marks);
}

void SpatialMemory::forget_most_redundant(const Intrinsics& intrinsics) {
    size_t victim = 0, most = 0;
    for (size_t i = 0; i < state_.frames.size(); ++i) {
        Cells known;
        for (size_t j = 0; j < state_.frames.size(); ++j) {
            if (j != i) known |= seen_by(state_.frames[j], landmarks_[i], intrinsics);
        }
        if (known.count() > most) victim = i, most = known.count();
    }
    state_.frames.erase(state_.frames.begin() + static_cast<std::ptrdiff_t>(victim));
    landmarks_.erase(landmarks_.begin() + static_cast<std::ptrdiff_t>(victim));
}

void SpatialMemory::restore(State state, const Intrinsics& intrinsics) {
    state_ = std::move(state);
    landmarks_.clear();
    for (const PosedFrame& frame : state_.frames) landmarks_.push_back(landmarks_of(frame, intrinsics));
}

}  // namespace rv::world_model
