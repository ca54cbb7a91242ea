#include <doctest/doctest.h>

#include <chrono>
#include <thread>

#include "engine/video/video_reader.h"
#include "tests/support/temporary_folder.h"
#include "tests/window/desk.h"
#include "tests/window/garden_world.h"

using namespace rv;
using namespace rv::tests;
using namespace std::chrono_literals;

namespace {

asset::Image last_picture(const std::filesystem::path& file, int& count) {
    video::VideoReader reader(file);
    asset::Image image;
    image.width = reader.width();
    image.height = reader.height();
    image.rgba.resize(reader.rgba_bytes());
    count = 0;
    while (reader.read(image.rgba)) ++count;
    return image;
}

/// Mean brightness of a part, 0 to 255.
double brightness_in(const asset::Image& image, int left, int top, int width, int height) {
    double sum = 0;
    for (int y = top; y < top + height; ++y)
        for (int x = left; x < left + width; ++x)
            for (int c = 0; c < 3; ++c)
                sum += image.rgba[(static_cast<std::size_t>(y) * static_cast<std::size_t>(image.width) +
                                   static_cast<std::size_t>(x)) *
                                      4 +
                                  static_cast<std::size_t>(c)];
    return sum / (3.0 * width * height);
}

}  // namespace

TEST_CASE("[WindowRecorder] the video shows what the window showed, panels and all") {
    Desk desk;
    auto probe = std::make_shared<GardenProbe>();
    const std::filesystem::path file = "artifacts/recorded_window.mp4";
    std::filesystem::remove(file);
    app::ApplicationOptions options = garden_options();
    options.record = {.video = file, .codec = "libx264", .quality = 16, .with_interface = true};
    const int status = desk.run(options, garden_source(probe), [&] {
        CHECK(eventually([&] { return probe->frames >= 25; }));
        CHECK(desk.display.save_screen("artifacts/recording_with_interface.png"));
        desk.press("F5");
        CHECK(eventually(
            [&] { return std::filesystem::exists(file) && std::filesystem::file_size(file) > 10'000; }));
        std::this_thread::sleep_for(700ms);
        CHECK(desk.display.save_screen("artifacts/recording_finished.png"));
        desk.press("F10");
    });
    CHECK(status == 0);
    CHECK(desk.validation_messages() == 0);

    int frames = 0;
    const asset::Image recorded = last_picture(file, frames);
    CHECK(frames > 5);
    CHECK(recorded.width == 1280);
    CHECK(recorded.height == 720);
    CHECK(brightness(recorded) > 90);                        // the garden in the middle
    CHECK(brightness_in(recorded, 30, 60, 260, 200) < 70);   // the panel on the left
    CHECK(brightness_in(recorded, 400, 700, 500, 15) < 70);  // the bar below
    CHECK(difference(recorded, asset::load_image("artifacts/recording_with_interface.png")) < 40);
    CHECK(video::VideoReader(file).metadata("program").starts_with("Reverie "));
    CHECK(std::filesystem::exists("artifacts/recorded_window.session.jsonl"));
}

TEST_CASE("[WindowRecorder] a codec that is not there is told, and leaves no file behind") {
    Desk desk;
    const TemporaryFolder folder;
    auto probe = std::make_shared<GardenProbe>();
    app::ApplicationOptions options = garden_options();
    options.record = {.video = folder / "walk.mp4", .codec = "nonsense", .with_interface = true};
    CHECK(desk.run(options, garden_source(probe), [&] {
        CHECK(eventually([&] { return probe->frames >= 30; }));
        CHECK(desk.display.save_screen("artifacts/recording_refused.png"));
        desk.press("F10");
    }) == 0);
    CHECK(std::filesystem::is_empty(folder.path()));
}
