#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>

#include "engine/core/progress.h"

using namespace rv;

namespace {

/// What a bar prints, kept in memory.
struct Capture {
    char* data = nullptr;
    std::size_t size = 0;
    std::FILE* stream = ::open_memstream(&data, &size);
    ~Capture() {
        std::fclose(stream);
        std::free(data);
    }
    std::string text() {
        std::fflush(stream);
        return {data, size};
    }
};

TimePoint at(double seconds) {
    return TimePoint{} + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
}

}  // namespace

TEST_CASE("[ProgressBar] a line says how much, how fast and how long still") {
    const std::string line = format_progress({"collect", "frames", 24000, 12000, 0, 10.0, "4 skipped"}, 10);
    CHECK(line == "collect [#####.....]  50.0 %  12,000/24,000 frames  1200/s  00:10 left  4 skipped");
    CHECK(format_progress({"x", "steps", 0, 1234567, 0, 0, ""}) == "x  1,234,567 steps");
    CHECK(format_duration(59.6) == "01:00");
    CHECK(format_duration(3 * 3600 + 61) == "3:01:01");
    CHECK(format_duration(1e300) == "--:--");
}

TEST_CASE("[ProgressBar] work of an earlier run does not flatter the speed") {
    const std::string line = format_progress({"c", "f", 200, 150, 100, 10.0, ""}, 0);
    CHECK(line.find("5.00/s  00:10 left") != std::string::npos);
}

TEST_CASE("[ProgressBar] without a terminal a line appears about every ten seconds") {
    Capture capture;
    {
        ProgressBar bar("c", "f", 100, {.stream = capture.stream, .is_terminal = 0}, at(0));
        for (int second = 1; second <= 25; ++second)
            bar.update(static_cast<std::uint64_t>(second), at(second));
        bar.finish(at(26));
        bar.finish(at(27));
    }
    const std::string text = capture.text();
    CHECK(std::ranges::count(text, '\n') == 3);
    CHECK(text.find('\r') == std::string::npos);
}

TEST_CASE("[ProgressBar] a terminal's line is redrawn in place and ended") {
    Capture capture;
    {
        ProgressBar bar("c", "f", 100, {.stream = capture.stream, .is_terminal = 1}, at(0));
        for (int i = 1; i <= 100; ++i) bar.update(static_cast<std::uint64_t>(i), at(i * 0.01));
    }
    const std::string text = capture.text();
    CHECK(std::ranges::count(text, '\n') == 1);
    CHECK(text.back() == '\n');
    CHECK(std::ranges::count(text, '\r') >= 9);
    CHECK(std::ranges::count(text, '\r') <= 10);
}
