#pragma once
/// How long a device is at work, without waiting for it.

#include <torch/torch.h>

#include <optional>

#include "engine/core/clock.h"

namespace rv::world_model {

/// Between two points of LibTorch's current stream; on the CPU, between two moments.
class DeviceTimer {
  public:
    explicit DeviceTimer(const torch::Device& device);
    DeviceTimer(DeviceTimer&&) noexcept = default;

    void start();
    void stop();
    /// Of the last start() and stop(), milliseconds; 0 before the first. Waits until the device is that far.
    [[nodiscard]] double ms() const;

  private:
    torch::Device device_;
    std::optional<c10::Event> begin_, end_;
    TimePoint began_{}, ended_{};
};

}  // namespace rv::world_model
