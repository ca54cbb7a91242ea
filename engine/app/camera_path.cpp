#include "engine/app/camera_path.h"

#include <algorithm>
#include <cmath>
#include <glm/common.hpp>
#include <glm/geometric.hpp>
#include <string>
#include <utility>

#include "engine/core/error.h"
#include "engine/platform/free_camera.h"

namespace rv::app {
namespace {

// The rotation as an axis times an angle in [0, pi]: the logarithm, by the shorter way round.
glm::vec3 rotation_vector(glm::quat q) {
    if (q.w < 0) q = -q;
    const glm::vec3 v(q.x, q.y, q.z);
    const float sine = glm::length(v);
    if (sine < 1e-7f) return v * 2.0f;
    return v * (2.0f * std::atan2(sine, q.w) / sine);
}

glm::quat rotation_by(glm::vec3 vector) {
    const float angle = glm::length(vector);
    if (angle < 1e-7f) return glm::normalize(glm::quat(1.0f, vector.x / 2, vector.y / 2, vector.z / 2));
    return glm::angleAxis(angle, vector / angle);
}

glm::vec3 rotation_between(const CameraPose& a, const CameraPose& b) {
    return rotation_vector(glm::conjugate(a.orientation) * b.orientation);
}

}  // namespace

double travel_time_s(const CameraPose& from, const CameraPose& to) {
    const platform::FreeCameraSpeed speed;
    const float way_m = glm::distance(from.position, to.position);
    const float turn_rad = glm::length(rotation_between(from, to));
    return std::max(way_m / speed.move_m_per_s, turn_rad / speed.turn_rad_per_s);
}

CameraPath::CameraPath(std::vector<CameraPathKey> keys) : keys_(std::move(keys)) {
    if (empty()) return;
    const double begin = keys_.front().time_s;
    for (std::size_t i = 0; i < keys_.size(); ++i) {
        keys_[i].time_s -= begin;
        if (i > 0 && !(keys_[i].time_s > keys_[i - 1].time_s))
            throw UsageError("key " + std::to_string(i + 1) +
                             " of the camera path does not come after the one before it");
    }
    if (duration_s() > kLongest) throw UsageError("the camera path lasts longer than a day");
}

CameraPose CameraPath::at(double time_s) const {
    RV_ASSERT(!empty(), "the path has a key");
    if (time_s <= 0) return keys_.front().pose;
    if (time_s >= duration_s()) return keys_.back().pose;
    const auto after = std::ranges::upper_bound(keys_, time_s, {}, &CameraPathKey::time_s);
    const auto leg = static_cast<std::size_t>(after - keys_.begin()) - 1;
    const CameraPose &a = keys_[leg].pose, &b = keys_[leg + 1].pose;
    const float seconds = leg_s(leg);
    const float u = static_cast<float>(time_s - keys_[leg].time_s) / seconds;

    // The cumulative Bernstein basis, and the three moves that it adds up: the first leaves with the velocity
    // at a, the last arrives with that at b, and the one between makes up for the rest of the way.
    const float b1 = 1 - (1 - u) * (1 - u) * (1 - u), b2 = u * u * (3 - 2 * u), b3 = u * u * u;
    const Velocity leaving = velocity_at(leg), arriving = velocity_at(leg + 1);
    const glm::vec3 m1 = leaving.linear * (seconds / 3), m3 = arriving.linear * (seconds / 3);
    const glm::vec3 m2 = b.position - a.position - m1 - m3;
    const glm::vec3 w1 = leaving.angular * (seconds / 3), w3 = arriving.angular * (seconds / 3);
    const glm::vec3 w2 =
        rotation_vector(rotation_by(-w1) * glm::conjugate(a.orientation) * b.orientation * rotation_by(-w3));
    return {
        a.position + m1 * b1 + m2 * b2 + m3 * b3,
        glm::normalize(a.orientation * rotation_by(w1 * b1) * rotation_by(w2 * b2) * rotation_by(w3 * b3))};
}

float CameraPath::leg_s(std::size_t leg) const {
    return static_cast<float>(keys_[leg + 1].time_s - keys_[leg].time_s);
}

CameraPath::Velocity CameraPath::mean_velocity(std::size_t leg) const {
    const CameraPose &a = keys_[leg].pose, &b = keys_[leg + 1].pose;
    return {(b.position - a.position) / leg_s(leg), rotation_between(a, b) / leg_s(leg)};
}

// The derivative of the parabola through a key and its neighbours; at the ends that of the line.
CameraPath::Velocity CameraPath::velocity_at(std::size_t key) const {
    if (key == 0) return mean_velocity(0);
    if (key + 1 == keys_.size()) return mean_velocity(key - 1);
    const Velocity before = mean_velocity(key - 1), after = mean_velocity(key);
    const float share = leg_s(key - 1) / (leg_s(key - 1) + leg_s(key));  // the shorter leg counts more
    return {glm::mix(before.linear, after.linear, share), glm::mix(before.angular, after.angular, share)};
}

int CameraPath::frame_count(double fps) const {
    constexpr double kRounding = 1e-6;  // of a frame: 0.3 s at 10 frames/s are three of them
    return empty() ? 0 : static_cast<int>(std::floor(duration_s() * fps + kRounding)) + 1;
}

std::vector<CameraPose> CameraPath::sampled(double fps) const {
    std::vector<CameraPose> poses;
    for (int i = 0; i < frame_count(fps); ++i) poses.push_back(at(i / fps));
    return poses;
}

void CameraPath::add(const CameraPose& pose) {
    if (empty()) {
        keys_.push_back({0, pose});
        return;
    }
    // Tenths of a second read well.
    const double leg = std::max(1.0, std::ceil(travel_time_s(keys_.back().pose, pose) * 10) / 10);
    keys_.push_back({duration_s() + leg, pose});
}

void CameraPath::remove(std::size_t index) {
    RV_ASSERT(index < keys_.size(), "the path has this key");
    keys_.erase(keys_.begin() + static_cast<std::ptrdiff_t>(index));
    if (empty()) return;
    const double begin = keys_.front().time_s;
    for (CameraPathKey& key : keys_) key.time_s -= begin;
}

void CameraPath::retime(std::size_t index, double time_s) {
    RV_ASSERT(index > 0 && index < keys_.size(), "the path has this key, and it is not the first");
    const double earliest = keys_[index - 1].time_s + kShortestLeg;
    const double latest = kLongest - (duration_s() - keys_[index].time_s);
    const double shift = std::clamp(time_s, earliest, std::max(earliest, latest)) - keys_[index].time_s;
    for (std::size_t i = index; i < keys_.size(); ++i) keys_[i].time_s += shift;
}

void CameraPath::set_duration(double duration_s) {
    if (keys_.size() < 2) return;
    double shortest = this->duration_s();
    for (std::size_t i = 0; i + 1 < keys_.size(); ++i)
        shortest = std::min(shortest, keys_[i + 1].time_s - keys_[i].time_s);
    // No leg becomes shorter than it may be, unless it was before.
    const double least = std::min(1.0, kShortestLeg / shortest) * this->duration_s();
    const double factor = std::clamp(duration_s, least, kLongest) / this->duration_s();
    for (CameraPathKey& key : keys_) key.time_s *= factor;
}

}  // namespace rv::app
