#include "engine/simulator/village_policy.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <glm/geometric.hpp>

#include "engine/simulator/ego.h"

namespace rv::simulator {

using glm::vec2;

VillagePolicy::VillagePolicy(std::uint64_t seed, bool drives) : random_(seed), drives_(drives) {}

Action VillagePolicy::next(const VillagePlace& place, const Situation& now) {
    const bool at_border = std::max(std::abs(now.position.x), std::abs(now.position.y)) > kBorderM - 5.0f;
    const bool outwards = glm::dot(heading_vector(now.yaw), now.position) > 0.0f;
    if (frame_++ % 10 == 0) passed_.push_back(now.position);
    pushing_frames_ = now.collided ? pushing_frames_ + 1 : 0;
    if (at_border && outwards && mode_ != Mode::GoHome && mode_ != Mode::BackOff && random_.chance(0.3f)) {
        goal_ = vec2(random_.uniform(-30.0f, 30.0f), random_.uniform(-30.0f, 30.0f));
        start(Mode::GoHome, 50);
    } else if (pushing_frames_ > 0 && mode_ != Mode::TurnInPlace && mode_ != Mode::BackOff &&
               random_.chance(pushing_frames_ > 12 ? 1.0f : 0.22f)) {
        react_to_collision();
    } else if (frames_left_ <= 0) {
        choose_mode(place, now);
    }
    --frames_left_;
    Action action = act(place, now);
    look_around(action);
    if (!drives_ && random_.chance(0.004f)) action.jump = 1.0f;
    return clamped(action);
}

void VillagePolicy::start(Mode mode, int frames) {
    mode_ = mode;
    frames_left_ = frames;
    keyboard_ = random_.chance(0.65f);
    running_ = random_.chance(0.18f);
    speed_ = keyboard_ ? 1.0f : random_.uniform(0.45f, 1.0f);
}

void VillagePolicy::choose_mode(const VillagePlace& place, const Situation& now) {
    struct Choice {
        Mode mode;
        float weight;
        int least, most;  // frames
    };
    // A car can't step sideways or turn in place.
    const float on_foot = drives_ ? 0.0f : 1.0f;
    const std::array choices = {Choice{Mode::FollowRoad, 0.28f, 30, 110},
                                Choice{Mode::Straight, 0.12f, 12, 50},
                                Choice{Mode::Curve, 0.16f, 15, 50},
                                Choice{Mode::TurnInPlace, 0.14f * on_foot, 6, 40},
                                Choice{Mode::LookRound, 0.05f * on_foot, 70, 110},
                                Choice{Mode::Stop, 0.08f, 4, 20},
                                Choice{Mode::BackOff, 0.09f, 6, 24},
                                Choice{Mode::Sideways, 0.11f * on_foot, 6, 26},
                                Choice{Mode::Visit, 0.09f, 40, 120},
                                Choice{Mode::Return, 0.07f, 40, 110}};
    float total = 0.0f;
    for (const Choice& choice : choices) total += choice.weight;
    float pick = random_.uniform(0.0f, total);
    const Choice* chosen = &choices.front();
    for (const Choice& choice : choices) {
        if (choice.weight > 0.0f) chosen = &choice;
        if ((pick -= choice.weight) < 0.0f) break;
    }
    start(chosen->mode, chosen->least + random_.index(chosen->most - chosen->least));
    const float side = random_.sign();
    turn_ = side * (keyboard_ ? 1.0f : random_.uniform(0.25f, 1.0f));
    sideways_ = random_.sign() * (keyboard_ ? 1.0f : random_.uniform(0.4f, 1.0f));
    if (mode_ == Mode::Curve) turn_ = side * random_.uniform(0.15f, keyboard_ ? 1.0f : 0.7f);
    if (mode_ == Mode::Sideways || mode_ == Mode::BackOff) turn_ = random_.chance(0.3f) ? 0.5f * turn_ : 0.0f;
    // Mostly at the side, out of the cars' way.
    road_offset_m_ =
        random_.chance(0.7f) ? random_.sign() * random_.uniform(2.3f, 3.1f) : random_.uniform(-1.6f, 1.6f);
    if (drives_) road_offset_m_ = 1.2f;
    if (mode_ == Mode::LookRound) turn_ = side * random_.uniform(0.7f, 1.0f);
    if (mode_ == Mode::Return)
        goal_ = passed_[static_cast<std::size_t>(random_.index(static_cast<int>(passed_.size())))];
    if (mode_ == Mode::Visit) {
        // The middle of something solid not far away; it stops the visitor.
        goal_ = now.position + heading_vector(now.yaw) * 10.0f;
        for (int attempt = 0; attempt < 12; ++attempt) {
            const auto count = static_cast<int>(place.obstacles.size());
            const Disc& disc = place.obstacles[static_cast<std::size_t>(random_.index(count))];
            const float distance = glm::distance(disc.center, now.position);
            if (distance < 3.0f || distance > 26.0f || disc.radius_m < 1.1f) continue;
            goal_ = disc.center;
            break;
        }
    }
}

void VillagePolicy::react_to_collision() {
    const float side = random_.sign();
    if (random_.chance(0.4f)) {
        start(Mode::BackOff, 6 + random_.index(14));
        turn_ = random_.chance(0.5f) ? side * 0.6f : 0.0f;
    } else if (drives_) {
        start(Mode::BackOff, 14 + random_.index(16));
        turn_ = side;
    } else {
        start(Mode::TurnInPlace, 10 + random_.index(22));
        turn_ = side;
    }
}

vec2 VillagePolicy::road_target(const VillagePlace& place, const Situation& now) const {
    const RoadNetwork::Nearest nearest = place.roads.nearest(now.position);
    const Road& road = place.roads.roads()[nearest.road];
    if (nearest.distance_m > 10.0f) return road.at(nearest.along_m);
    const float way = glm::dot(nearest.direction, heading_vector(now.yaw)) >= 0.0f ? 1.0f : -1.0f;
    float along = nearest.along_m + 7.0f * way;
    if (!road.closed) along = std::clamp(along, 0.0f, road.length_m() - 0.1f);
    vec2 target = road.at(along) + vec2(-nearest.direction.y, nearest.direction.x) * (road_offset_m_ * way);
    // Past the well on the plaza.
    if (glm::length(target) < 3.5f) target += vec2(-nearest.direction.y, nearest.direction.x) * (3.5f * way);
    return target;
}

float VillagePolicy::turn_towards(vec2 target, const Situation& now) {
    const float error = wrapped(yaw_of(target - now.position) - now.yaw);
    if (!keyboard_) return std::clamp(2.2f * error + drift_, -1.0f, 1.0f);
    // Taps: press while far off the course, let go when near it.
    const float tolerance = turn_ != 0.0f && std::abs(turn_) == 1.0f ? 0.05f : 0.16f;
    turn_ = std::abs(error) < tolerance ? 0.0f : error > 0.0f ? 1.0f : -1.0f;
    return turn_;
}

Action VillagePolicy::act(const VillagePlace& place, const Situation& now) {
    drift_ = 0.93f * drift_ + 0.06f * random_.normal();
    Action action;
    switch (mode_) {
        case Mode::FollowRoad:
        case Mode::Visit:
        case Mode::Return:
        case Mode::GoHome: {
            const vec2 target = mode_ == Mode::FollowRoad ? road_target(place, now) : goal_;
            action.turn = turn_towards(target, now);
            const float error = std::abs(wrapped(yaw_of(target - now.position) - now.yaw));
            action.forward = error > 1.3f && !drives_ ? 0.0f : speed_;
            break;
        }
        case Mode::Straight:
            action.forward = speed_;
            action.turn = keyboard_ ? 0.0f : 0.4f * drift_;
            break;
        case Mode::Curve:
            action.forward = speed_;
            action.turn = turn_ + (keyboard_ ? 0.0f : 0.5f * drift_);
            break;
        case Mode::TurnInPlace:
        case Mode::LookRound:
            action.turn = turn_;
            break;
        case Mode::Stop:
            break;
        case Mode::BackOff:
            action.forward = -speed_;
            action.turn = turn_;
            break;
        case Mode::Sideways:
            action.sideways = sideways_;
            action.turn = turn_;
            action.forward = keyboard_ ? 0.0f : 0.4f * speed_;
            break;
    }
    if (!keyboard_ && action.forward != 0.0f) action.forward += 0.15f * drift_;
    if (running_ && action.forward > 0.0f) action.run = 1.0f;
    return action;
}

void VillagePolicy::look_around(Action& action) {
    if (look_frames_left_ > 0) {
        --look_frames_left_;
        action.look = look_;
        return;
    }
    if (--look_pause_ > 0) return;
    look_pause_ = 15 + random_.index(75);
    look_frames_left_ = 2 + random_.index(12);
    look_ = random_.sign() * (random_.chance(0.6f) ? 1.0f : random_.uniform(0.2f, 0.9f));
}

}  // namespace rv::simulator
