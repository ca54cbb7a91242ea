#include "engine/simulator/roads.h"

#include <algorithm>
#include <cmath>
#include <glm/common.hpp>
#include <glm/geometric.hpp>

namespace rv::simulator {
namespace {

using glm::vec2;

constexpr float kSpacingM = 2.0f;
constexpr float kTurn = 6.2831853f;

vec2 catmull_rom(vec2 a, vec2 b, vec2 c, vec2 d, float t) {
    return 0.5f * (2.0f * b + (c - a) * t + (2.0f * a - 5.0f * b + 4.0f * c - d) * (t * t) +
                   (3.0f * b - a - 3.0f * c + d) * (t * t * t));
}

// A smooth curve through the control points, resampled to even steps.
Road through(const std::vector<vec2>& controls, bool closed) {
    const int n = static_cast<int>(controls.size());
    const auto control = [&](int i) {
        return controls[static_cast<std::size_t>(closed ? (i % n + n) % n : std::clamp(i, 0, n - 1))];
    };
    std::vector<vec2> fine;
    const int spans = closed ? n : n - 1;
    for (int i = 0; i < spans; ++i) {
        for (int k = 0; k < 24; ++k) {
            fine.push_back(catmull_rom(control(i - 1), control(i), control(i + 1), control(i + 2),
                                       static_cast<float>(k) / 24.0f));
        }
    }
    fine.push_back(closed ? fine.front() : controls.back());
    float total = 0.0f;
    for (std::size_t i = 1; i < fine.size(); ++i) total += glm::distance(fine[i - 1], fine[i]);
    const int count = std::max(2, static_cast<int>(total / kSpacingM));
    const float step = total / static_cast<float>(count);
    Road road;
    road.closed = closed;
    float walked = 0.0f, next = 0.0f;
    for (std::size_t i = 1; i < fine.size(); ++i) {
        const float piece = glm::distance(fine[i - 1], fine[i]);
        while (next <= walked + piece && static_cast<int>(road.points.size()) < count) {
            road.points.push_back(
                glm::mix(fine[i - 1], fine[i], piece > 0.0f ? (next - walked) / piece : 0.0f));
            next += step;
        }
        walked += piece;
    }
    if (!closed) road.points.push_back(controls.back());
    return road;
}

vec2 unit(float angle) {
    return {std::cos(angle), std::sin(angle)};
}

}  // namespace

vec2 Road::at(float along_m) const {
    const float length = length_m();
    along_m = std::fmod(along_m, length);
    if (along_m < 0.0f) along_m += length;
    const auto segments = points.size() - (closed ? 0 : 1);
    const float place = along_m / length * static_cast<float>(segments);
    const auto i = std::min(static_cast<std::size_t>(place), segments - 1);
    return glm::mix(points[i], points[(i + 1) % points.size()], place - static_cast<float>(i));
}

float Road::length_m() const {
    const auto segments = points.size() - (closed ? 0 : 1);
    return glm::distance(points[0], points[1]) * static_cast<float>(segments);
}

RoadNetwork RoadNetwork::generate(Random& random, float half_size_m) {
    RoadNetwork network;
    const float heading = random.uniform(0.0f, kTurn);
    {
        std::vector<vec2> controls;
        const int count = 9;
        const float phase = random.uniform(0.0f, kTurn);
        for (int i = 0; i < count; ++i) {
            const float angle = phase + kTurn * static_cast<float>(i) / static_cast<float>(count);
            controls.push_back(unit(angle) * random.uniform(31.0f, 45.0f));
        }
        network.roads_.push_back(through(controls, true));
    }
    // Straight lines out of the middle that meander, ending outside the border.
    const auto arm = [&](float angle) {
        std::vector<vec2> controls;
        const vec2 along = unit(angle), across(-along.y, along.x);
        const float reach = half_size_m / std::max(std::abs(along.x), std::abs(along.y));
        for (const float part : {0.2f, 0.42f, 0.64f, 0.85f, 1.0f}) {
            controls.push_back(along * (reach * part) + across * random.uniform(-5.5f, 5.5f));
        }
        return controls;
    };
    std::vector<vec2> main = arm(heading + random.uniform(2.6f, 3.6f));
    std::reverse(main.begin(), main.end());
    main.emplace_back(0.0f);
    for (const vec2 control : arm(heading)) main.push_back(control);
    network.roads_.push_back(through(main, false));
    std::vector<vec2> side = {vec2(0.0f)};
    for (const vec2 control : arm(heading + random.sign() * random.uniform(1.3f, 1.8f)))
        side.push_back(control);
    network.roads_.push_back(through(side, false));
    return network;
}

RoadNetwork::Nearest RoadNetwork::nearest(vec2 point) const {
    Nearest best;
    float best_squared = 1e30f;
    for (std::size_t r = 0; r < roads_.size(); ++r) {
        const std::vector<vec2>& p = roads_[r].points;
        const std::size_t segments = p.size() - (roads_[r].closed ? 0 : 1);
        for (std::size_t i = 0; i < segments; ++i) {
            const vec2 a = p[i], b = p[(i + 1) % p.size()], d = b - a;
            const float t = std::clamp(glm::dot(point - a, d) / glm::dot(d, d), 0.0f, 1.0f);
            const vec2 off = point - (a + d * t);
            const float squared = glm::dot(off, off);
            if (squared < best_squared) {
                best_squared = squared;
                const float length = glm::length(d);
                best = {r, (static_cast<float>(i) + t) * length, 0.0f, d / length};
            }
        }
    }
    best.distance_m = std::sqrt(best_squared);
    return best;
}

float RoadNetwork::edge_distance(vec2 point) const {
    return std::min(nearest(point).distance_m - kRoadHalfWidthM, glm::length(point) - kPlazaRadiusM);
}

}  // namespace rv::simulator
