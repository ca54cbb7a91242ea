#include <doctest/doctest.h>

#include <cmath>
#include <fstream>
#include <sstream>

#include "engine/app/session.h"
#include "engine/core/error.h"
#include "tests/support/messages.h"
#include "tests/support/temporary_folder.h"

using rv::tests::TemporaryFolder;
using namespace rv::app;

using rv::tests::contains;

namespace {

SessionStart example_start() {
    SessionStart start;
    start.world = "village";
    start.world_digest = "abc";
    start.start = {0xFFFF'FFFF'FFFF'FFFFull, 3, "noon, \"clear\"\n"};
    start.frame = 0;
    start.device = "cpu";
    start.device_name = "CPU";
    start.threads = 2;
    start.sampler_steps = 3;
    start.frame_rate = 15;
    start.width = 128;
    start.height = 72;
    start.digest = 0x0123456789ABCDEFull;
    start.program = "0.1.0";
    start.date = "2026-01-02T03:04:05Z";
    return start;
}

SessionFrame example_frame(std::uint64_t index) {
    SessionFrame frame;
    frame.frame = index;
    frame.action = {.forward = 0.1f, .sideways = -1.0f / 3.0f, .turn = 1e-7f, .look = 0, .run = 1, .jump = 0};
    frame.prompt = index < 3 ? "noon, \"clear\"\n" : "snowy night";
    frame.sampler_steps = index < 2 ? 3 : 1;
    frame.pose.position = {0.1f, -2.7f, std::nextafter(1.0f, 2.0f)};
    if (index == 2) frame.pose_override = frame.pose;
    frame.digest = 0xF000'0000'0000'0000ull + index;
    return frame;
}

std::string written(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

std::string example_text() {
    const TemporaryFolder folder;
    const auto file = folder.path() / "a.session.jsonl";
    SessionWriter writer(file);
    writer.begin(example_start());
    for (std::uint64_t i = 1; i <= 4; ++i) writer.add(example_frame(i));
    return written(file);
}

Session parsed(const std::string& text) {
    std::istringstream stream(text);
    return read_session(stream, "a.jsonl");
}

std::string message_of(const std::string& text) {
    return rv::tests::message_of([&] { parsed(text); });
}

}  // namespace

TEST_CASE("[Session] comes back as it was written, to the bit") {
    const Session session = parsed(example_text());
    CHECK(session.note.empty());
    REQUIRE(session.parts.size() == 1);
    CHECK(session.parts[0].start == example_start());
    REQUIRE(session.parts[0].frames.size() == 4);
    CHECK(session.frame_count() == 5);
    for (std::uint64_t i = 1; i <= 4; ++i) {
        const SessionFrame expected = example_frame(i);
        const SessionFrame& frame = session.parts[0].frames[i - 1];
        CHECK(frame.frame == i);
        CHECK(frame.action == expected.action);
        CHECK(frame.prompt == expected.prompt);
        CHECK(frame.sampler_steps == expected.sampler_steps);
        CHECK(frame.pose.position == expected.pose.position);
        CHECK(frame.pose_override.has_value() == (i == 2));
        CHECK(frame.digest == expected.digest);
    }
}

TEST_CASE("[Session] notes a fade while it lasts, and the guidance when it changes") {
    const TemporaryFolder folder;
    const std::filesystem::path file = folder / "fade.session.jsonl";
    std::vector<SessionFrame> frames;
    {
        SessionWriter writer(file);
        writer.begin(example_start());
        for (std::uint64_t i = 1; i <= 4; ++i) {
            SessionFrame frame = example_frame(i);
            if (i == 2) frame.fade = {"a \"prompt\" before", 1.0 / 3};
            if (i >= 3) frame.guidance = 2.5;
            writer.add(frame);
            frames.push_back(frame);
        }
    }
    const Session session = read_session(file);
    CHECK(session.parts[0].frames == frames);
    std::istringstream lines(written(file));
    std::string faded, guided;
    for (std::string line; std::getline(lines, line);) {
        faded += contains(line, "\"fade\"") ? '1' : '0';
        guided += contains(line, "\"guidance\"") ? '1' : '0';
    }
    CHECK(faded == "00100");
    CHECK(guided == "00010");
}

TEST_CASE("[Session] repeats prompt and sampler steps only when they change") {
    std::istringstream lines(example_text());
    std::vector<bool> prompt, steps;
    for (std::string line; std::getline(lines, line);) {
        prompt.push_back(contains(line, "\"prompt\""));
        steps.push_back(contains(line, "\"sampler_steps\""));
    }
    CHECK(prompt == std::vector<bool>{true, false, false, true, false});
    CHECK(steps == std::vector<bool>{true, false, true, false, false});
}

TEST_CASE("[Session] every line is on the disk as soon as it is written") {
    const TemporaryFolder folder;
    const auto file = folder.path() / "a.jsonl";
    SessionWriter writer(file);
    writer.begin(example_start());
    writer.add(example_frame(1));
    CHECK(read_session(file).parts[0].frames.size() == 1);
    writer.add(example_frame(2));
    CHECK(read_session(file).parts[0].frames.size() == 2);
}

TEST_CASE("[Session] of a killed process is read up to its cut line, with a note") {
    const std::string text = example_text();
    const std::size_t last_line = text.rfind('\n', text.size() - 2) + 1;
    for (std::size_t size = last_line + 1; size < text.size() - 1; ++size) {
        const Session session = parsed(text.substr(0, size));
        CHECK(session.parts[0].frames.size() == 3);
        CHECK(contains(session.note, "line 5"));
    }
    CHECK(parsed(text.substr(0, last_line)).note.empty());
    // Only the line break is missing: the line is whole.
    CHECK(parsed(text.substr(0, text.size() - 1)).parts[0].frames.size() == 4);
}

TEST_CASE("[Session] holds every reset as a part of its own") {
    const TemporaryFolder folder;
    const auto file = folder.path() / "a.jsonl";
    SessionWriter writer(file);
    writer.begin(example_start());
    writer.add(example_frame(1));
    SessionStart again = example_start();
    again.frame = 41;
    again.state = "a.state0.safetensors";
    writer.begin(again);
    writer.add(example_frame(42));
    const Session session = read_session(file);
    REQUIRE(session.parts.size() == 2);
    CHECK(session.parts[1].start == again);
    CHECK(session.parts[1].frames[0].frame == 42);
    CHECK(session.frame_count() == 4);
}

TEST_CASE("[Session] refuses damaged and foreign files with the line") {
    const std::string text = example_text();
    const std::size_t second = text.find('\n') + 1;
    CHECK(contains(message_of(""), "holds no session"));
    CHECK(contains(message_of("hello\n"), "line 1"));
    CHECK(contains(message_of("{\"a\":1}\n"), "reverie-session"));
    CHECK(contains(message_of("[1]\n"), "line 1"));
    CHECK(contains(message_of(text.substr(second)), "line 1"));  // no first line
    std::string damaged = text;
    damaged[second] = '#';
    CHECK(contains(message_of(damaged), "line 2"));
    std::string later = text;
    later.replace(later.find("\"version\":1"), 11, "\"version\":9");
    CHECK(contains(message_of(later), "version 9"));
    std::string gap = text;
    gap.replace(gap.find("\"frame\":2"), 9, "\"frame\":7");
    CHECK(contains(message_of(gap), "frame 7"));
    CHECK_THROWS_AS(read_session("no/such.jsonl"), rv::FileError);
    CHECK_THROWS_AS(SessionWriter("no/such/folder/a.jsonl"), rv::FileError);
}

TEST_CASE("[Session] a full disk is an error, not silence") {
    if (!std::filesystem::exists("/dev/full")) return;
    SessionWriter writer("/dev/full");
    CHECK_THROWS_AS(writer.begin(example_start()), rv::FileError);
}

TEST_CASE("[Session] knows its devices") {
    CHECK(device_from("cuda") == rv::world_model::DeviceKind::Cuda);
    CHECK(name_of(device_from("cpu")) == "cpu");
    CHECK_THROWS_AS(device_from("tpu"), rv::UsageError);
}

TEST_CASE("[Session] remembers the buttons of a world, and old sessions hold none") {
    const TemporaryFolder folder;
    const auto file = folder.path() / "a.session.jsonl";
    SessionFrame held = example_frame(1);
    held.action.buttons = 0b1010;
    {
        SessionWriter writer(file);
        writer.begin(example_start());
        writer.add(held);
        writer.add(example_frame(2));
    }
    const Session session = read_session(file);
    CHECK(session.parts[0].frames[0].action.buttons == 0b1010);
    CHECK(session.parts[0].frames[1].action.buttons == 0);
    CHECK_FALSE(contains(written(file).substr(written(file).rfind("\"frame\":2")), "buttons"));
}
