#pragma once
/// One step of a world, from numbers in buffers to a frame in a buffer, wholly on the model's device:
/// captured once for each way to sample and replayed from then on. In the steady state it allocates nothing
/// and the host waits for nothing.
///
/// A world has one, for all of its rollouts: whose state is in it may step.

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <tuple>
#include <vector>

#include "world_model/captured_work.h"
#include "world_model/device_state.h"
#include "world_model/staging.h"

namespace rv::world_model {

class DeviceRollout;

/// What the host says of the next frame.
struct DeviceInput {
    StepInput step;
    bool prompt_changed = false;   ///< it is not the frame before's, or has not quite arrived
    bool settling = false;         ///< see SpatialMemory
    uint64_t seed = 0, frame = 0;  ///< of the noise: the number of the frame to come
};

class DeviceStep {
  public:
    /// @param like a state of the world whose parts outlive this
    explicit DeviceStep(const DeviceState& like);

    /// Captures the usual ways to sample, so that the first frames do not have to wait for that.
    void prepare();
    /// Moves state() on by a frame. Returns before the device has done so.
    void run(const DeviceInput& input);
    /// While the device is at work, draws what the frame after `input`'s will most likely need.
    void draw_ahead(const DeviceInput& input);
    /// Takes a true frame, (3, H, W), instead of making one.
    void observe(const torch::Tensor& frame, const DeviceInput& input);

    /// A part of a step; in their order they are the whole. The same may be done again and again, alone.
    struct Part {
        const char* name;
        std::function<void()> work;
    };
    [[nodiscard]] std::vector<Part> parts_of_step(const SamplerSettings& settings, const Noise& noise);

    [[nodiscard]] DeviceState& state() { return state_; }
    std::atomic<DeviceRollout*> tenant = nullptr;  ///< whose state() is; copies are saved by other threads

  private:
    struct Way {
        NoiseTape tape;
        std::unique_ptr<CapturedWork> work;
        uint64_t seed = 0, frame = 0;  // what the tape holds
        bool filled = false;
    };
    static constexpr size_t kMostWays = 8;
    /// What the parts of a step hand on.
    struct Handed {
        DeviceView seen;
        Conditions conditions;
        DynamicsState after;
        torch::Tensor latent, code, frame;
        Decoded decoded;
    };

    Way& way_of(const SamplerSettings& settings);
    void send(const DeviceInput& input);
    void move_camera();
    DeviceView look_ahead();
    void make_frame(const SamplerSettings& settings, const Noise& noise);

    const WorldParts& parts_;
    DeviceState state_;
    StagedTensor action_, text_, wanted_, flags_, prompt_changed_;
    std::map<std::tuple<int, double, double>, Way> ways_;  // by steps, guidance and trust
};

}  // namespace rv::world_model
