#pragma once
/// An executor of whatever runs a stage.

#include "world_model/condition/camera_stages.h"
#include "world_model/condition/geometry_executor.h"
#include "world_model/condition/offer_stages.h"
#include "world_model/condition/view_stages.h"

namespace rv::world_model {

/// @tparam Run calls a stage for every index below its size(), in order with the other stages
template <class Run>
class StagedExecutor final : public GeometryExecutor {
  public:
    explicit StagedExecutor(Run run) : run_(std::move(run)) {}

    void follow_prompt(const MemoryBuffers& m, const int32_t* changed, const int64_t* time) const override {
        run_(offer_stages::Forget{m, changed, time});
    }
    void view(const MemoryBuffers& m, const FrameBuffers& newest, const float* target) const override {
        draw_view(m, newest, target, run_);
    }
    void offer(const MemoryBuffers& m, const FrameBuffers& newest) const override {
        offer_frame(m, newest, run_);
    }
    void advance(const CameraBuffers& c, const float* code, const float* wanted,
                 const int32_t* flags) const override {
        run_(camera_stages::Advance{c, code, wanted, flags});
        run_(camera_stages::CastRays{c});
    }
    void arrive(const CameraBuffers& c) const override { run_(camera_stages::Arrive{c}); }
    void look(const CameraBuffers& c) const override { run_(camera_stages::Look{c}); }

  private:
    Run run_;
};

}  // namespace rv::world_model
