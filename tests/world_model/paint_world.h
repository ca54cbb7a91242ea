#pragma once
/// A world whose whole frame has the brightness of the newest `forward`, and whose camera goes sideways by
/// `sideways` metres: what it was told can be read off with certainty.

#include <torch/torch.h>

#include "world_model/world.h"

class PaintRollout : public rv::world_model::Rollout {
  public:
    explicit PaintRollout(torch::Tensor frame) : frame_(std::move(frame)) {}
    void step(const rv::world_model::StepInput& input) override {
        frame_ = torch::full_like(frame_, input.action.forward);
        pose_.position.x += input.action.sideways;
        ++index_;
    }
    void observe(const at::Tensor& frame, const rv::world_model::StepInput& input) override {
        frame_ = frame.clone();
        pose_.position.x += input.action.sideways;
        ++index_;
    }
    [[nodiscard]] std::uint64_t frame_index() const override { return index_; }
    [[nodiscard]] const at::Tensor& frame() const override { return frame_; }
    [[nodiscard]] rv::CameraPose pose() const override { return pose_; }
    [[nodiscard]] rv::world_model::StepTimes times() const override { return {}; }
    void copy_frame(std::span<std::uint8_t>) const override {}
    [[nodiscard]] std::size_t copy_bytes() const override { return 1000; }
    [[nodiscard]] std::unique_ptr<Rollout> copy() const override {
        return std::make_unique<PaintRollout>(*this);
    }
    void save(const std::filesystem::path&) const override {}
    void restore(const std::filesystem::path&) override {}

  private:
    torch::Tensor frame_;
    rv::CameraPose pose_;
    std::uint64_t index_ = 0;
};

class PaintWorld : public rv::world_model::World {
  public:
    [[nodiscard]] const rv::world_model::WorldInfo& info() const override { return info_; }
    [[nodiscard]] std::string digest() const override { return "paint"; }
    [[nodiscard]] std::string device_name() const override { return "none"; }
    std::unique_ptr<rv::world_model::Rollout> start(const rv::world_model::Start&) override {
        return start_from(torch::zeros({3, 24, 40}), 0, {0, 1, 0});
    }
    std::unique_ptr<rv::world_model::Rollout> start_from(const at::Tensor& frame, std::uint64_t,
                                                         glm::vec3) override {
        return std::make_unique<PaintRollout>(frame.clone());
    }
    /// Gives frames back a tenth of the range too bright.
    [[nodiscard]] at::Tensor reconstruct(const at::Tensor& frame) const override { return frame + 0.2; }
    [[nodiscard]] at::Tensor repaint(const at::Tensor& frame) const override { return frame + 0.1; }
    [[nodiscard]] rv::world_model::CodecReport codec(const at::Tensor&) const override { return {96, 1, 2}; }

  private:
    rv::world_model::WorldInfo info_;
};
