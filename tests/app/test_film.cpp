#include <doctest/doctest.h>

#include <vector>

#include "engine/app/film.h"
#include "engine/core/error.h"
#include "engine/video/video_reader.h"
#include "tests/app/hash_world.h"
#include "tests/support/temporary_folder.h"

using namespace rv::app;
using rv::CameraPose;
using rv::tests::TemporaryFolder;

namespace {

CameraPose at_z(float z) {
    return {{0, 0, z}, {1, 0, 0, 0}};
}

struct Studio {
    std::shared_ptr<hash_world::Probe> probe = std::make_shared<hash_world::Probe>();
    std::unique_ptr<rv::world_model::World> world;
    TemporaryFolder folder;
    FilmOptions options;

    Studio() {
        probe->frame_rate = 10;
        probe->width = 32;
        world = hash_world::create(probe);
        options.path = CameraPath({{0, at_z(0)}, {2, at_z(-3)}});
        options.video = folder / "films" / "walk.mp4";
        options.prompt = "dusk";
        options.sampler_steps = 5;
    }
    FilmStatus shoot() {
        Film film(options, world->start({}), world->info());
        while (film.step()) continue;
        return film.status();
    }
    int frames_in_video() {
        rv::video::VideoReader reader(options.video);
        std::vector<std::uint8_t> rgb(reader.rgb_bytes());
        int frames = 0;
        while (reader.read(rgb)) ++frames;
        return frames;
    }
};

}  // namespace

TEST_CASE_FIXTURE(Studio, "[Film] follows the path, a generated frame for each of the video") {
    const FilmStatus status = shoot();
    CHECK(status.frames == 21);
    CHECK(status.frame_count == 21);
    CHECK(status.progress == 1);
    REQUIRE(probe->steps.size() == 21);
    for (std::size_t i = 0; i < 21; ++i) {
        REQUIRE(probe->steps[i].pose);
        CHECK(probe->steps[i].pose->position.z == doctest::Approx(-0.15 * static_cast<double>(i)));
        CHECK(probe->prompts[i] == "dusk");
        CHECK(probe->steps[i].sampler_steps == 5);
        CHECK(probe->steps[i].action == rv::Action{});
    }
    rv::video::VideoReader reader(options.video);
    CHECK(reader.width() == 32);
    CHECK(reader.height() == 8);
    CHECK(reader.frame_rate() == rv::video::Rational{10, 1});
    CHECK(frames_in_video() == 21);
}

TEST_CASE_FIXTURE(Studio,
                  "[Film] at another rate the camera keeps its speed, and the picture its proportions") {
    options.format = {25, 100, 100};
    CHECK(shoot().frames == 51);
    CHECK(probe->steps[25].pose->position.z == doctest::Approx(-1.5));
    rv::video::VideoReader reader(options.video);
    CHECK(reader.width() == 100);
    CHECK(reader.height() == 26);  // 25, and H.264 wants even numbers
    CHECK(reader.frame_rate().value() == doctest::Approx(25));
    CHECK(frames_in_video() == 51);
}

TEST_CASE_FIXTURE(Studio, "[Film] flies to the path's beginning first, and does not film that") {
    options.path = CameraPath({{0, at_z(-3)}, {1, at_z(-4)}});
    Film film(options, world->start({}), world->info());
    CHECK(film.status().travelling);
    CHECK(film.step());
    CHECK(probe->steps[0].pose->position.z == doctest::Approx(-0.15));  // 1.5 m/s at the world's 10 frames/s
    CHECK(film.status().frames == 0);
    while (film.step()) continue;
    CHECK(probe->steps.size() == 19 + 11);
    CHECK(film.status().frames == 11);
    CHECK(frames_in_video() == 11);
}

TEST_CASE_FIXTURE(Studio, "[Film] ends early where it is told to, and the video plays") {
    {
        Film film(options, world->start({}), world->info());
        for (int i = 0; i < 5; ++i) CHECK(film.step());
        CHECK(film.status().progress == doctest::Approx(5.0 / 21));
        film.finish();
    }
    CHECK(frames_in_video() == 5);
}

TEST_CASE_FIXTURE(Studio, "[Film] refuses an empty path and a size that makes no sense") {
    options.format.width = 5;
    CHECK_THROWS_AS(shoot(), rv::UsageError);
    options.format = {1000, 0, 0};
    CHECK_THROWS_AS(shoot(), rv::UsageError);
    options.format = {};
    options.path = {};
    CHECK_THROWS_WITH_AS(shoot(), "the camera path has no keys", rv::UsageError);
}

TEST_CASE("[FilmFormat] fills in what is open, and keeps the world's proportions") {
    rv::world_model::WorldInfo info;
    info.width = 256;
    info.height = 144;
    info.frame_rate = 15;
    CHECK(completed({}, info) == FilmFormat{15, 256, 144});
    CHECK(completed({24, 1280, 0}, info) == FilmFormat{24, 1280, 720});
    CHECK(completed({0, 0, 288}, info) == FilmFormat{15, 512, 288});
    CHECK(completed({0, 1920, 288}, info) == FilmFormat{15, 512, 288});
    CHECK(completed({0, 100, 900}, info) == FilmFormat{15, 100, 56});
}
