#pragma once
/// A camera that flies where the person steers it, in place of the ego's own eyes.

#include "engine/core/camera.h"
#include "engine/platform/motion.h"

namespace rv::platform {

/// At full input, about as fast as an ego that walks: a generated world follows small motions better than
/// large ones.
struct FreeCameraSpeed {
    float move_m_per_s = 1.5f;
    float turn_rad_per_s = 1.26f;  ///< a full turn in five seconds
    float run_factor = 2.0f;
};

class FreeCamera {
  public:
    explicit FreeCamera(FreeCameraSpeed speed = {}) : speed_(speed) {}

    /// Takes over from where the ego is. Roll is dropped: the camera stays level.
    void start(const CameraPose& pose);
    /// Turns, then moves along the new view (forward follows the pitch, rise goes straight up).
    CameraPose advance(const Motion& motion, float seconds);
    [[nodiscard]] CameraPose pose() const;

  private:
    FreeCameraSpeed speed_;
    glm::vec3 position_{0.0f};
    float yaw_ = 0, pitch_ = 0;  // radians, as CameraPose::from_yaw_pitch
};

}  // namespace rv::platform
