#include <doctest/doctest.h>

#include <glm/geometric.hpp>
#include <nlohmann/json.hpp>
#include <string>

#include "engine/app/camera_path_file.h"
#include "engine/core/error.h"
#include "tests/support/messages.h"
#include "tests/support/temporary_folder.h"

using namespace rv::app;
using nlohmann::json;
using rv::CameraPose;

using rv::tests::contains;

namespace {

constexpr float kPi = 3.14159265f;
constexpr FilmFormat kFilm{10, 256, 144};
constexpr float kFov = 55 * kPi / 180;

CameraPath example() {
    return CameraPath({{0, CameraPose::from_yaw_pitch({0, 0, 0}, 0, 0)},
                       {1.5, CameraPose::from_yaw_pitch({1, 2, -3}, 0.7f, -0.2f)},
                       {2.1, CameraPose::from_yaw_pitch({4, 1, -3}, 2.5f, 0.1f)}});
}

CameraPathFile parsed(const std::string& text) {
    return parse_camera_path(text, "path.json");
}

std::string message_of(const std::string& text) {
    return rv::tests::message_of([&] { parsed(text); });
}

void check_near(glm::vec3 a, glm::vec3 b) {
    INFO("(", a.x, ", ", a.y, ", ", a.z, ") and (", b.x, ", ", b.y, ", ", b.z, ")");
    CHECK(glm::distance(a, b) < 1e-5f);
}

void check_near(const CameraPose& a, const CameraPose& b) {
    check_near(a.position, b.position);
    check_near(a.forward(), b.forward());
    check_near(a.up(), b.up());
}

}  // namespace

TEST_CASE("[CameraPathFile] nerfstudio's form keeps keys and times") {
    const CameraPath path = example();
    const CameraPathFile file = parsed(to_json(path, kFilm, kFov, CameraPathForm::Nerfstudio));
    CHECK(file.format == kFilm);
    REQUIRE(file.path.keys().size() == 3);
    for (std::size_t i = 0; i < 3; ++i) {
        CHECK(file.path.keys()[i].time_s == doctest::Approx(path.keys()[i].time_s));
        check_near(file.path.keys()[i].pose, path.keys()[i].pose);
    }
}

TEST_CASE("[CameraPathFile] nerfstudio's form says what its viewer says") {
    const json written = json::parse(to_json(example(), kFilm, kFov, CameraPathForm::Nerfstudio));
    CHECK(written["camera_type"] == "perspective");
    CHECK(written["render_width"] == 256);
    CHECK(written["render_height"] == 144);
    CHECK(written["fps"] == 10.0);
    CHECK(written["camera_path"].size() == 22);
    CHECK(written["seconds"] == doctest::Approx(2.2));  // ns-render's rate is frames by seconds
    CHECK(written["keyframes"][0]["override_transition_sec"].is_null());
    CHECK(written["keyframes"][1]["override_transition_sec"] == 1.5);
    CHECK(written["camera_path"][0]["fov"] == doctest::Approx(55));
    CHECK(written["camera_path"][0]["aspect"] == doctest::Approx(16.0 / 9));
    // The camera of frame 0 looks along -z, and its up is y; with z up, it looks along y.
    const json expected = {1, 0, 0, 0, 0, 0, -1, 0, 0, 1, 0, 0, 0, 0, 0, 1};
    for (std::size_t i = 0; i < 16; ++i)
        CHECK(written["camera_path"][0]["camera_to_world"][i].get<float>() == expected[i].get<float>());
}

TEST_CASE("[CameraPathFile] turns a world whose z points up into ours") {
    // Right, up and back of a camera at (1, 2, 3) that looks along x, as columns.
    const CameraPathFile file = parsed(R"({"frames": [{"transform_matrix":
        [[0, 0, -1, 1], [-1, 0, 0, 2], [0, 1, 0, 3], [0, 0, 0, 1]]}]})");
    REQUIRE(file.path.keys().size() == 1);
    const CameraPose& pose = file.path.keys()[0].pose;
    check_near(pose.position, {1, 3, -2});
    check_near(pose.forward(), {1, 0, 0});
    check_near(pose.up(), {0, 1, 0});
    check_near(pose.right(), {0, 0, 1});
}

TEST_CASE("[CameraPathFile] transforms.json has a camera for every frame") {
    const CameraPath path = example();
    const std::string text = to_json(path, kFilm, kFov, CameraPathForm::InstantNgp);
    const json written = json::parse(text);
    CHECK(written["camera_angle_x"] == doctest::Approx(2 * std::atan(std::tan(kFov / 2) * 16 / 9)));
    CHECK(written["fl_x"] == doctest::Approx(72 / std::tan(kFov / 2)));
    CHECK(written["frames"].size() == 22);
    CHECK(written["frames"][3]["file_path"] == "images/00003.png");
    const CameraPathFile file = parsed(text);
    CHECK(file.format == kFilm);
    REQUIRE(file.path.keys().size() == 22);
    CHECK(file.path.duration_s() == doctest::Approx(2.1));
    for (const double t : {0.0, 0.7, 1.5, 2.1}) check_near(file.path.at(t), path.at(t));
}

TEST_CASE("[CameraPathFile] a path without keys, or with the old form of keys, is read from its frames") {
    json written = json::parse(to_json(example(), kFilm, kFov, CameraPathForm::Nerfstudio));
    written["keyframes"] = json::array({{{"matrix", "[1,0,0,0,0,1,0,0,0,0,1,0,0,0,0,1]"}}});
    CHECK(parsed(written.dump()).path.keys().size() == 22);
    written.erase("keyframes");
    CHECK(parsed(written.dump()).path.keys().size() == 22);
}

TEST_CASE("[CameraPathFile] transitions have a usual length, and a cycle comes back") {
    json written = json::parse(to_json(example(), kFilm, kFov, CameraPathForm::Nerfstudio));
    for (json& key : written["keyframes"]) key["override_transition_enabled"] = false;
    CHECK(parsed(written.dump()).path.duration_s() == doctest::Approx(4));  // twice 2 s
    written["is_cycle"] = true;
    const CameraPath cycle = parsed(written.dump()).path;
    CHECK(cycle.duration_s() == doctest::Approx(6));
    check_near(cycle.at(6), cycle.at(0));
    written["is_cycle"] = false;
    written.erase("default_transition_sec");
    written["seconds"] = 3.0;
    CHECK(parsed(written.dump()).path.duration_s() == doctest::Approx(3));
}

TEST_CASE("[CameraPathFile] is named for its form, and lies in a folder that is made") {
    CHECK(form_for("runs/transforms.json") == CameraPathForm::InstantNgp);
    CHECK(form_for("flight.json") == CameraPathForm::Nerfstudio);
    const rv::tests::TemporaryFolder folder;
    const auto file = folder / "paths" / "flight.json";
    write_camera_path(file, example(), kFilm, kFov);
    CHECK(read_camera_path(file).path.keys().size() == 3);
}

TEST_CASE("[CameraPathFile] what makes no sense is refused in one sentence") {
    CHECK(contains(message_of("{"), "path.json: is no JSON"));
    CHECK(contains(message_of("[]"), "holds no camera path"));
    CHECK(contains(message_of("{}"), "has no cameras"));
    CHECK(contains(message_of(R"({"frames": 3})"), "frames must be a list"));
    CHECK(contains(message_of(R"({"frames": [3]})"), "list of objects"));
    CHECK(contains(message_of(R"({"frames": [{}]})"), "transform_matrix of camera 1 must be a matrix"));
    CHECK(contains(message_of(R"({"frames": [{"transform_matrix": [1, 2, 3]}]})"), "four rows"));
    const std::string mirrored = R"({"frames": [{"transform_matrix": [[-1,0,0,0],[0,1,0,0],[0,0,1,0]]}]})";
    CHECK(contains(message_of(mirrored), "no rotation and place"));
    CHECK(contains(message_of(R"({"fps": -1, "frames": []})"), "fps is -1"));
    CHECK(contains(message_of(R"({"fps": "fast", "frames": []})"), "fps must be a number"));
    CHECK_THROWS_AS(read_camera_path("no/such.json"), rv::FileError);
}
