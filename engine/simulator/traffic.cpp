#include "engine/simulator/traffic.h"

#include <algorithm>
#include <cmath>
#include <glm/geometric.hpp>
#include <glm/gtc/constants.hpp>
#include <glm/gtc/matrix_transform.hpp>

#include "engine/asset/mesh_builder.h"
#include "engine/simulator/ego.h"

namespace rv::simulator {
namespace {

using glm::vec2;
using glm::vec3;

constexpr float kLaneM = 1.15f;  // from the road's middle, to the right
constexpr std::uint32_t kCarColors[] = {0xd2362e, 0x2f6fb5, 0xf0c23a, 0xf4f4f0, 0x3f9b6a, 0xe8863a};

}  // namespace

Traffic::Traffic(VillagePlace& place, const ModelLibrary& library, Random& random) {
    add_cars(place, library, random);
    add_animals(place, library, random);
}

void Traffic::add_cars(VillagePlace& place, const ModelLibrary& library, Random& random) {
    const std::vector<Road>& roads = place.roads.roads();
    const float first = random.uniform(0.0f, roads[0].length_m());
    for (int i = 0; i < 5; ++i) {
        Car car;
        car.road = i < 3 ? 0 : 1;
        const Road& road = roads[car.road];
        car.along_m = first + road.length_m() * (i < 3 ? static_cast<float>(i) / 3.0f
                                                       : 0.15f + 0.5f * static_cast<float>(i - 3));
        car.direction = i % 2 == 0 ? 1.0f : -1.0f;
        car.cruise_m = random.uniform(0.2f, 0.32f);
        car.body = place.collisions.add_box(vec3(0.0f), {0.9f, 0.8f, 1.95f}, 0.0f);
        Prop prop;
        prop.model.fill(library.id("car"));
        prop.segment = Segment::Car;
        prop.wall = asset::srgb(kCarColors[random.index(6)]);
        prop.lit = true;
        prop.visible_m = 90.0f;
        props_.push_back(prop);
        cars_.push_back(car);
        pose_car(cars_.size() - 1, place);
    }
}

void Traffic::add_animals(VillagePlace& place, const ModelLibrary& library, Random& random) {
    constexpr std::string_view kKinds[] = {"sheep", "sheep", "sheep", "sheep", "deer", "deer", "dog", "dog"};
    vec2 flock(0.0f);
    for (const std::string_view kind : kKinds) {
        Animal animal;
        for (int attempt = 0; attempt < 200; ++attempt) {
            const bool follow = kind == "sheep" && flock != vec2(0.0f);
            const vec2 p = follow ? flock + vec2(random.uniform(-6.0f, 6.0f), random.uniform(-6.0f, 6.0f))
                                  : vec2(random.uniform(-62.0f, 62.0f), random.uniform(-62.0f, 62.0f));
            const float edge = place.roads.edge_distance(p);
            const bool near_road = edge > (kind == "dog" ? 0.5f : 3.0f) && edge < 16.0f;
            if (!near_road || !place.is_free(p, 1.2f)) continue;
            animal.position = p;
            if (kind == "sheep" && !follow) flock = p;
            break;
        }
        if (animal.position == vec2(0.0f)) continue;  // a crowded place
        animal.yaw = animal.wanted_yaw = random.uniform(-3.1f, 3.1f);
        animal.walk_m = kind == "dog" ? 0.08f : kind == "deer" ? 0.06f : 0.03f;
        animal.body = place.collisions.add_cylinder(vec3(0.0f), kind == "deer" ? 0.6f : 0.5f, 0.8f);
        Prop prop;
        prop.model.fill(library.id(kind));
        prop.segment = Segment::Animal;
        prop.visible_m = 60.0f;
        props_.push_back(prop);
        animals_.push_back(animal);
        pose_animal(animals_.size() - 1, place);
    }
}

void Traffic::step(VillagePlace& place, vec2 ego, Random& random) {
    for (std::size_t i = 0; i < cars_.size(); ++i) step_car(i, place, ego);
    for (std::size_t i = 0; i < animals_.size(); ++i) step_animal(i, place, ego, random);
}

void Traffic::step_car(std::size_t index, VillagePlace& place, vec2 ego) {
    Car& car = cars_[index];
    const vec2 ahead = heading_vector(car.yaw), side(-ahead.y, ahead.x);
    const auto blocks = [&](vec2 p, float half_width) {
        const vec2 off = p - car.position;
        const float forward = glm::dot(off, ahead);
        return forward > 0.0f && forward < 7.0f && std::abs(glm::dot(off, side)) < half_width;
    };
    bool stop = blocks(ego, 1.45f);
    for (std::size_t other = 0; other < cars_.size(); ++other) {
        if (other == index || !blocks(cars_[other].position, 1.9f)) continue;
        // Two that block each other at a crossing: the later one goes first.
        const bool mutual =
            glm::dot(heading_vector(cars_[other].yaw), car.position - cars_[other].position) > 0.0f;
        stop = stop || !mutual || other > index;
    }
    car.speed_m += ((stop ? 0.0f : car.cruise_m) - car.speed_m) * (stop ? 0.45f : 0.12f);
    car.along_m += car.speed_m * car.direction;
    pose_car(index, place);
}

void Traffic::pose_car(std::size_t index, VillagePlace& place) {
    Car& car = cars_[index];
    const Road& road = place.roads.roads()[car.road];
    const float length = road.length_m();
    car.along_m = std::fmod(car.along_m + length, length);
    const auto clamped_at = [&](float along) {
        return road.at(road.closed ? along : std::clamp(along, 0.0f, length - 0.01f));
    };
    const vec2 behind = clamped_at(car.along_m - 1.4f), before = clamped_at(car.along_m + 1.4f);
    const vec2 ahead = glm::normalize(before - behind) * car.direction;
    vec2 lane(-ahead.y, ahead.x);
    // Around the well on the plaza rather than over it.
    const vec2 middle = clamped_at(car.along_m);
    const float detour = std::clamp(1.0f - glm::length(middle) / 14.0f, 0.0f, 1.0f);
    const float offset = kLaneM + 3.4f * detour * detour * (3.0f - 2.0f * detour);
    const vec2 previous = car.position;
    car.position = middle + lane * offset;
    const vec2 moved = car.position - previous;
    vec2 facing = ahead;
    if (detour > 0.0f && glm::length(moved) > 0.02f && glm::length(moved) < 1.0f)
        facing = glm::normalize(moved);
    car.yaw = yaw_of(facing);
    const float front = place.terrain.height_at(car.position + facing * 1.2f);
    const float back = place.terrain.height_at(car.position - facing * 1.2f);
    const vec3 position(car.position.x, 0.5f * (front + back), car.position.y);
    Prop& prop = props_[index];
    prop.position = position;
    prop.transform =
        glm::rotate(model_transform(position, car.yaw), -std::atan2(front - back, 2.4f), vec3(1, 0, 0));
    place.collisions.move(car.body, position + vec3(0, 0.8f, 0), car.yaw);
}

void Traffic::step_animal(std::size_t index, VillagePlace& place, vec2 ego, Random& random) {
    Animal& animal = animals_[index];
    const vec2 away = animal.position - ego;
    const float ego_distance = glm::length(away);
    if (--animal.frames_left <= 0) {
        animal.frames_left = 20 + random.index(70);
        animal.speed_m = random.chance(0.6f) ? animal.walk_m : 0.0f;
        animal.wanted_yaw = wrapped(animal.yaw + random.uniform(-1.6f, 1.6f));
    }
    if (ego_distance < 2.6f && ego_distance > 0.01f) {
        animal.wanted_yaw = yaw_of(away);
        animal.speed_m = 1.5f * animal.walk_m;
        animal.frames_left = 15;
    }
    animal.yaw = wrapped(animal.yaw + std::clamp(wrapped(animal.wanted_yaw - animal.yaw), -0.12f, 0.12f));
    if (animal.speed_m <= 0.0f) return pose_animal(index, place);
    const vec2 next = animal.position + heading_vector(animal.yaw) * animal.speed_m;
    const bool outside = std::max(std::abs(next.x), std::abs(next.y)) > kBorderM - 2.0f;
    const bool on_road = place.roads.edge_distance(next) < 0.4f;
    const bool at_ego = glm::distance(next, ego) < 1.0f && glm::distance(next, ego) < ego_distance;
    if (outside || on_road || at_ego || !place.is_free(next, 0.6f)) {
        animal.wanted_yaw = wrapped(animal.yaw + 2.2f);
        animal.frames_left = 30;
    } else {
        animal.position = next;
        animal.stride += animal.speed_m;
    }
    pose_animal(index, place);
}

void Traffic::pose_animal(std::size_t index, VillagePlace& place) {
    const Animal& animal = animals_[index];
    vec3 position = place.on_ground(animal.position);
    place.collisions.move(animal.body, position + vec3(0, 0.5f, 0), animal.yaw);
    position.y += 0.05f * std::abs(std::sin(animal.stride * 6.0f));
    Prop& prop = props_[cars_.size() + index];
    prop.position = position;
    prop.transform = model_transform(position, animal.yaw);
}

}  // namespace rv::simulator
