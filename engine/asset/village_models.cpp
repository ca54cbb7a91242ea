#include "engine/asset/village_models.h"

#include <cmath>
#include <glm/gtc/matrix_transform.hpp>

#include "engine/asset/mesh_builder.h"

namespace rv::asset {
namespace {

using glm::vec3;

constexpr float kQuarter = glm::half_pi<float>();
constexpr float kHalf = glm::pi<float>();

const vec3 kWhite(0.92f);
const vec3 kStone = srgb(0x8f8a82);
const vec3 kDarkWood = srgb(0x5a4130);
const vec3 kBark = srgb(0x6e4f36);
const vec3 kFrame = srgb(0xf2ead8);

// Adds a window: a bright frame, and the pane before it in a mesh of its own.
void add_window(MeshBuilder& trim, MeshBuilder& panes, vec3 center, vec3 outward, float yaw, float width,
                float height) {
    trim.color(kFrame, 0.0f).panel(center + outward * 0.03f, width + 0.28f, height + 0.28f, yaw);
    panes.color(vec3(1.0f), 0.0f).panel(center + outward * 0.06f, width, height, yaw);
}

struct HouseShape {
    float half_x, half_z, wall_height, ridge_height;
    int storeys;
    std::uint32_t door;
    bool chimney;
};

Model make_house(const std::string& name, const HouseShape& s) {
    MeshBuilder walls("walls"), roof("roof"), trim("trim"), panes("windows");
    const vec3 low(-s.half_x, 0.25f, -s.half_z), high(s.half_x, s.wall_height, s.half_z);
    trim.color(kStone, 0.4f)
        .box({low.x - 0.12f, -1.2f, low.z - 0.12f}, {high.x + 0.12f, 0.3f, high.z + 0.12f});
    walls.color(kWhite, 0.0f).box(low, high);
    const float ridge = s.wall_height + s.ridge_height;
    walls.triangle({high.x, high.y, high.z}, {high.x, high.y, low.z}, {high.x, ridge, 0});
    walls.triangle({low.x, high.y, low.z}, {low.x, high.y, high.z}, {low.x, ridge, 0});
    roof.color(kWhite).saddle_roof(low, high, s.ridge_height, 0.45f);
    if (s.chimney) {
        trim.color(srgb(0x9c5f4a))
            .box({s.half_x * 0.45f, s.wall_height, -s.half_z * 0.55f},
                 {s.half_x * 0.45f + 0.7f, ridge + 0.7f, -s.half_z * 0.55f + 0.7f});
    }
    // Front: the door in the middle, windows beside it; back and gables: windows.
    trim.color(kFrame, 0.0f).panel({0, 1.3f, s.half_z + 0.02f}, 1.45f, 2.4f);
    trim.color(srgb(s.door), 0.0f).panel({0, 1.25f, s.half_z + 0.05f}, 1.1f, 2.1f);
    trim.color(kStone).box({-0.8f, -0.6f, s.half_z}, {0.8f, 0.2f, s.half_z + 0.7f});
    const float storey = (s.wall_height - 0.2f) / static_cast<float>(s.storeys);
    for (int floor = 0; floor < s.storeys; ++floor) {
        const float y = 0.3f + storey * (static_cast<float>(floor) + 0.55f);
        for (const float x : {-0.58f * s.half_x, 0.58f * s.half_x}) {
            add_window(trim, panes, {x, y, s.half_z}, {0, 0, 1}, 0.0f, 0.95f, 1.05f);
            add_window(trim, panes, {x, y, -s.half_z}, {0, 0, -1}, kHalf, 0.95f, 1.05f);
        }
        if (floor > 0) add_window(trim, panes, {0, y, s.half_z}, {0, 0, 1}, 0.0f, 0.95f, 1.05f);
        add_window(trim, panes, {s.half_x, y, 0}, {1, 0, 0}, kQuarter, 0.95f, 1.05f);
        add_window(trim, panes, {-s.half_x, y, 0}, {-1, 0, 0}, -kQuarter, 0.95f, 1.05f);
    }
    return {name, {walls.take(), roof.take(), trim.take(), panes.take()}};
}

// What a house looks like from far away: walls, roof and panes only.
Model make_far_house(const std::string& name, const HouseShape& s) {
    MeshBuilder walls("walls"), roof("roof"), panes("windows");
    const vec3 low(-s.half_x, -1.0f, -s.half_z), high(s.half_x, s.wall_height, s.half_z);
    const float ridge = s.wall_height + s.ridge_height + 0.15f;
    walls.color(kWhite, 0.0f);
    walls.quad({low.x, low.y, high.z}, {high.x, low.y, high.z}, {high.x, high.y, high.z},
               {low.x, high.y, high.z});
    walls.quad({high.x, low.y, low.z}, {low.x, low.y, low.z}, {low.x, high.y, low.z},
               {high.x, high.y, low.z});
    for (const float side : {1.0f, -1.0f}) {
        const vec3 a(side * high.x, low.y, side * high.z), b(side * high.x, low.y, side * low.z);
        const vec3 c(side * high.x, high.y, side * low.z), d(side * high.x, high.y, side * high.z);
        walls.quad(a, b, c, d);
        walls.triangle(d, c, {side * high.x, ridge - 0.15f, 0});
    }
    const float x = s.half_x + 0.45f, z = s.half_z + 0.45f;
    const float eaves = s.wall_height - s.ridge_height / s.half_z * 0.45f + 0.15f;
    roof.color(kWhite);
    roof.quad({-x, eaves, z}, {x, eaves, z}, {x, ridge, 0}, {-x, ridge, 0});
    roof.quad({x, eaves, -z}, {-x, eaves, -z}, {-x, ridge, 0}, {x, ridge, 0});
    panes.color(vec3(1.0f), 0.0f);
    const float storey = (s.wall_height - 0.2f) / static_cast<float>(s.storeys);
    for (int floor = 0; floor < s.storeys; ++floor) {
        const float y = 0.3f + storey * (static_cast<float>(floor) + 0.55f);
        for (const float px : {-0.58f * s.half_x, 0.58f * s.half_x}) {
            panes.panel({px, y, s.half_z + 0.08f}, 1.1f, 1.2f);
            panes.panel({px, y, -s.half_z - 0.08f}, 1.1f, 1.2f, kHalf);
        }
        panes.panel({s.half_x + 0.08f, y, 0}, 1.1f, 1.2f, kQuarter);
        panes.panel({-s.half_x - 0.08f, y, 0}, 1.1f, 1.2f, -kQuarter);
    }
    return {name, {walls.take(), roof.take(), panes.take()}};
}

void add_houses(std::vector<Model>& models) {
    const HouseShape cottage{3.6f, 2.8f, 2.9f, 2.3f, 1, 0x3f6b8c, true};
    const HouseShape tall{3.2f, 3.0f, 5.4f, 2.6f, 2, 0x8c3f3f, true};
    const HouseShape longhouse{5.2f, 3.0f, 3.0f, 2.6f, 1, 0x4c6b3a, false};
    models.push_back(make_house("house_cottage", cottage));
    models.push_back(make_house("house_tall", tall));
    models.push_back(make_house("house_long", longhouse));
    models.push_back(make_far_house("house_cottage_far", cottage));
    models.push_back(make_far_house("house_tall_far", tall));
    models.push_back(make_far_house("house_long_far", longhouse));
}

Model make_church() {
    MeshBuilder walls("walls"), roof("roof"), trim("trim"), panes("windows");
    trim.color(kStone, 0.4f).box({-3.3f, -1.2f, -6.1f}, {3.3f, 0.3f, 8.1f});
    walls.color(kWhite, 0.0f);
    // The nave's ridge runs along z: build it along x and turn it.
    const glm::mat4 turned = glm::rotate(glm::mat4(1.0f), kQuarter, vec3(0, 1, 0));
    walls.placed(turned).box({-5.0f, 0.2f, -3.0f}, {6.0f, 4.6f, 3.0f});
    walls.triangle({6.0f, 4.6f, 3.0f}, {6.0f, 4.6f, -3.0f}, {6.0f, 7.6f, 0});
    roof.color(kWhite).placed(turned).saddle_roof({-5.0f, 0.2f, -3.0f}, {6.0f, 4.6f, 3.0f}, 3.2f, 0.4f);
    walls.placed(glm::mat4(1.0f)).box({-1.9f, 0.2f, 4.2f}, {1.9f, 11.0f, 8.0f});
    roof.placed(glm::translate(glm::mat4(1.0f), vec3(0, 0, 6.1f)) *
                glm::rotate(glm::mat4(1.0f), kQuarter / 2, vec3(0, 1, 0)));
    roof.frustum({0, 10.9f, 0}, 3.1f, {0, 18.5f, 0}, 0.0f, 4);
    trim.color(srgb(0xd9b24c), 0.0f).box({-0.1f, 18.2f, 6.0f}, {0.1f, 20.2f, 6.2f}, true);
    trim.box({-0.6f, 19.3f, 6.0f}, {0.6f, 19.5f, 6.2f}, true);
    trim.color(kDarkWood, 0.0f).panel({0, 1.6f, 8.05f}, 1.7f, 2.9f);
    trim.color(kFrame, 0.0f).panel({0, 8.6f, 8.04f}, 2.0f, 2.0f);
    panes.color(vec3(1.0f), 0.0f).panel({0, 8.6f, 8.08f}, 1.5f, 1.5f);
    for (const float z : {-4.2f, -1.2f, 1.8f}) {
        add_window(trim, panes, {3.0f, 2.7f, z}, {1, 0, 0}, kQuarter, 0.9f, 2.0f);
        add_window(trim, panes, {-3.0f, 2.7f, z}, {-1, 0, 0}, -kQuarter, 0.9f, 2.0f);
    }
    return {"church", {walls.take(), roof.take(), trim.take(), panes.take()}};
}

void add_windmill(std::vector<Model>& models) {
    MeshBuilder walls("walls"), roof("roof"), trim("trim"), panes("windows");
    trim.color(kStone, 0.5f).frustum({0, -1.2f, 0}, 3.3f, {0, 0.6f, 0}, 3.2f, 8);
    walls.color(kWhite, 0.0f).frustum({0, 0.5f, 0}, 3.0f, {0, 8.0f, 0}, 1.9f, 8);
    roof.color(kWhite).frustum({0, 8.0f, 0}, 2.3f, {0, 10.4f, 0}, 0.0f, 8);
    trim.color(kDarkWood, 0.0f).frustum({0, 7.8f, 0}, 0.25f, {0, 7.8f, 2.7f}, 0.2f, 5);
    trim.panel({0, 1.7f, 2.80f}, 1.2f, 2.2f);
    add_window(trim, panes, {0, 5.0f, 2.2f}, {0, 0, 1}, 0.0f, 0.8f, 0.9f);
    models.push_back({"windmill", {walls.take(), roof.take(), trim.take(), panes.take()}});

    MeshBuilder sails("sails");  // turn about z
    for (int i = 0; i < 4; ++i) {
        sails.placed(glm::rotate(glm::mat4(1.0f), kQuarter * static_cast<float>(i), vec3(0, 0, 1)));
        sails.color(kDarkWood, 0.0f).box({-0.1f, 0, -0.08f}, {0.1f, 5.6f, 0.08f}, true);
        sails.color(srgb(0xe8dcc0), 0.0f).panel({0.6f, 3.5f, 0.02f}, 1.1f, 3.8f);
        sails.panel({0.6f, 3.5f, -0.02f}, 1.1f, 3.8f, kHalf);
    }
    models.push_back({"windmill_sails", {sails.take()}});
}

void add_trunk(MeshBuilder& trunk, float height, float radius, int sides = 5) {
    trunk.color(kBark, 0.0f)
        .frustum({0, -0.4f, 0}, radius * 1.25f, {0, height, 0}, radius * 0.7f, sides, false);
}

void add_leafy_trees(std::vector<Model>& models) {
    {
        MeshBuilder trunk("trunk"), foliage("foliage");
        add_trunk(trunk, 2.6f, 0.28f);
        foliage.color(kWhite, 0.8f).blob({0.1f, 3.6f, 0}, {1.9f, 1.6f, 1.8f}, 0.14f, 1);
        foliage.blob({-0.7f, 4.5f, 0.5f}, {1.3f, 1.2f, 1.3f}, 0.14f, 2);
        foliage.blob({0.7f, 4.9f, -0.4f}, {1.2f, 1.2f, 1.2f}, 0.14f, 3);
        models.push_back({"tree_broadleaf", {trunk.take(), foliage.take()}});
    }
    {
        MeshBuilder trunk("trunk"), foliage("foliage");
        trunk.color(kBark, 0.0f).frustum({0, -0.4f, 0}, 0.32f, {0, 2.6f, 0}, 0.2f, 3, false);
        foliage.color(kWhite, 0.8f).blob({0, 4.1f, 0}, {2.0f, 2.0f, 1.9f}, 0.1f, 1);
        models.push_back({"tree_broadleaf_far", {trunk.take(), foliage.take()}});
    }
    {
        MeshBuilder trunk("trunk"), foliage("foliage");
        add_trunk(trunk, 1.6f, 0.25f);
        foliage.color(kWhite, 0.8f).blob({0, 4.4f, 0}, {1.2f, 3.4f, 1.2f}, 0.1f, 9, 0);
        foliage.blob({0.1f, 2.6f, 0.1f}, {1.35f, 1.5f, 1.35f}, 0.1f, 8);
        models.push_back({"tree_poplar", {trunk.take(), foliage.take()}});
    }
    {
        MeshBuilder trunk("trunk"), foliage("foliage");
        trunk.color(kBark, 0.0f).frustum({0, -0.4f, 0}, 0.3f, {0, 1.8f, 0}, 0.2f, 3, false);
        foliage.color(kWhite, 0.8f).blob({0, 4.2f, 0}, {1.3f, 3.5f, 1.3f}, 0.1f, 9);
        models.push_back({"tree_poplar_far", {trunk.take(), foliage.take()}});
    }
}

void add_bare_and_pine(std::vector<Model>& models) {
    {
        MeshBuilder trunk("trunk"), foliage("foliage");
        add_trunk(trunk, 1.2f, 0.24f);
        const float radius[] = {1.9f, 1.55f, 1.15f, 0.7f}, base[] = {0.9f, 2.2f, 3.5f, 4.8f};
        for (int i = 0; i < 4; ++i) {
            foliage.color(kWhite * (0.78f + 0.07f * static_cast<float>(i)), 1.0f);
            foliage.frustum({0, base[i], 0}, radius[i], {0, base[i] + 2.2f, 0}, 0.0f, 7);
        }
        models.push_back({"tree_pine", {trunk.take(), foliage.take()}});
    }
    {
        MeshBuilder trunk("trunk"), foliage("foliage");
        trunk.color(kBark, 0.0f).frustum({0, -0.4f, 0}, 0.28f, {0, 1.2f, 0}, 0.22f, 3, false);
        foliage.color(kWhite * 0.8f).frustum({0, 0.9f, 0}, 1.85f, {0, 4.6f, 0}, 0.0f, 5);
        foliage.color(kWhite * 0.95f).frustum({0, 3.2f, 0}, 1.2f, {0, 7.0f, 0}, 0.0f, 5);
        models.push_back({"tree_pine_far", {trunk.take(), foliage.take()}});
    }
    const auto branch = [](MeshBuilder& b, vec3 from, vec3 to, float radius, int sides) {
        b.frustum(from, radius, to, radius * 0.25f, sides, false);
    };
    for (const bool near : {true, false}) {
        MeshBuilder trunk("trunk");
        const int sides = near ? 4 : 3;
        trunk.color(srgb(0x5d4b40), 0.25f);
        trunk.frustum({0, -0.4f, 0}, 0.32f, {0.1f, 3.0f, 0}, 0.2f, near ? 5 : 3, false);
        branch(trunk, {0.1f, 2.9f, 0}, {0.3f, 5.6f, 0.2f}, 0.2f, sides);
        branch(trunk, {0.05f, 2.2f, 0}, {1.5f, 4.2f, 0.4f}, 0.15f, sides);
        branch(trunk, {0.05f, 2.5f, 0}, {-1.4f, 4.6f, -0.3f}, 0.16f, sides);
        if (near) {
            branch(trunk, {0.05f, 2.0f, 0}, {-0.2f, 3.8f, 1.5f}, 0.13f, 3);
            branch(trunk, {0.05f, 2.7f, 0}, {0.3f, 4.6f, -1.5f}, 0.14f, 3);
            branch(trunk, {0.9f, 3.4f, 0.25f}, {1.1f, 5.0f, -0.3f}, 0.08f, 3);
            branch(trunk, {-0.8f, 3.7f, -0.18f}, {-0.9f, 5.3f, 0.5f}, 0.09f, 3);
            branch(trunk, {0.2f, 4.2f, 0.1f}, {1.0f, 5.5f, 0.6f}, 0.08f, 3);
        }
        models.push_back({near ? "tree_bare" : "tree_bare_far", {trunk.take()}});
    }
}

void add_desert_plants(std::vector<Model>& models) {
    for (const bool near : {true, false}) {
        MeshBuilder b("foliage");
        const int sides = near ? 6 : 4;
        b.color(kWhite, 0.6f).frustum({0, -0.4f, 0}, 0.42f, {0, 3.6f, 0}, 0.36f, sides, false);
        b.frustum({0, 3.6f, 0}, 0.36f, {0, 3.95f, 0}, 0.0f, sides);
        for (const float side : {1.0f, -1.0f}) {
            const float y = side > 0 ? 1.5f : 2.1f;
            b.frustum({side * 0.2f, y, 0}, 0.25f, {side * 1.15f, y + 0.1f, 0}, 0.25f, near ? 5 : 3);
            b.frustum({side * 1.1f, y - 0.1f, 0}, 0.27f, {side * 1.15f, y + 1.5f, 0}, 0.18f, near ? 5 : 3);
        }
        models.push_back({near ? "cactus" : "cactus_far", {b.take()}});
    }
    for (const bool near : {true, false}) {
        MeshBuilder trunk("trunk"), foliage("foliage");
        const int sides = near ? 5 : 3;
        trunk.color(srgb(0x8a6a48), 0.0f).frustum({0, -0.4f, 0}, 0.3f, {0.25f, 2.4f, 0}, 0.22f, sides, false);
        trunk.frustum({0.25f, 2.4f, 0}, 0.22f, {0.75f, 5.0f, 0}, 0.17f, sides, false);
        const int fronds = near ? 8 : 6;
        for (int i = 0; i < fronds; ++i) {
            const float angle = 2.0f * kHalf * static_cast<float>(i) / static_cast<float>(fronds);
            const vec3 out(std::cos(angle), 0, std::sin(angle)), across(-out.z, 0, out.x);
            const vec3 root(0.75f, 5.0f, 0), middle = root + out * 1.3f + vec3(0, 0.45f, 0),
                                             tip = root + out * 2.6f + vec3(0, -0.7f, 0);
            foliage.color(kWhite * (i % 2 == 0 ? 0.95f : 0.8f), 0.4f);
            foliage.quad(root, middle - across * 0.42f, middle, middle);
            foliage.triangle(root, middle + across * 0.42f, middle - across * 0.42f);
            foliage.triangle(middle - across * 0.42f, middle + across * 0.42f, tip);
            foliage.color(kWhite * 0.6f, 0.0f);
            foliage.triangle(root, middle - across * 0.42f, middle + across * 0.42f);
            foliage.triangle(middle + across * 0.42f, middle - across * 0.42f, tip);
        }
        models.push_back({near ? "tree_palm" : "tree_palm_far", {trunk.take(), foliage.take()}});
    }
}

void add_small_things(std::vector<Model>& models) {
    {
        MeshBuilder b("foliage");
        b.color(kWhite, 0.8f).blob({0, 0.5f, 0}, {0.95f, 0.75f, 0.9f}, 0.15f, 21);
        models.push_back({"bush", {b.take()}});
    }
    {
        MeshBuilder b("foliage");
        for (int i = 0; i < 5; ++i) {
            const float a = 1.2566f * static_cast<float>(i);
            const vec3 out(std::cos(a), 0, std::sin(a)), across(-out.z * 0.07f, 0, out.x * 0.07f);
            b.color(kWhite * (0.8f + 0.05f * static_cast<float>(i)), 0.0f);
            b.triangle(out * 0.05f + across, out * 0.05f - across, out * 0.32f + vec3(0, 0.42f, 0));
            b.triangle(out * 0.05f - across, out * 0.05f + across, out * 0.32f + vec3(0, 0.42f, 0));
        }
        models.push_back({"tuft", {b.take()}});
    }
    {
        MeshBuilder stems("foliage"), heads("petals");
        for (int i = 0; i < 4; ++i) {
            const float a = 1.7f * static_cast<float>(i);
            const vec3 at(0.28f * std::cos(a), 0, 0.28f * std::sin(a));
            stems.color(kWhite * 0.8f, 0.0f)
                .triangle(at + vec3(0.06f, 0, 0), at - vec3(0.06f, 0, 0), at + vec3(0, 0.35f, 0));
            stems.triangle(at - vec3(0.06f, 0, 0), at + vec3(0.06f, 0, 0), at + vec3(0, 0.35f, 0));
            heads.color(vec3(1.0f), 0.0f)
                .frustum(at + vec3(0, 0.3f, 0), 0.0f, at + vec3(0, 0.42f, 0), 0.13f, 4);
        }
        models.push_back({"flowers", {stems.take(), heads.take()}});
    }
    {
        MeshBuilder b("stone");
        b.color(kStone).blob({0, 0.35f, 0}, {0.9f, 0.65f, 0.75f}, 0.2f, 31);
        models.push_back({"rock", {b.take()}});
    }
    {
        MeshBuilder b("stone");
        b.color(kStone).blob({0, 0.8f, 0}, {1.3f, 1.5f, 1.1f}, 0.22f, 47);
        models.push_back({"boulder", {b.take()}});
    }
    {
        MeshBuilder b("wood");
        b.color(srgb(0xe6dcc6), 0.8f);
        for (int i = 0; i < 4; ++i) {
            const float x = -0.9f + 0.6f * static_cast<float>(i);
            b.box({x - 0.09f, -0.4f, -0.05f}, {x + 0.09f, 1.0f, 0.05f});
        }
        for (const float y : {0.3f, 0.7f}) b.box({-1.2f, y, -0.03f}, {1.2f, y + 0.13f, 0.03f});
        models.push_back({"fence", {b.take()}});
        MeshBuilder far("wood");  // flat boards, seen from both sides
        far.color(srgb(0xe6dcc6), 0.8f);
        for (const float yaw : {0.0f, kHalf}) {
            for (int i = 0; i < 4; ++i)
                far.panel({-0.9f + 0.6f * static_cast<float>(i), 0.3f, 0}, 0.2f, 1.4f, yaw);
            for (const float y : {0.365f, 0.765f}) far.panel({0, y, 0}, 2.4f, 0.13f, yaw);
        }
        models.push_back({"fence_far", {far.take()}});
    }
    {
        MeshBuilder post("post"), bulb("bulb");
        post.color(srgb(0x3a3f45), 0.5f).frustum({0, -0.4f, 0}, 0.13f, {0, 3.2f, 0}, 0.08f, 5, false);
        post.frustum({0, 3.75f, 0}, 0.38f, {0, 4.1f, 0}, 0.0f, 5);
        bulb.color(vec3(1.0f), 0.0f).frustum({0, 3.2f, 0}, 0.16f, {0, 3.75f, 0}, 0.28f, 5, false);
        models.push_back({"lamp_post", {post.take(), bulb.take()}});
    }
    {
        MeshBuilder b("well"), roof("roof");
        b.color(kStone, 0.6f).frustum({0, -0.5f, 0}, 1.25f, {0, 0.95f, 0}, 1.2f, 8, false);
        b.color(srgb(0x2d4a5c), 0.0f).frustum({0, 0.5f, 0}, 1.15f, {0, 0.75f, 0}, 1.15f, 8);
        b.color(kDarkWood, 0.0f);
        for (const float x : {-1.15f, 1.15f}) b.box({x - 0.1f, 0, -0.1f}, {x + 0.1f, 2.6f, 0.1f});
        roof.color(kWhite).saddle_roof({-1.3f, 0, -1.0f}, {1.3f, 2.4f, 1.0f}, 0.9f, 0.25f);
        models.push_back({"well", {b.take(), roof.take()}});
    }
    {
        MeshBuilder b("wood");
        b.color(srgb(0x9a6b42), 0.8f).box({-0.9f, 0.42f, -0.25f}, {0.9f, 0.52f, 0.25f}, true);
        b.box({-0.9f, 0.55f, -0.3f}, {0.9f, 1.0f, -0.22f}, true);
        b.color(srgb(0x3a3f45), 0.0f);
        for (const float x : {-0.7f, 0.7f}) b.box({x - 0.06f, -0.3f, -0.25f}, {x + 0.06f, 0.55f, 0.22f});
        models.push_back({"bench", {b.take()}});
    }
}

void add_car(std::vector<Model>& models) {
    MeshBuilder body("body"), trim("trim"), glass("windows"), lights("lights");
    body.color(kWhite, 0.6f).box({-0.85f, 0.35f, -1.9f}, {0.85f, 0.95f, 1.9f}, true);
    // The cabin: a box that narrows upwards.
    const vec3 b0(-0.8f, 0.95f, -1.5f), b1(0.8f, 0.95f, -1.5f), b2(0.8f, 0.95f, 0.9f), b3(-0.8f, 0.95f, 0.9f);
    const vec3 t0(-0.65f, 1.5f, -1.15f), t1(0.65f, 1.5f, -1.15f), t2(0.65f, 1.5f, 0.35f),
        t3(-0.65f, 1.5f, 0.35f);
    body.quad(t3, t2, t1, t0);
    glass.color(vec3(1.0f), 0.0f)
        .quad(b3, b2, t2, t3)
        .quad(b1, b0, t0, t1)
        .quad(b2, b1, t1, t2)
        .quad(b0, b3, t3, t0);
    trim.color(srgb(0x24262a), 0.0f);
    for (const float x : {-0.86f, 0.62f}) {
        for (const float z : {-1.2f, 1.2f})
            trim.frustum({x, 0.35f, z}, 0.35f, {x + 0.24f, 0.35f, z}, 0.35f, 7);
    }
    for (const float x : {-0.86f, 0.62f}) {  // the inner sides of the wheels
        for (const float z : {-1.2f, 1.2f})
            trim.frustum({x + 0.24f, 0.35f, z}, 0.35f, {x, 0.35f, z}, 0.35f, 5);
    }
    trim.panel({0, 0.5f, 1.93f}, 1.2f, 0.2f);
    for (const float x : {-0.58f, 0.58f}) {
        lights.color(vec3(1.0f, 0.95f, 0.8f), 0.0f).panel({x, 0.72f, 1.93f}, 0.34f, 0.24f);
        lights.color(vec3(1.0f, 0.08f, 0.05f), 0.0f).panel({x, 0.72f, -1.93f}, 0.34f, 0.22f, kHalf);
    }
    models.push_back({"car", {body.take(), trim.take(), glass.take(), lights.take()}});
}

void add_legs(MeshBuilder& b, float x, float z, float height, float thick) {
    for (const float sx : {-x, x}) {
        for (const float sz : {-z, z}) {
            b.box({sx - thick, 0, sz - thick}, {sx + thick, height, sz + thick});
        }
    }
}

void add_animals(std::vector<Model>& models) {
    {
        MeshBuilder b("body");
        b.color(srgb(0xf4efe4), 0.3f).blob({0, 0.75f, -0.05f}, {0.42f, 0.38f, 0.62f}, 0.1f, 61);
        b.color(srgb(0x3b3532), 0.0f).box({-0.14f, 0.72f, 0.5f}, {0.14f, 1.02f, 0.88f}, true);
        add_legs(b, 0.2f, 0.32f, 0.5f, 0.06f);
        models.push_back({"sheep", {b.take()}});
    }
    {
        MeshBuilder b("body");
        b.color(srgb(0xa87245), 0.2f).box({-0.25f, 0.8f, -0.65f}, {0.25f, 1.25f, 0.55f}, true);
        b.frustum({0, 1.1f, 0.45f}, 0.2f, {0, 1.75f, 0.8f}, 0.12f, 5, false);
        b.box({-0.13f, 1.6f, 0.7f}, {0.13f, 1.88f, 1.2f}, true);
        b.color(srgb(0x8a5c36), 0.0f);
        add_legs(b, 0.17f, 0.48f, 0.85f, 0.06f);
        b.color(srgb(0xe8dcc0), 0.0f).box({-0.1f, 1.0f, -0.72f}, {0.1f, 1.2f, -0.6f}, true);
        for (const float side : {-1.0f, 1.0f}) {
            b.frustum({side * 0.08f, 1.85f, 0.75f}, 0.04f, {side * 0.4f, 2.4f, 0.6f}, 0.01f, 3, false);
            b.frustum({side * 0.22f, 2.1f, 0.69f}, 0.03f, {side * 0.25f, 2.5f, 0.9f}, 0.01f, 3, false);
        }
        models.push_back({"deer", {b.take()}});
    }
    {
        MeshBuilder b("body");
        b.color(srgb(0x7a4e2c), 0.2f).box({-0.16f, 0.35f, -0.4f}, {0.16f, 0.66f, 0.35f}, true);
        b.box({-0.13f, 0.55f, 0.3f}, {0.13f, 0.85f, 0.58f}, true);
        b.color(srgb(0x4a2f1c), 0.0f).box({-0.08f, 0.55f, 0.55f}, {0.08f, 0.7f, 0.75f}, true);
        add_legs(b, 0.11f, 0.28f, 0.4f, 0.045f);
        b.frustum({0, 0.6f, -0.38f}, 0.06f, {0, 0.95f, -0.6f}, 0.02f, 3, false);
        models.push_back({"dog", {b.take()}});
    }
}

}  // namespace

std::vector<Model> village_models() {
    std::vector<Model> models;
    add_houses(models);
    models.push_back(make_church());
    add_windmill(models);
    add_leafy_trees(models);
    add_bare_and_pine(models);
    add_desert_plants(models);
    add_small_things(models);
    add_car(models);
    add_animals(models);
    return models;
}

}  // namespace rv::asset
