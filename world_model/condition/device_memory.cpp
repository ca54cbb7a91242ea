#include "world_model/condition/device_memory.h"

#include <algorithm>
#include <numeric>

#include "engine/core/error.h"
#include "world_model/condition/device_values.h"
#include "world_model/condition/geometry_buffers.h"
#include "world_model/condition/geometry_executor.h"
#include "world_model/condition/pose_tensor.h"

namespace rv::world_model {

struct DeviceMemory::Storage {
    // What is kept, see MemoryBuffers.
    torch::Tensor draft, inverse_depth, shown, pose, time, landmarks, count, settled_at;
    // What is made on the way.
    torch::Tensor cells, best, sources, drawn, motions, projected, origins, offered, known, redundant, victim,
        place;

    [[nodiscard]] std::vector<torch::Tensor> kept() const {
        std::vector<torch::Tensor> all{draft, inverse_depth, pose, time, landmarks, count, settled_at};
        if (shown.defined()) all.push_back(shown);
        return all;
    }
};

DeviceMemory::DeviceMemory(const Intrinsics& camera, int enlarges, const torch::Device& device)
    : camera_(camera),
      enlarges_(enlarges),
      executor_(create_geometry_executor(device)),
      kept_(std::make_unique<Storage>()) {
    const int64_t W = camera.width, H = camera.height, e = enlarges;
    const auto floats = torch::dtype(torch::kFloat32).device(device), words = floats.dtype(torch::kInt32),
               longs = floats.dtype(torch::kInt64);
    Storage& s = *kept_;
    s.draft = torch::zeros({kMemoryFrames, 3, H, W}, floats);
    s.inverse_depth = torch::zeros({kMemoryFrames, 1, H, W}, floats);
    if (e > 0) s.shown = torch::zeros({kMemoryFrames, 3, e * H, e * W}, floats);
    s.pose = torch::zeros({kMemoryFrames, kPoseSize}, floats);
    s.time = torch::zeros({kMemoryFrames}, longs);
    s.landmarks = torch::zeros({kMemoryFrames, kLandmarks, kLandmarkSize}, floats);
    s.count = torch::zeros({1}, words);
    s.settled_at = torch::zeros({1}, longs);

    s.cells = torch::zeros({kMemoryFrames, kLandmarkWords}, words);
    s.best = torch::zeros({kMemoryDrawn}, longs);
    s.sources = torch::full({kSources}, kAbsent, words);
    s.drawn = torch::full({kSources}, -1, longs);
    s.motions = torch::zeros({kSources, kPoseSize}, floats);
    s.projected = torch::zeros({kSources, H, W}, floats);
    s.origins = torch::zeros({H, W, static_cast<int64_t>(sizeof(Origin))}, floats.dtype(torch::kUInt8));
    s.offered = torch::zeros({kLandmarks, kLandmarkSize}, floats);
    s.known = torch::zeros({kLandmarkWords}, words);
    s.redundant = torch::zeros({kMemoryFrames, kLandmarkWords}, words);
    s.victim = torch::zeros({1}, longs);
    s.place = torch::zeros({1}, words);

    view_ = {torch::zeros({1, 3, H, W}, floats), torch::zeros({1, 1, H, W}, floats),
             e > 0 ? torch::zeros({1, 3, e * H, e * W}, floats) : torch::Tensor()};
}

DeviceMemory::~DeviceMemory() = default;
DeviceMemory::DeviceMemory(DeviceMemory&&) noexcept = default;
DeviceMemory& DeviceMemory::operator=(DeviceMemory&&) noexcept = default;

MemoryBuffers DeviceMemory::buffers() const {
    const Storage& s = *kept_;
    const auto words = [](const torch::Tensor& t) {
        return reinterpret_cast<uint32_t*>(t.data_ptr<int32_t>());
    };
    const auto ranks = [](const torch::Tensor& t) { return reinterpret_cast<Rank*>(t.data_ptr<int64_t>()); };
    const auto marks = [](const torch::Tensor& t) {
        return reinterpret_cast<Landmark*>(t.data_ptr<float>());
    };
    const auto optional = [](const torch::Tensor& t) { return t.defined() ? t.data_ptr<float>() : nullptr; };
    return {.camera = camera_,
            .enlarges = enlarges_,
            .draft = s.draft.data_ptr<float>(),
            .inverse_depth = s.inverse_depth.data_ptr<float>(),
            .shown = optional(s.shown),
            .pose = s.pose.data_ptr<float>(),
            .time = s.time.data_ptr<int64_t>(),
            .landmarks = marks(s.landmarks),
            .count = s.count.data_ptr<int32_t>(),
            .settled_at = s.settled_at.data_ptr<int64_t>(),
            .cells = words(s.cells),
            .best = ranks(s.best),
            .sources = s.sources.data_ptr<int32_t>(),
            .drawn = s.drawn.data_ptr<int64_t>(),
            .motions = s.motions.data_ptr<float>(),
            .projected = s.projected.data_ptr<float>(),
            .origins = reinterpret_cast<Origin*>(s.origins.data_ptr<uint8_t>()),
            .frame = view_.frame.data_ptr<float>(),
            .validity = view_.validity.data_ptr<float>(),
            .shown_view = optional(view_.shown),
            .offered = marks(s.offered),
            .known = words(s.known),
            .redundant = words(s.redundant),
            .victim = ranks(s.victim),
            .place = s.place.data_ptr<int32_t>()};
}

FrameBuffers DeviceMemory::buffers_of(const DeviceFrame& frame) const {
    const Storage& s = *kept_;
    const int64_t N = int64_t{camera_.width} * camera_.height, e = enlarges_;
    return {device_values<float>(frame.draft, 3 * N, s.draft),
            device_values<float>(frame.inverse_depth, N, s.inverse_depth),
            e > 0 ? device_values<float>(frame.shown, 3 * e * e * N, s.shown) : nullptr,
            device_values<float>(frame.pose, kPoseSize, s.pose),
            device_values<int64_t>(frame.time, 1, s.time)};
}

void DeviceMemory::follow_prompt(const torch::Tensor& changed, const torch::Tensor& time) {
    executor_->follow_prompt(buffers(), device_values<int32_t>(changed, 1, kept_->count),
                             device_values<int64_t>(time, 1, kept_->time));
}

const DeviceView& DeviceMemory::view(const DeviceFrame& newest, const torch::Tensor& target) {
    executor_->view(buffers(), buffers_of(newest), device_values<float>(target, kPoseSize, kept_->pose));
    return view_;
}

void DeviceMemory::offer(const DeviceFrame& newest) {
    executor_->offer(buffers(), buffers_of(newest));
}

std::vector<int64_t> DeviceMemory::drawn() const {
    const torch::Tensor times = kept_->drawn.cpu();
    std::vector<int64_t> drawn;
    for (int i = kSources - 1; i > 0; --i) {
        const int64_t time = times.const_data_ptr<int64_t>()[i];
        if (time >= 0) drawn.push_back(time);
    }
    return drawn;
}

SpatialMemory::State DeviceMemory::state(const SpatialMemory::State& earlier) const {
    const Storage& s = *kept_;
    const torch::Tensor times = s.time.cpu(), poses = s.pose.cpu();
    const auto* time = times.const_data_ptr<int64_t>();
    std::vector<int> slots(static_cast<size_t>(s.count.item<int32_t>()));
    std::iota(slots.begin(), slots.end(), 0);
    std::ranges::sort(slots, {}, [&](int slot) { return time[slot]; });

    const auto copy = [](const torch::Tensor& of, int slot) {
        return of.defined() ? of[slot].to(torch::kCPU, of.scalar_type(), false, /*copy=*/true)
                            : torch::Tensor();
    };
    SpatialMemory::State state{.frames = {}, .prompt = {}, .settled_at = s.settled_at.item<int64_t>()};
    for (const int slot : slots) {
        const auto known = std::ranges::find(earlier.frames, time[slot], &PosedFrame::time);
        if (known != earlier.frames.end()) {
            state.frames.push_back(*known);
            continue;
        }
        state.frames.push_back({copy(s.draft, slot), copy(s.inverse_depth, slot),
                                pose_from_tensor(poses[slot]), time[slot], copy(s.shown, slot)});
    }
    return state;
}

void DeviceMemory::restore(const SpatialMemory::State& state) {
    RV_ASSERT(state.frames.size() <= kMemoryFrames, "a memory of that many frames does not fit");
    Storage& s = *kept_;
    for (size_t i = 0; i < state.frames.size(); ++i) {
        const PosedFrame& frame = state.frames[i];
        const auto slot = static_cast<int64_t>(i);
        const torch::Tensor marks = torch::empty({kLandmarks, kLandmarkSize});
        for (int mark = 0; mark < kLandmarks; ++mark)
            reinterpret_cast<Landmark*>(marks.data_ptr<float>())[mark] =
                landmark_of(frame.inverse_depth.const_data_ptr<float>(), frame.pose, camera_, mark);
        s.draft[slot].copy_(frame.frame);
        s.inverse_depth[slot].copy_(frame.inverse_depth);
        if (s.shown.defined()) s.shown[slot].copy_(frame.shown);
        s.pose[slot].copy_(pose_tensor(frame.pose));
        s.time[slot].fill_(frame.time);
        s.landmarks[slot].copy_(marks);
    }
    s.count.fill_(static_cast<int64_t>(state.frames.size()));
    s.settled_at.fill_(state.settled_at);
}

void DeviceMemory::copy_from(const DeviceMemory& other) {
    const auto to = kept_->kept(), from = other.kept_->kept();
    for (size_t i = 0; i < to.size(); ++i) to[i].copy_(from[i], /*non_blocking=*/true);
}

size_t DeviceMemory::size_bytes() const {
    size_t bytes = 0;
    for (const torch::Tensor& tensor : kept_->kept()) bytes += tensor.nbytes();
    return bytes;
}

}  // namespace rv::world_model
