#pragma once
/// Turns a village, its appearance and a camera into a Scene that holds no more than what is seen.

#include <span>
#include <vector>

#include "engine/asset/scene.h"
#include "engine/core/camera.h"
#include "engine/simulator/appearance.h"
#include "engine/simulator/village_place.h"

namespace rv::simulator {

inline constexpr std::uint32_t kMaxTrianglesInView = 10'000;

class VillageScene {
  public:
    explicit VillageScene(const ModelLibrary& library) : library_(library) {}

    /// Takes over the meshes of a new place; the only thing that changes Scene::revision.
    void load(const VillagePlace& place);

    struct View {
        CameraPose camera;
        Intrinsics intrinsics;
        Biome biome = Biome::Meadow;  ///< which plants grow
        float time_s = 0.0f;
    };
    /// Fills instances, lamps and atmosphere: what `view` can see of the place and of `moving`, near things
    /// first where the triangles do not suffice for all.
    const asset::Scene& compose(const VillagePlace& place, std::span<const Prop> moving,
                                const Appearance& look, const View& view);

    [[nodiscard]] const asset::Scene& scene() const { return scene_; }
    [[nodiscard]] std::uint32_t triangles_in_view() const { return triangles_; }

  private:
    struct Visible {
        const Prop* prop;
        float distance_m;
        std::uint32_t triangles;
        bool near_model;
    };
    void add_place_meshes(const VillagePlace& place, const Appearance& look, const class Frustum& frustum);
    void add_prop(const Visible& visible, const Appearance& look, Biome biome);
    void add_lamps(const VillagePlace& place, const Appearance& look, glm::vec3 eye);

    const ModelLibrary& library_;
    asset::Scene scene_;
    std::uint32_t first_place_mesh_ = 0;
    std::uint32_t triangles_ = 0;
    std::vector<Visible> visible_;
};

}  // namespace rv::simulator
