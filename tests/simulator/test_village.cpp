#include <doctest/doctest.h>

#include <cmath>
#include <cstring>
#include <glm/geometric.hpp>

#include "blind_observer.h"
#include "engine/asset/assets_folder.h"
#include "engine/core/error.h"
#include "engine/simulator/village.h"

using namespace rv;
using namespace rv::simulator;

namespace {

struct Trial {
    BlindObserver observer;
    Village village;
    explicit Trial(std::uint64_t seed, EnvironmentOptions options = {}) : village(options, observer) {
        village.reset(seed);
    }
};

// Somewhere with `clear_m` metres of free, flat way ahead.
void place_in_the_open(Village& village, float clear_m) {
    for (float x = -60.0f; x <= 60.0f; x += 2.0f) {
        for (float z = -60.0f; z <= 60.0f; z += 2.0f) {
            bool open = true;
            for (float ahead = -1.0f; ahead <= clear_m; ahead += 0.5f) {
                open = open && village.place().is_free({x, z - ahead}, 1.5f) &&
                       village.place().roads.edge_distance({x, z - ahead}) > 2.0f;
            }
            if (!open) continue;
            village.place_ego({x, z}, 0.0f);
            return;
        }
    }
    FAIL("the place has no open ground");
}

}  // namespace

TEST_CASE("[Village] same seed and actions give the same poses and the same scene") {
    Trial a(41), b(40);
    b.village.reset(41);  // after another episode
    for (int i = 0; i < 300; ++i) {
        if (i == 100) {
            a.village.set_prompt("a foggy dusk in the desert");
            b.village.set_prompt("a foggy dusk in the desert");
        }
        const Action action = a.village.policy();
        REQUIRE(action == b.village.policy());
        const Step one = a.village.step(action), two = b.village.step(action);
        REQUIRE(one.observation.pose.position == two.observation.pose.position);
        REQUIRE(one.observation.pose.orientation == two.observation.pose.orientation);
        REQUIRE(one.collided == two.collided);
        const auto& left = a.village.scene().instances;
        const auto& right = b.village.scene().instances;
        REQUIRE(left.size() == right.size());
        for (std::size_t k = 0; k < left.size(); ++k) {
            REQUIRE(left[k].mesh == right[k].mesh);
            REQUIRE(left[k].transform == right[k].transform);
            REQUIRE(left[k].tint == right[k].tint);
            REQUIRE(left[k].emission == right[k].emission);
        }
    }
    const auto& meshes = a.village.scene().meshes;
    for (std::size_t i = 0; i < meshes.size(); ++i) {
        const auto& other = b.village.scene().meshes[i];
        REQUIRE(meshes[i].vertices.size() == other.vertices.size());
        for (std::size_t k = 0; k < other.vertices.size(); ++k) {
            REQUIRE(meshes[i].vertices[k].position == other.vertices[k].position);
        }
    }
}

TEST_CASE(
    "[Village] different seeds give different places and the policy's actions do not depend on rendering") {
    Trial a(1), b(2);
    CHECK(a.village.ego().position() != b.village.ego().position());
    CHECK(a.village.place().terrain.height_at({20, 20}) != b.village.place().terrain.height_at({20, 20}));
}

TEST_CASE("[Village] actions move the camera the way that they say") {
    Trial trial(7);
    Village& village = trial.village;
    place_in_the_open(village, 6.0f);

    SUBCASE("forward goes along the camera's view, backwards against it") {
        const CameraPose before = village.ego().camera();
        CameraPose after;
        for (int i = 0; i < 10; ++i) after = village.step({.forward = 1}).observation.pose;
        const glm::vec3 moved = after.position - before.position;
        CHECK(glm::dot(moved, before.forward()) > 1.3f);
        CHECK(std::abs(glm::dot(moved, before.right())) < 0.01f);
        CHECK(glm::length(moved) < 10 * 0.17f);
        const glm::vec3 turning_point = after.position;
        for (int i = 0; i < 8; ++i) after = village.step({.forward = -1}).observation.pose;
        CHECK(glm::dot(after.position - turning_point, before.forward()) < -0.4f);
    }
    SUBCASE("sideways goes to the right") {
        const CameraPose before = village.ego().camera();
        const CameraPose after = village.step({.sideways = 1}).observation.pose;
        CHECK(glm::dot(after.position - before.position, before.right()) > 0.05f);
    }
    SUBCASE("turn goes clockwise") {
        const CameraPose before = village.ego().camera();
        const CameraPose after = village.step({.turn = 1}).observation.pose;
        CHECK(village.ego().yaw() > 0.0f);
        CHECK(glm::dot(after.forward(), before.right()) > 0.03f);
    }
    SUBCASE("look goes up, not farther than 35 degrees, and comes back to level") {
        CameraPose pose;
        for (int i = 0; i < 30; ++i) pose = village.step({.look = 1}).observation.pose;
        CHECK(pose.forward().y == doctest::Approx(std::sin(0.611f)).epsilon(0.001));
        for (int i = 0; i < 120; ++i) pose = village.step({}).observation.pose;
        CHECK(pose.forward().y == doctest::Approx(0.0f));
        pose = village.step({.look = -1}).observation.pose;
        CHECK(pose.forward().y < -0.04f);
    }
    SUBCASE("run is faster than walking, and a jump comes down again") {
        const glm::vec2 start = village.ego().position();
        for (int i = 0; i < 10; ++i) village.step({.forward = 1, .run = 1});
        CHECK(glm::distance(start, village.ego().position()) > 2.3f);
        const float ground = village.ego().feet_m();
        village.step({.jump = 1});
        CHECK(village.ego().feet_m() > ground + 0.2f);
        for (int i = 0; i < 12; ++i) village.step({});
        const glm::vec2 p = village.ego().position();
        CHECK(village.ego().feet_m() == doctest::Approx(village.place().terrain.height_at(p)));
    }
}

TEST_CASE("[Village] a full turn takes about five seconds") {
    Trial trial(3);
    place_in_the_open(trial.village, 2.0f);
    float turned = 0.0f, last = trial.village.ego().yaw();
    int frames = 0;
    while (turned < 6.2831853f && frames < 200) {
        trial.village.step({.turn = 1});
        turned += wrapped(trial.village.ego().yaw() - last);
        last = trial.village.ego().yaw();
        ++frames;
    }
    CHECK(frames >= 73);
    CHECK(frames <= 78);
}

TEST_CASE("[Village] a house stops the ego and the border keeps it inside") {
    Trial trial(11);
    Village& village = trial.village;
    const Prop* house = nullptr;
    for (const Prop& prop : village.place().props) {
        if (prop.segment == Segment::House) house = &prop;
    }
    REQUIRE(house != nullptr);
    const glm::vec2 target(house->position.x, house->position.z);
    for (const glm::vec2 side : {glm::vec2(1, 0), glm::vec2(-1, 0), glm::vec2(0, 1), glm::vec2(0, -1)}) {
        village.place_ego(target + side * 9.0f, yaw_of(-side));
        bool collided = false;
        for (int i = 0; i < 120; ++i) collided = village.step({.forward = 1}).collided || collided;
        CHECK(collided);
        CHECK(glm::distance(village.ego().position(), target) > 2.0f);
    }
    for (const glm::vec2 way : {glm::vec2(1, 0), glm::vec2(-1, 0), glm::vec2(0, 1), glm::vec2(0, -1)}) {
        for (const float along : {-50.0f, -13.0f, 21.0f, 60.0f}) {
            village.place_ego(way * 70.0f + glm::vec2(-way.y, way.x) * along, yaw_of(way));
            for (int i = 0; i < 80; ++i) village.step({.forward = 1, .run = 1});
            const glm::vec2 p = village.ego().position();
            CHECK(std::max(std::abs(p.x), std::abs(p.y)) < kBorderM);
        }
    }
}

TEST_CASE("[Village] a car waits for the ego and is solid") {
    const ModelLibrary library(asset::assets_folder() / "meshes", village_model_names());
    Random random(12);
    VillagePlace place = build_village(random, library);
    Traffic traffic(place, library, random);
    REQUIRE_FALSE(traffic.props().empty());
    const auto flat = [&](std::size_t i) {
        return glm::vec2(traffic.props()[i].position.x, traffic.props()[i].position.z);
    };
    for (int i = 0; i < 20; ++i) traffic.step(place, glm::vec2(500.0f), random);
    const glm::vec2 before = flat(0);
    traffic.step(place, glm::vec2(500.0f), random);
    const glm::vec2 ahead = glm::normalize(flat(0) - before);
    const glm::vec2 ego = flat(0) + ahead * 5.0f;  // in its way
    for (int i = 0; i < 60; ++i) traffic.step(place, ego, random);
    CHECK(glm::distance(flat(0), ego) > 2.3f);
    const auto slide = place.collisions.slide(ego, (flat(0) - ego) * 0.9f,
                                              traffic.props()[0].position.y + 0.15f, 0.35f, 1.6f);
    CHECK(slide.blocked);
    CHECK(glm::distance(slide.position, flat(0)) > 1.0f);
}

TEST_CASE("[Village] no view needs more than ten thousand triangles") {
    for (std::uint64_t seed = 100; seed < 106; ++seed) {
        Trial trial(seed);
        Village& village = trial.village;
        for (const glm::vec2 corner :
             {glm::vec2(-72, -72), glm::vec2(72, -72), glm::vec2(72, 72), glm::vec2(-72, 72)}) {
            village.place_ego(corner, yaw_of(-corner));  // the widest view there is
            village.step({});
            std::size_t triangles = 0;
            for (const auto& instance : village.scene().instances) {
                triangles += village.scene().meshes[instance.mesh].indices.size() / 3;
            }
            CHECK(triangles == village.triangles_in_view());
            CHECK(triangles <= kMaxTrianglesInView);
            CHECK(triangles > 1000);
        }
        const std::uint64_t revision = village.scene().revision;
        for (int i = 0; i < 60; ++i) village.step(village.policy());
        CHECK(village.scene().revision == revision);
    }
}

TEST_CASE("[Village] a prompt changes the look within a few frames") {
    EnvironmentOptions options;
    options.prompt = "noon in a green meadow";
    Trial trial(5, options);
    Village& village = trial.village;
    CHECK(village.prompt() == options.prompt);
    const auto day = village.scene().atmosphere;
    CHECK(village.scene().lamps.empty());
    village.set_prompt("a snowy night");
    village.step({});
    CHECK(village.scene().atmosphere.snow_cover > 0.0f);
    CHECK(village.scene().atmosphere.snow_cover < 0.5f);
    for (int i = 0; i < Village::kBlendFrames; ++i) village.step({});
    const auto& night = village.scene().atmosphere;
    CHECK(night.snow_cover ==
          appearance_of({TimeOfDay::Night, Weather::Snow, Biome::Meadow}).atmosphere.snow_cover);
    CHECK(night.snowfall == 1.0f);
    CHECK(night.sky_light.g < 0.5f * day.sky_light.g);
    CHECK(village.prompt() == "a snowy night");
}

TEST_CASE("[Village] the policy goes about, and shows every kind of movement") {
    Trial trial(21);
    Village& village = trial.village;
    int forward = 0, back = 0, left = 0, right = 0, sideways = 0, up = 0, down = 0, run = 0, collided = 0,
        still = 0;
    glm::vec2 low(1e9f), high(-1e9f);
    constexpr int kFrames = 3000;
    for (int i = 0; i < kFrames; ++i) {
        const Step step = village.step(village.policy());
        const Action& a = step.action;
        forward += a.forward > 0.3f;
        back += a.forward < -0.3f;
        right += a.turn > 0.2f;
        left += a.turn < -0.2f;
        sideways += std::abs(a.sideways) > 0.3f;
        up += a.look > 0.1f;
        down += a.look < -0.1f;
        run += a.run > 0.5f;
        still += a.forward == 0.0f && a.turn == 0.0f && a.sideways == 0.0f;
        collided += step.collided;
        low = glm::min(low, village.ego().position());
        high = glm::max(high, village.ego().position());
    }
    CHECK(forward > kFrames * 0.4);
    CHECK(left > kFrames * 0.08);
    CHECK(right > kFrames * 0.08);
    for (const int count : {back, sideways, up, down, run, still}) CHECK(count > kFrames * 0.01);
    CHECK(collided > 5);
    CHECK(collided < kFrames * 0.15);
    CHECK(glm::length(high - low) > 40.0f);
}

TEST_CASE("[Village] an ego that drives turns only while it moves") {
    EnvironmentOptions options;
    options.drive = true;
    Trial trial(8, options);
    place_in_the_open(trial.village, 8.0f);
    for (int i = 0; i < 10; ++i) trial.village.step({.turn = 1});
    CHECK(trial.village.ego().yaw() == doctest::Approx(0.0f));
    for (int i = 0; i < 15; ++i) trial.village.step({.forward = 1, .turn = 1});
    CHECK(trial.village.ego().yaw() > 0.2f);
}

TEST_CASE("[create_environment] knows its environments and refuses others by name") {
    BlindObserver observer;
    for (const std::string_view name : environment_names()) {
        EnvironmentOptions options;
        options.width = usual_frame_size(name).width;
        options.height = usual_frame_size(name).height;
        const auto environment = create_environment(name, options, observer);
        CHECK(environment->spec().name == name);
        const Step first = environment->reset(1);
        CHECK(first.observation.width == options.width);
        CHECK(first.action == Action{});
        CHECK(environment->spec().segment_names.at(0) == "sky");
    }
    CHECK_THROWS_WITH_AS(create_environment("moon", {}, observer), doctest::Contains("village, maze"),
                         UsageError);
}
