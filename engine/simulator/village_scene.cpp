#include "engine/simulator/village_scene.h"

#include <algorithm>
#include <glm/geometric.hpp>

#include "engine/simulator/frustum.h"
#include "engine/simulator/scene_revision.h"

namespace rv::simulator {
namespace {

constexpr std::size_t kMaxLamps = 8;
constexpr float kLampsVisibleM = 48.0f;

glm::vec3 paint_of(const Appearance& look, Paint paint) {
    return look.paint[static_cast<std::size_t>(paint)];
}

}  // namespace

void VillageScene::load(const VillagePlace& place) {
    scene_.revision = next_scene_revision();
    scene_.meshes = library_.meshes();
    first_place_mesh_ = static_cast<std::uint32_t>(scene_.meshes.size());
    for (const PlaceMesh& mesh : place.meshes) scene_.meshes.push_back(mesh.mesh);
}

const asset::Scene& VillageScene::compose(const VillagePlace& place, std::span<const Prop> moving,
                                          const Appearance& look, const View& view) {
    const Frustum frustum(view.camera, view.intrinsics);
    scene_.atmosphere = look.atmosphere;
    scene_.time_s = view.time_s;
    scene_.instances.clear();
    triangles_ = 0;
    add_place_meshes(place, look, frustum);

    visible_.clear();
    std::uint32_t wanted = triangles_;
    const auto consider = [&](const Prop& prop) {
        const ModelId id = prop.model[static_cast<std::size_t>(view.biome)];
        if (id == kNoModel) return;
        const glm::vec3 off = prop.position - frustum.eye();
        const float squared = glm::dot(off, off);
        if (squared > prop.visible_m * prop.visible_m) return;
        const ModelEntry& entry = library_.entry(id);
        if (!frustum.sees(prop.position, entry.radius_m * prop.scale)) return;
        const bool near_model = squared < prop.near_model_m * prop.near_model_m;
        const std::uint32_t triangles = near_model ? entry.near_triangles : entry.far_triangles;
        visible_.push_back({&prop, squared, triangles, near_model});
        wanted += triangles;
    };
    for (const Prop& prop : place.props) consider(prop);
    for (const Prop& prop : moving) consider(prop);
    if (wanted > kMaxTrianglesInView) {
        std::stable_sort(visible_.begin(), visible_.end(),
                         [](const Visible& a, const Visible& b) { return a.distance_m < b.distance_m; });
    }
    for (const Visible& visible : visible_) {
        if (triangles_ + visible.triangles <= kMaxTrianglesInView) add_prop(visible, look, view.biome);
    }
    add_lamps(place, look, frustum.eye());
    return scene_;
}

void VillageScene::add_place_meshes(const VillagePlace& place, const Appearance& look,
                                    const Frustum& frustum) {
    for (std::size_t i = 0; i < place.meshes.size(); ++i) {
        const PlaceMesh& mesh = place.meshes[i];
        if (!frustum.sees(mesh.center, mesh.radius_m)) continue;
        asset::Instance instance;
        instance.mesh = first_place_mesh_ + static_cast<std::uint32_t>(i);
        instance.tint = paint_of(look, mesh.paint);
        instance.segment = static_cast<std::uint8_t>(mesh.segment);
        scene_.instances.push_back(instance);
        triangles_ += static_cast<std::uint32_t>(mesh.mesh.indices.size() / 3);
    }
}

void VillageScene::add_prop(const Visible& visible, const Appearance& look, Biome biome) {
    const Prop& prop = *visible.prop;
    const ModelEntry& entry = library_.entry(prop.model[static_cast<std::size_t>(biome)]);
    asset::Instance instance;
    instance.transform = prop.transform;
    instance.segment = static_cast<std::uint8_t>(prop.segment);
    for (const ModelPart& part : visible.near_model ? entry.near_parts : entry.far_parts) {
        const Paint paint = part.paint == Paint::Leaf0 ? prop.leaf : part.paint;
        instance.mesh = part.mesh;
        instance.emission = 0.0f;
        instance.tint = paint_of(look, paint);
        if (paint == Paint::Wall) instance.tint = prop.wall;
        if (paint == Paint::Roof || paint == Paint::Petal) instance.tint = prop.roof;
        if (paint == Paint::Bulb || paint == Paint::CarLight) instance.emission = 1.5f * look.lamp_glow;
        if (paint == Paint::Pane && prop.lit && prop.segment == Segment::House) {
            instance.tint = look.lit_pane;
            instance.emission = look.window_glow;
        }
        scene_.instances.push_back(instance);
    }
    triangles_ += visible.triangles;
}

void VillageScene::add_lamps(const VillagePlace& place, const Appearance& look, glm::vec3 eye) {
    scene_.lamps.clear();
    if (look.lamp_glow <= 0.01f) return;
    for (const glm::vec3& bulb : place.lamps) {
        const float distance = glm::distance(bulb, eye);
        if (distance > kLampsVisibleM) continue;
        const float fade = std::min(1.0f, (kLampsVisibleM - distance) / 12.0f);  // no lamp pops in
        scene_.lamps.push_back({bulb, glm::vec3(1.0f, 0.72f, 0.38f) * (1.6f * look.lamp_glow * fade), 10.0f});
    }
    const auto nearer = [eye](const asset::Lamp& a, const asset::Lamp& b) {
        return glm::distance(a.position, eye) < glm::distance(b.position, eye);
    };
    std::stable_sort(scene_.lamps.begin(), scene_.lamps.end(), nearer);
    if (scene_.lamps.size() > kMaxLamps) scene_.lamps.resize(kMaxLamps);
}

}  // namespace rv::simulator
