#pragma once
/// A rollout whose frames are all of one colour, so that a torn frame shows.

#include "engine/core/error.h"
#include "world_model/world.h"

namespace rv::world_model {

class FlatRollout final : public Rollout {
  public:
    std::uint8_t value = 0;

    void step(const StepInput&) override { ++value; }
    [[nodiscard]] std::uint64_t frame_index() const override { return value; }
    [[nodiscard]] const at::Tensor& frame() const override { throw Error("flat frames have no tensor"); }
    [[nodiscard]] CameraPose pose() const override { return {}; }
    [[nodiscard]] StepTimes times() const override { return {}; }
    void copy_frame(std::span<std::uint8_t> rgba) const override {
        for (std::uint8_t& byte : rgba) byte = value;
    }
    [[nodiscard]] std::size_t copy_bytes() const override { return 1000; }
    [[nodiscard]] std::unique_ptr<Rollout> copy() const override {
        return std::make_unique<FlatRollout>(*this);
    }
    void save(const std::filesystem::path&) const override {}
    void restore(const std::filesystem::path&) override {}
};

}  // namespace rv::world_model
