#include "tests/window/desk.h"

#include <doctest/doctest.h>

#include <chrono>
#include <cstdlib>
#include <thread>

#include "engine/core/log.h"

namespace rv::tests {

using namespace std::chrono_literals;

void ValidationCounter::sink_it_(const spdlog::details::log_msg& message) {
    const std::string_view text(message.payload.data(), message.payload.size());
    if (text.find("Vulkan validation") != std::string_view::npos) ++messages;
}

Desk::Desk()
    : display(1280, 720),
      home_(std::filesystem::temp_directory_path() / ("reverie-desk-" + std::to_string(getpid()))) {
    setenv("XDG_CONFIG_HOME", home_.c_str(), 1);
    setenv("REVERIE_VALIDATION", "1", 1);
    counter_ = std::make_shared<ValidationCounter>();
    spdlog::default_logger()->sinks().push_back(counter_);
}

Desk::~Desk() {
    auto& sinks = spdlog::default_logger()->sinks();
    std::erase(sinks, std::static_pointer_cast<spdlog::sinks::sink>(counter_));
    std::error_code ignored;
    std::filesystem::remove_all(home_, ignored);
}

int Desk::run(app::ApplicationOptions options, const app::WorldSource& source,
              const std::function<void()>& act) {
    if (!options.seconds) options.seconds = 60;  // if nobody ends it
    std::jthread person([&] {
        display.xdotool("search --sync --name Reverie windowfocus");
        act();
    });
    return app::run_application(options, source);
}

void Desk::press(const std::string& key) const {
    CHECK(display.xdotool("key " + key));
}

void Desk::click(int x, int y) const {
    CHECK(display.xdotool("mousemove " + std::to_string(x) + " " + std::to_string(y) +
                          " sleep 0.2 mousedown 1 sleep 0.2 mouseup 1 sleep 0.2"));
}

bool eventually(const std::function<bool()>& condition) {
    for (int i = 0; i < 2000; ++i) {
        if (condition()) return true;
        std::this_thread::sleep_for(10ms);
    }
    return false;
}

double difference(const asset::Image& a, const asset::Image& b) {
    REQUIRE(a.width == b.width);
    double sum = 0;
    int count = 0;
    for (int y = 40; y < 560; ++y) {
        for (int x = 340; x < 940; ++x) {
            const std::size_t i = (static_cast<std::size_t>(y) * static_cast<std::size_t>(a.width) +
                                   static_cast<std::size_t>(x)) *
                                  4;
            for (std::size_t c = 0; c < 3; ++c, ++count)
                sum += std::abs(int(a.rgba[i + c]) - int(b.rgba[i + c]));
        }
    }
    return sum / count;
}

double brightness(const asset::Image& image) {
    asset::Image black = image;
    std::ranges::fill(black.rgba, std::uint8_t{0});
    return difference(image, black);
}

bool screen_shows(const Desk& desk, const std::filesystem::path& file,
                  const std::function<bool(const asset::Image&)>& wanted) {
    for (int i = 0; i < 40; ++i) {
        if (desk.display.save_screen(file) && wanted(asset::load_image(file))) return true;
        std::this_thread::sleep_for(100ms);
    }
    return false;
}

bool screen_rests(const Desk& desk, const std::filesystem::path& file) {
    asset::Image before;
    return screen_shows(desk, file, [&](const asset::Image& now) {
        std::this_thread::sleep_for(400ms);
        const bool rests = before.width == now.width && difference(before, now) < 0.1;
        before = now;
        return rests;
    });
}

app::ApplicationOptions garden_options() {
    app::ApplicationOptions options;
    options.world = "worlds/garden";
    options.open.threads = 1;
    return options;
}

}  // namespace rv::tests
