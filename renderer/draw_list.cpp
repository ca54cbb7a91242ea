#include "renderer/draw_list.h"

#include <algorithm>
#include <glm/geometric.hpp>
#include <limits>

#include "engine/core/error.h"

namespace rv::renderer {

BoundingSphere bounding_sphere(const asset::Mesh& mesh) {
    if (mesh.vertices.empty()) return {};
    glm::vec3 low(std::numeric_limits<float>::max()), high(std::numeric_limits<float>::lowest());
    for (const asset::Vertex& v : mesh.vertices) {
        low = glm::min(low, v.position);
        high = glm::max(high, v.position);
    }
    BoundingSphere sphere{0.5f * (low + high), 0.0f};
    for (const asset::Vertex& v : mesh.vertices) {
        sphere.radius = std::max(sphere.radius, glm::distance(v.position, sphere.center));
    }
    return sphere;
}

BoundingSphere transformed(const BoundingSphere& sphere, const glm::mat4& m) {
    const float scale2 =
        std::max({glm::dot(glm::vec3(m[0]), glm::vec3(m[0])), glm::dot(glm::vec3(m[1]), glm::vec3(m[1])),
                  glm::dot(glm::vec3(m[2]), glm::vec3(m[2]))});
    return {glm::vec3(m * glm::vec4(sphere.center, 1.0f)), sphere.radius * std::sqrt(scale2)};
}

Frustum::Frustum(const glm::mat4& m) {
    const auto row = [&](int i) { return glm::vec4(m[0][i], m[1][i], m[2][i], m[3][i]); };
    planes_ = {row(3) + row(0), row(3) - row(0), row(3) + row(1), row(3) - row(1), row(2), row(3) - row(2)};
    for (glm::vec4& plane : planes_) plane /= std::max(glm::length(glm::vec3(plane)), 1e-20f);
}

bool Frustum::touches(const BoundingSphere& sphere) const {
    return std::ranges::all_of(planes_, [&](const glm::vec4& plane) {
        return glm::dot(glm::vec3(plane), sphere.center) + plane.w >= -sphere.radius;
    });
}

namespace {

GpuInstance gpu_instance(const asset::Instance& instance) {
    const glm::mat4& m = instance.transform;
    GpuInstance result;
    for (int i = 0; i < 3; ++i) {
        result.rows[static_cast<std::size_t>(i)] = glm::vec4(m[0][i], m[1][i], m[2][i], m[3][i]);
        const auto axis = glm::vec3(m[i]);
        result.inverse_scale2[i] = 1.0f / std::max(glm::dot(axis, axis), 1e-12f);
    }
    result.tint_emission = glm::vec4(instance.tint, instance.emission);
    const auto texture = static_cast<std::uint32_t>(std::max(instance.texture, 0));
    result.segment_texture = instance.segment | texture << 8;
    return result;
}

}  // namespace

const DrawList& DrawListBuilder::build(const asset::Scene& scene, std::span<const BoundingSphere> spheres,
                                       const glm::mat4& view_projection, glm::vec3 eye,
                                       std::span<const std::uint8_t> wanted) {
    RV_ASSERT(spheres.size() == scene.meshes.size(), "one bounding sphere per mesh");
    const std::size_t meshes = scene.meshes.size();
    const Frustum frustum(view_projection);
    seen_.resize(2 * meshes);
    for (auto& seen : seen_) seen.clear();
    list_.instances.clear();
    list_.groups.clear();
    list_.triangles = 0;

    for (std::uint32_t i = 0; i < scene.instances.size(); ++i) {
        if (!wanted.empty() && wanted[i] == 0) continue;
        const asset::Instance& instance = scene.instances[i];
        RV_ASSERT(instance.mesh < meshes, "an instance names a mesh that the scene has not");
        const BoundingSphere sphere = transformed(spheres[instance.mesh], instance.transform);
        if (!frustum.touches(sphere)) continue;
        const float gap = std::max(glm::distance(sphere.center, eye) - sphere.radius, 0.0f);
        seen_[instance.mesh + (instance.texture >= 0 ? meshes : 0)].push_back({i, gap});
    }

    order_.clear();
    for (std::uint32_t i = 0; i < seen_.size(); ++i) {
        if (seen_[i].empty()) continue;
        std::ranges::stable_sort(seen_[i], {}, &Seen::gap_m);
        order_.push_back(i);
    }
    std::ranges::stable_sort(order_, {}, [&](std::uint32_t i) { return seen_[i].front().gap_m; });

    for (const std::uint32_t i : order_) {
        const auto mesh = static_cast<std::uint32_t>(i % meshes);
        list_.groups.push_back({mesh, static_cast<std::uint32_t>(list_.instances.size()),
                                static_cast<std::uint32_t>(seen_[i].size()), i >= meshes});
        for (const Seen& seen : seen_[i])
            list_.instances.push_back(gpu_instance(scene.instances[seen.instance]));
        list_.triangles += scene.meshes[mesh].indices.size() / 3 * seen_[i].size();
    }
    return list_;
}

}  // namespace rv::renderer
