#pragma once
/// A camera's way through a world: poses at given times and a smooth motion through all of them. Poses are
/// in the coordinates of a rollout's frame 0, as Rollout::pose().
///
/// Between keys the camera follows the cubic curve of Catmull and Rom 1974 ("A class of local interpolating
/// splines") whose knots are the keys' own times, neither uniform nor centripetal: the non-uniform form of
/// Barry and Goldman 1988 ("A recursive evaluation algorithm for a class of Catmull-Rom splines"). So it
/// passes every key at its time with a continuous velocity, and keys at equal speed on a line give that
/// speed. Orientations follow the same curve on the rotation group, with the cumulative cubic basis of Kim,
/// Kim and Shin 1995 ("A general construction scheme for unit quaternion curves"), along the shorter way
/// round.
///
/// Scripts (script.h) have their own rule: their keys count whole turns of yaw, which no orientation can, and
/// the camera rests a moment at each.

#include <cstddef>
#include <vector>

#include "engine/core/camera.h"

namespace rv::app {

struct CameraPathKey {
    double time_s = 0;
    CameraPose pose;
};

/// The time in which the free camera gets from one pose to another at its normal speed, seconds.
double travel_time_s(const CameraPose& from, const CameraPose& to);

class CameraPath {
  public:
    /// Keys stay at least this far apart, seconds.
    static constexpr double kShortestLeg = 0.1;
    /// And a path lasts no longer than this, seconds.
    static constexpr double kLongest = 24 * 3600;

    CameraPath() = default;
    /// @param keys their times grow; the first one becomes 0. @throws UsageError naming the key that does not
    /// come after the one before, or a path that is too long.
    explicit CameraPath(std::vector<CameraPathKey> keys);

    [[nodiscard]] const std::vector<CameraPathKey>& keys() const { return keys_; }
    [[nodiscard]] bool empty() const { return keys_.empty(); }
    [[nodiscard]] double duration_s() const { return empty() ? 0 : keys_.back().time_s; }

    /// Needs a key; before the first and after the last one the camera rests.
    [[nodiscard]] CameraPose at(double time_s) const;
    /// Frames at 0, 1 / fps, 2 / fps, ... up to the duration.
    [[nodiscard]] int frame_count(double fps) const;
    [[nodiscard]] std::vector<CameraPose> sampled(double fps) const;

    /// Adds a key at the end, as late as the free camera would need to get there, and at least a second after
    /// the one before.
    void add(const CameraPose& pose);
    /// What follows moves up, so that the first key stays at 0.
    void remove(std::size_t index);
    /// The time of a key but the first; later ones keep their distance to it.
    void retime(std::size_t index, double time_s);
    /// Faster or slower as a whole.
    void set_duration(double duration_s);

  private:
    /// A velocity: metres a second in the world, radians a second about the camera's own axes.
    struct Velocity {
        glm::vec3 linear{0.0f}, angular{0.0f};
    };
    [[nodiscard]] float leg_s(std::size_t leg) const;
    [[nodiscard]] Velocity mean_velocity(std::size_t leg) const;
    [[nodiscard]] Velocity velocity_at(std::size_t key) const;

    std::vector<CameraPathKey> keys_;
};

}  // namespace rv::app
