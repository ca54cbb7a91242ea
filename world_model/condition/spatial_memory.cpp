#include "world_model/condition/spatial_memory.h"

#include <algorithm>
#include <bitset>

#include "world_model/condition/depth.h"

namespace rv::world_model {
namespace {

constexpr int kColumns = 16, kRows = 9;  // of landmarks in a frame, and of cells in a view
constexpr float kNearM = 0.1f;
constexpr float kSameDepth = 0.25f;  // relative; decoded depths are rough
constexpr float kSharpEnough = 1.5f;
constexpr double kEnough = 0.6;  // share of a frame that the memory shows already
constexpr size_t kFewestNewCells = 6;

using Cells = std::bitset<static_cast<size_t>(kColumns* kRows)>;

struct Pixel {
    float u = 0, v = 0, depth_m = 0;
};

// Where a world point lies in a camera's picture; false if it is outside.
bool project(const glm::vec3& point, const CameraPose& camera, const Intrinsics& k, Pixel& pixel) {
    const glm::vec3 p = glm::conjugate(camera.orientation) * (point - camera.position);
    if (-p.z < kNearM) return false;
    pixel = {k.cx - k.fx * p.x / p.z, k.cy + k.fy * p.y / p.z, -p.z};
    return pixel.u >= 0 && pixel.v >= 0 && pixel.u < static_cast<float>(k.width) &&
           pixel.v < static_cast<float>(k.height);
}

Landmarks landmarks_of(const PosedFrame& frame, const Intrinsics& k) {
    Landmarks marks;
    const float* code = frame.inverse_depth.data_ptr<float>();
    for (int row = 0; row < kRows; ++row) {
        for (int column = 0; column < kColumns; ++column) {
            const int x = (2 * column + 1) * k.width / (2 * kColumns),
                      y = (2 * row + 1) * k.height / (2 * kRows);
            const float depth = metres_from_inverse_depth(code[y * k.width + x]);
            const glm::vec3 p((static_cast<float>(x) + 0.5f - k.cx) / k.fx * depth,
                              -(static_cast<float>(y) + 0.5f - k.cy) / k.fy * depth, -depth);
            marks.points.push_back(frame.pose.position + frame.pose.orientation * p);
            marks.depths_m.push_back(depth);
        }
    }
    return marks;
}

// Which of the landmarks a kept frame shows too, and about as closely.
Cells seen_by(const PosedFrame& kept, const Landmarks& marks, const Intrinsics& k) {
    Cells seen;
    const float* code = kept.inverse_depth.data_ptr<float>();
    for (size_t i = 0; i < marks.points.size(); ++i) {
        Pixel at;
        if (!project(marks.points[i], kept.pose, k, at)) continue;
        const float there =
            metres_from_inverse_depth(code[static_cast<int>(at.v) * k.width + static_cast<int>(at.u)]);
        const bool far = there > kFarM && at.depth_m > kFarM;
        const bool same = std::abs(there - at.depth_m) < kSameDepth * at.depth_m;
        seen[i] = far || (same && at.depth_m < kSharpEnough * marks.depths_m[i]);
    }
    return seen;
}

}  // namespace

Reprojected draw_memory(const PosedFrame& newest, const std::vector<const PosedFrame*>& keyframes,
                        const CameraPose& target, const Intrinsics& intrinsics) {
    const auto seen = [&](const PosedFrame& from) {
        return reproject(from.frame, from.inverse_depth, relative(from.pose, target), intrinsics, from.shown);
    };
    Reprojected view = seen(newest);
    for (auto kept = keyframes.rbegin(); kept != keyframes.rend(); ++kept) {
        lay_over(view, seen(**kept), kSharpEnough);
    }
    return view;
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
    std::vector<Cells> shows(landmarks_.size());
    for (size_t i = 0; i < landmarks_.size(); ++i) {
        for (const glm::vec3& point : landmarks_[i].points) {
            Pixel at;
            if (!project(point, target, k, at)) continue;
            const int column = static_cast<int>(at.u) * kColumns / k.width,
                      row = static_cast<int>(at.v) * kRows / k.height;
            shows[i].set(static_cast<size_t>(row * kColumns + column));
        }
    }
    // Greedily the one that adds most, until nothing adds much.
    Cells covered;
    std::vector<size_t> chosen;
    while (chosen.size() < kDrawn) {
        size_t best = 0, most = 0;
        for (size_t i = 0; i < shows.size(); ++i) {
            const size_t added = (shows[i] & ~covered).count();
            if (added > most) best = i, most = added;
        }
        if (most < kFewestNewCells) break;
        covered |= shows[best];
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
    if (static_cast<double>(known.count()) >= kEnough * static_cast<double>(known.size())) return;
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
