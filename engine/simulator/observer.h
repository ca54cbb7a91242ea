#pragma once
/// How a simulator sees its scene without knowing who draws it.

#include <cstdint>
#include <span>

#include "engine/asset/scene.h"
#include "engine/core/camera.h"

namespace rv::simulator {

/// Four maps of one view, rows from the top, and the camera that took them. The spans belong to the observer and
/// stay valid until its next observe().
struct Observation {
    int width = 0, height = 0;
    std::span<const std::uint8_t> rgba;          ///< (H, W, 4) sRGB
    std::span<const float> depth_m;              ///< (H, W) distance along the view axis; sky: kSkyDepth
    std::span<const std::int8_t> normals;        ///< (H, W, 4) snorm8, world space; sky: 0
    std::span<const std::uint8_t> segmentation;  ///< (H, W) Instance::segment; sky: 0
    CameraPose pose;
    Intrinsics intrinsics;
};

inline constexpr float kSkyDepth = 1000.0f;

class Observer {
  public:
    virtual ~Observer() = default;
    /// Draws the scene; the picture has the size of `intrinsics`.
    virtual Observation observe(const asset::Scene& scene, const CameraPose& pose, const Intrinsics& intrinsics) = 0;
};

}  // namespace rv::simulator
