#include "tests/app/hash_world.h"

#include <algorithm>
#include <cstring>
#include <fstream>

#include "engine/core/error.h"

namespace hash_world {
namespace {

using namespace rv::world_model;

struct State {
    std::uint64_t hash = 0, frame = 0;
    float z = 0;
};

void mix(std::uint64_t& hash, const void* bytes, std::size_t size) {
    for (std::size_t i = 0; i < size; ++i) {
        hash ^= static_cast<const std::uint8_t*>(bytes)[i];
        hash *= 0x100000001b3ull;
        hash ^= hash >> 29;
    }
}

template <class Value>
void mix(std::uint64_t& hash, const Value& value) {
    mix(hash, &value, sizeof value);
}

class HashRollout : public Rollout {
  public:
    HashRollout(std::shared_ptr<Probe> probe, State state) : probe_(std::move(probe)), state_(state) {}

    void step(const StepInput& input) override {
        if (probe_->before_step) probe_->before_step(state_.frame + 1);
        probe_->prompts.emplace_back(input.prompt);
        probe_->steps.push_back(input);
        mix(state_.hash, input.action.values());
        mix(state_.hash, input.prompt.data(), input.prompt.size());
        mix(state_.hash, input.sampler_steps);
        mix(state_.hash, input.fade.from.data(), input.fade.from.size());
        mix(state_.hash, input.fade.share);
        mix(state_.hash, input.guidance);
        if (input.pose) mix(state_.hash, input.pose->position);
        state_.z = input.pose ? input.pose->position.z : state_.z - input.action.forward;
        ++state_.frame;
    }
    [[nodiscard]] std::uint64_t frame_index() const override { return state_.frame; }
    [[nodiscard]] const at::Tensor& frame() const override { throw rv::Error("a hash world has no tensors"); }
    [[nodiscard]] rv::CameraPose pose() const override {
        rv::CameraPose pose;
        pose.position.z = state_.z;
        return pose;
    }
    [[nodiscard]] StepTimes times() const override { return {.total_ms = 1}; }
    void copy_frame(std::span<std::uint8_t> rgba) const override {
        RV_ASSERT(rgba.size() == static_cast<std::size_t>(probe_->width * kHeight * 4),
                  "the span fits the frame");
        std::uint64_t hash = state_.hash;
        for (auto& byte : rgba) {
            mix(hash, probe_->salt);
            byte = static_cast<std::uint8_t>(hash >> 56);
        }
    }
    void copy_view(InnerView view, std::span<std::uint8_t> rgba) const override {
        if (view == InnerView::Depth) throw rv::UsageError("a hash world knows no depth");
        std::ranges::fill(rgba, static_cast<std::uint8_t>(state_.frame));
    }
    [[nodiscard]] std::size_t copy_bytes() const override { return 1000; }
    [[nodiscard]] std::unique_ptr<Rollout> copy() const override {
        return std::make_unique<HashRollout>(probe_, state_);
    }
    void save(const std::filesystem::path& file) const override {
        std::ofstream stream(file, std::ios::binary);
        stream.write(reinterpret_cast<const char*>(&state_), sizeof state_);
    }
    void restore(const std::filesystem::path& file) override {
        std::ifstream stream(file, std::ios::binary);
        State state;
        if (!stream.read(reinterpret_cast<char*>(&state), sizeof state))
            throw rv::FileError(file.string(), "is missing");
        state_ = state;
    }

  private:
    std::shared_ptr<Probe> probe_;
    State state_;
};

class HashWorld : public World {
  public:
    HashWorld(std::shared_ptr<Probe> probe, const OpenOptions& options, const std::filesystem::path& folder)
        : probe_(std::move(probe)), device_(options.device == DeviceKind::Cuda ? "test GPU" : "test CPU") {
        info_.name = folder.filename().string();
        info_.folder = folder;
        info_.width = probe_->width;
        info_.height = kHeight;
        info_.frame_rate = probe_->frame_rate;
        info_.has_prompt = info_.has_pose = true;
        info_.start_frames = {"first", "second"};
        info_.start_prompts = {"noon", "night"};
    }
    [[nodiscard]] const WorldInfo& info() const override { return info_; }
    [[nodiscard]] std::string digest() const override { return probe_->digest; }
    [[nodiscard]] std::string device_name() const override { return device_; }
    std::unique_ptr<Rollout> start(const Start& start) override {
        if (start.frame < 0 || start.frame > 1) throw rv::UsageError("no such start frame");
        State state;
        mix(state.hash, start.seed);
        mix(state.hash, start.frame);
        return std::make_unique<HashRollout>(probe_, state);
    }

  private:
    std::shared_ptr<Probe> probe_;
    std::string device_;
    WorldInfo info_;
};

}  // namespace

std::unique_ptr<World> create(std::shared_ptr<Probe> probe, const OpenOptions& options,
                              const std::filesystem::path& folder) {
    return std::make_unique<HashWorld>(std::move(probe), options, folder);
}

rv::app::WorldOpener opener(std::shared_ptr<Probe> probe) {
    return [probe = std::move(probe)](const std::filesystem::path& folder, const OpenOptions& options) {
        if (folder == "missing") throw rv::FileError("missing", "is not a world");
        return create(probe, options, folder);
    };
}

}  // namespace hash_world
