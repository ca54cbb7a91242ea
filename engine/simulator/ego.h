#pragma once
/// How the ego moves: on foot or at the wheel. The same in every environment.

#include <glm/vec2.hpp>
#include <glm/vec3.hpp>

#include "engine/core/action.h"
#include "engine/core/camera.h"

namespace rv::simulator {

struct EgoLimits {
    float turn_rad = 0.084f;      ///< per frame at |turn| = 1: a full turn in 75 frames
    float walk_m = 0.16f;         ///< per frame at |forward| = 1
    float run_m = 0.28f;          ///< with the run button
    float sideways_part = 0.75f;  ///< of the forward speed
    float backward_part = 0.7f;
    float look_rad = 0.05f;        ///< per frame at |look| = 1
    float max_pitch_rad = 0.611f;  ///< 35 degrees
    float level_part = 0.93f;      ///< pitch kept per frame while look is 0
    float response = 0.6f;         ///< part of a change of velocity that happens in one frame
    float eye_m = 1.6f;
    float radius_m = 0.35f;
    float height_m = 1.75f;
    float jump_m = 0.29f;          ///< upwards in the first frame of a jump
    float gravity_m = 0.055f;      ///< per frame and frame
    bool steers_like_car = false;  ///< turning needs speed, and there is no sideways and no jump

    static EgoLimits on_foot() { return {}; }
    static EgoLimits driving();
};

class Ego {
  public:
    explicit Ego(const EgoLimits& limits = {}) : limits_(limits) {}

    void place(glm::vec2 position, float yaw);

    /// Turns, looks and returns the step that the ego wants to take in the ground plane (x, z), metres.
    glm::vec2 steer(const Action& action);
    /// Where it really went, and the ground there.
    void settle(glm::vec2 position, bool blocked, float ground_m);

    [[nodiscard]] const EgoLimits& limits() const { return limits_; }
    [[nodiscard]] glm::vec2 position() const { return position_; }
    [[nodiscard]] float yaw() const { return yaw_; }      ///< clockwise from above, 0 looks along -z
    [[nodiscard]] float pitch() const { return pitch_; }  ///< up is positive
    [[nodiscard]] float feet_m() const { return ground_ + air_; }
    [[nodiscard]] CameraPose camera() const;

  private:
    EgoLimits limits_;
    glm::vec2 position_{0.0f};
    glm::vec2 velocity_{0.0f};  ///< right and forward, metres per frame
    float yaw_ = 0.0f, yaw_rate_ = 0.0f, pitch_ = 0.0f;
    float ground_ = 0.0f, air_ = 0.0f, rise_ = 0.0f;
};

/// Unit vector in the ground plane (x, z) for a yaw.
glm::vec2 heading_vector(float yaw);
/// The yaw of a direction in the ground plane.
float yaw_of(glm::vec2 direction);
/// The same angle in (-pi, pi].
float wrapped(float angle);

}  // namespace rv::simulator
