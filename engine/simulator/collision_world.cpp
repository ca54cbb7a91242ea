#include "engine/simulator/collision_world.h"

#include <btBulletCollisionCommon.h>

#include <algorithm>
#include <glm/geometric.hpp>
#include <vector>

namespace rv::simulator {
namespace {

constexpr float kSkinM = 0.02f;

btVector3 to_bullet(glm::vec3 v) {
    return {v.x, v.y, v.z};
}

btTransform placed(glm::vec3 center, float yaw) {
    return btTransform(btQuaternion(btVector3(0, 1, 0), -yaw), to_bullet(center));
}

// Sums up how far to move out of everything that overlaps.
struct Overlap : btCollisionWorld::ContactResultCallback {
    const btCollisionObject* self = nullptr;
    btVector3 push{0, 0, 0};

    btScalar addSingleResult(btManifoldPoint& point, const btCollisionObjectWrapper* a, int, int,
                             const btCollisionObjectWrapper*, int, int) override {
        if (point.getDistance() >= 0.0f) return 0.0f;
        const bool first = a->getCollisionObject() == self;
        btVector3 out = point.m_normalWorldOnB * (first ? -point.getDistance() : point.getDistance());
        out.setY(0);
        if (out.length2() > push.length2()) push = out;
        return 0.0f;
    }
};

}  // namespace

struct CollisionWorld::State {
    btDefaultCollisionConfiguration configuration;
    btCollisionDispatcher dispatcher{&configuration};
    btDbvtBroadphase broadphase;
    btCollisionWorld world{&dispatcher, &broadphase, &configuration};
    std::vector<std::unique_ptr<btCollisionShape>> shapes;
    std::vector<std::unique_ptr<btCollisionObject>> bodies;

    ~State() {
        for (const auto& body : bodies) world.removeCollisionObject(body.get());
    }
    BodyId add(std::unique_ptr<btCollisionShape> shape, const btTransform& transform) {
        auto body = std::make_unique<btCollisionObject>();
        body->setCollisionShape(shape.get());
        body->setWorldTransform(transform);
        world.addCollisionObject(body.get());
        shapes.push_back(std::move(shape));
        bodies.push_back(std::move(body));
        return static_cast<BodyId>(bodies.size()) - 1;
    }
};

CollisionWorld::CollisionWorld() : state_(std::make_unique<State>()) {}
CollisionWorld::~CollisionWorld() = default;
CollisionWorld::CollisionWorld(CollisionWorld&&) noexcept = default;
CollisionWorld& CollisionWorld::operator=(CollisionWorld&&) noexcept = default;

CollisionWorld::BodyId CollisionWorld::add_box(glm::vec3 center, glm::vec3 half_extents, float yaw) {
    auto shape = std::make_unique<btBoxShape>(to_bullet(half_extents));
    return state_->add(std::move(shape), placed(center, yaw));
}

CollisionWorld::BodyId CollisionWorld::add_cylinder(glm::vec3 center, float radius_m, float half_height_m) {
    auto shape = std::make_unique<btCylinderShape>(btVector3(radius_m, half_height_m, radius_m));
    return state_->add(std::move(shape), placed(center, 0.0f));
}

void CollisionWorld::move(BodyId body, glm::vec3 center, float yaw) {
    btCollisionObject* object = state_->bodies[static_cast<std::size_t>(body)].get();
    object->setWorldTransform(placed(center, yaw));
    state_->world.updateSingleAabb(object);
}

CollisionWorld::Slide CollisionWorld::slide(glm::vec2 from, glm::vec2 step, float feet_m, float radius_m,
                                            float height_m) const {
    btCapsuleShape capsule(radius_m, std::max(0.01f, height_m - 2.0f * radius_m));
    const float middle = feet_m + 0.5f * height_m;
    const auto at = [&](glm::vec2 p) {
        return btTransform(btQuaternion::getIdentity(), btVector3(p.x, middle, p.y));
    };

    // Something that moves may have come over the ego: step out of it first.
    glm::vec2 position = from;
    for (int i = 0; i < 3; ++i) {
        btCollisionObject ghost;
        ghost.setCollisionShape(&capsule);
        ghost.setWorldTransform(at(position));
        Overlap overlap;
        overlap.self = &ghost;
        state_->world.contactTest(&ghost, overlap);
        if (overlap.push.length2() < 1e-8f) break;
        position += glm::vec2(overlap.push.x(), overlap.push.z()) * 1.01f;
    }

    glm::vec2 rest = step;
    for (int i = 0; i < 3 && glm::length(rest) > 1e-4f; ++i) {
        const float length = glm::length(rest);
        const glm::vec2 reach = rest * ((length + kSkinM) / length);
        const btTransform begin = at(position), end = at(position + reach);
        btCollisionWorld::ClosestConvexResultCallback hit(begin.getOrigin(), end.getOrigin());
        state_->world.convexSweepTest(&capsule, begin, end, hit);
        if (!hit.hasHit()) {
            position += rest;
            break;
        }
        const float free = std::clamp(hit.m_closestHitFraction * (length + kSkinM) - kSkinM, 0.0f, length);
        position += rest * (free / length);
        rest *= 1.0f - free / length;
        glm::vec2 normal(hit.m_hitNormalWorld.x(), hit.m_hitNormalWorld.z());
        if (glm::length(normal) < 1e-3f) break;
        normal = glm::normalize(normal);
        rest -= normal * std::min(0.0f, glm::dot(rest, normal));
    }
    const float wanted = glm::length(step);
    const bool blocked = wanted > 1e-3f && glm::length(position - from) < 0.7f * wanted;
    return {position, blocked};
}

}  // namespace rv::simulator
