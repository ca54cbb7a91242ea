#pragma once
/// The real simulator beside its dream: it begins where the world's start frame was taken and moves with the
/// same actions.

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string_view>

#include "engine/core/action.h"
#include "world_model/world.h"

namespace rv::app {

class Truth {
  public:
    virtual ~Truth() = default;
    /// Moves on by one frame. @param prompt in force; empty: as before
    virtual void step(const Action& action, std::string_view prompt) = 0;
    /// The present frame, (H, W, 4) of the world's size; valid until the next step.
    [[nodiscard]] virtual std::span<const std::uint8_t> rgba() const = 0;
};

/// @throws UsageError when that start frame does not come from a simulator; DeviceError when nothing can draw
/// it.
using TruthOpener =
    std::function<std::unique_ptr<Truth>(const world_model::WorldInfo& info, int start_frame)>;

/// The simulator that the world names, drawn by a Vulkan device of its own.
std::unique_ptr<Truth> open_truth(const world_model::WorldInfo& info, int start_frame);

/// Peak signal-to-noise ratio of two pictures (H, W, 4), alpha left out. 99 for equal ones.
double psnr_db(std::span<const std::uint8_t> a, std::span<const std::uint8_t> b);
/// Where they differ, and how much: twice the absolute difference, (H, W, 4).
void write_difference(std::span<const std::uint8_t> a, std::span<const std::uint8_t> b,
                      std::span<std::uint8_t> out);
/// Takes the truth into a rollout instead of a generated frame. @param rgba (H, W, 4) of its size
void anchor(world_model::Rollout& rollout, const world_model::StepInput& input,
            std::span<const std::uint8_t> rgba, int width, int height);

}  // namespace rv::app
