#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

#include "engine/app/camera_director.h"
#include "tests/support/temporary_folder.h"

using namespace rv::app;
using rv::CameraPose;
using rv::ui::CameraIntents;
using rv::ui::ToastKind;

namespace {

struct Set {
    Set() {
        rv::world_model::WorldInfo info;
        info.width = 256;
        info.height = 144;
        info.has_pose = true;
        info.intrinsics = rv::Intrinsics::from_vertical_fov(256, 144, 1);
        status.world = std::make_shared<const rv::world_model::WorldInfo>(info);
    }
    void add_key_at(float z) {
        status.pose.position.z = z;
        director.add_key(status);
    }
    void ask(const CameraIntents& intents) { director.obey(intents, status); }
    /// The request that was posted, if it is one of this kind.
    template <class Kind>
    std::optional<Kind> posted() {
        auto request = control.take_request();
        if (!request || !std::holds_alternative<Kind>(*request)) return std::nullopt;
        return std::get<Kind>(*request);
    }

    Control control;
    std::vector<std::string> told;
    CameraDirector director{control,
                            [this](ToastKind, std::string text) { told.push_back(std::move(text)); }};
    GenerationStatus status;
};

}  // namespace

TEST_CASE_FIXTURE(Set, "[CameraDirector] collects keys where the camera is, and shows them") {
    add_key_at(0);
    add_key_at(-3);
    const rv::ui::CameraState state = director.update(status);
    REQUIRE(state.keys.size() == 2);
    CHECK(state.keys[1].time_s == doctest::Approx(2));
    CHECK(state.keys[1].pose.position.z == -3);
    CHECK(state.path.size() == 31);
    CHECK(state.film_fps == 15);
    CHECK(state.film_width == 256);
    CHECK(told == std::vector<std::string>{"Key 1 of the camera path", "Key 2 of the camera path"});
}

TEST_CASE_FIXTURE(Set, "[CameraDirector] retimes, removes and clears") {
    for (const float z : {0.0f, -3.0f, -6.0f}) add_key_at(z);
    CameraIntents intents;
    intents.retime = {1, 3.0};
    ask(intents);
    CHECK(director.path().duration_s() == doctest::Approx(5));
    intents = {};
    intents.duration_s = 10;
    ask(intents);
    CHECK(director.update(status).keys[1].time_s == doctest::Approx(6));
    intents = {};
    intents.remove = 0;
    ask(intents);
    CHECK(director.update(status).keys.size() == 2);
    intents.remove = 7;  // a key that is no more
    ask(intents);
    CHECK(director.path().keys().size() == 2);
    intents = {};
    intents.clear = true;
    ask(intents);
    CHECK(director.update(status).keys.empty());
}

TEST_CASE_FIXTURE(Set, "[CameraDirector] puts the free camera at a key") {
    add_key_at(-3);
    CameraIntents intents;
    intents.go_to = 0;
    ask(intents);
    CHECK(control.free_camera());
    const auto request = posted<PlaceCameraRequest>();
    REQUIRE(request);
    CHECK(request->pose.position.z == -3);
}

TEST_CASE_FIXTURE(
    Set, "[CameraDirector] films with the prompt and the steps in force, and tells when it is done") {
    add_key_at(0);
    add_key_at(-3);
    control.set_prompt("dusk");
    status.sampler_steps = 4;
    CameraIntents intents;
    intents.look = {30, 512};
    intents.toggle_film = true;
    ask(intents);
    const auto request = posted<FilmRequest>();
    REQUIRE(request);
    CHECK(request->film.format == FilmFormat{30, 512, 0});
    CHECK(request->film.path.keys().size() == 2);
    CHECK(request->film.prompt == "dusk");
    CHECK(request->film.sampler_steps == 4);

    status.film = FilmStatus{"films/a.mp4", 7, 61, false, 0.1};
    CHECK(director.update(status).film->frames == 7);
    director.toggle_film(status);
    CHECK(posted<StopFilmRequest>());
    director.add_key(status);  // the camera belongs to the film
    CHECK(director.path().keys().size() == 2);
    status.film.reset();
    status.last_film = "films/a.mp4";
    CHECK_FALSE(director.update(status).film);
    CHECK(told.back() == "Filmed films/a.mp4");
}

TEST_CASE_FIXTURE(Set,
                  "[CameraDirector] takes paths out of files and puts them there, and says what went wrong") {
    const rv::tests::TemporaryFolder folder;
    const std::string file = folder / "path.json";
    add_key_at(0);
    add_key_at(-3);
    CameraIntents intents;
    intents.look = {24, 640};
    intents.export_to = file;
    ask(intents);
    CHECK(told.back() == "Wrote " + file);
    intents = {};
    intents.clear = true;
    intents.import_from = file;
    ask(intents);
    CHECK(told.back() == "2 keys from " + file);
    CHECK(director.path().duration_s() == doctest::Approx(2));
    CHECK(director.update(status).film_fps == 24);
    intents.import_from = "no/such.json";
    intents.clear = false;
    ask(intents);
    CHECK(told.back().find("no/such.json") != std::string::npos);
    CHECK(director.path().keys().size() == 2);
}

TEST_CASE_FIXTURE(Set, "[CameraDirector] a world without a camera has no path") {
    auto info = *status.world;
    info.has_pose = false;
    status.world = std::make_shared<const rv::world_model::WorldInfo>(info);
    add_key_at(0);
    CHECK(director.path().empty());
    CHECK(told.back() == "This world follows no camera");
}
