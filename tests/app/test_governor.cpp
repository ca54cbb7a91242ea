#include <doctest/doctest.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "engine/app/governor.h"
#include "engine/simulator/random.h"

using namespace rv::app;
using rv::TimePoint;

namespace {

constexpr double kDeadlineMs = 66;
constexpr int kUsual = 3, kMost = 8;

/// A machine and a world, played frame by frame in a time of their own.
struct Machine {
    double rest_ms = 20, sampler_step_ms = 10;
    double load = 1;     ///< makes everything slower
    double waver = 0;    ///< share by which a frame may be faster or slower than the last
    double hang_ms = 0;  ///< added to the next frame only
    double told = 1;     ///< share of the sampling that is told as such

    Machine() { start(kDeadlineMs); }
    void start(double deadline_ms) {
        governor.begin(kUsual, kMost);
        governor.set_deadline_ms(deadline_ms);
    }
    /// How long that many sampler steps take, without chance.
    [[nodiscard]] double ms(int steps) const { return load * (rest_ms + steps * sampler_step_ms); }

    void play(int frames) {
        for (int i = 0; i < frames; ++i) {
            const int steps = governor.steps(0);
            const double luck = 1 + waver * static_cast<double>(random.uniform(-1, 1));
            const double took = ms(steps) * luck + std::exchange(hang_ms, 0);
            now += std::chrono::duration_cast<rv::Clock::duration>(
                std::chrono::duration<double, std::milli>(std::max(took, kDeadlineMs)));
            governor.add({took, told * load * luck * steps * sampler_step_ms}, now);
            used.push_back(steps);
            took_ms.push_back(took);
        }
    }
    [[nodiscard]] int changes_since(std::size_t frame) const {
        int changes = 0;
        for (std::size_t i = std::max<std::size_t>(frame, 1); i < used.size(); ++i)
            changes += used[i] != used[i - 1];
        return changes;
    }
    [[nodiscard]] double longest_since(std::size_t frame) const {
        return *std::max_element(took_ms.begin() + static_cast<std::ptrdiff_t>(frame), took_ms.end());
    }

    Governor governor;
    TimePoint now{};
    rv::simulator::Random random{5};
    std::vector<int> used;
    std::vector<double> took_ms;
};

constexpr int kOneSecond = 15;  // frames

}  // namespace

TEST_CASE("[Governor] switched off gives back what was asked for") {
    Governor governor;
    governor.begin(kUsual, kMost);
    for (const int asked : {0, 1, 5, 100}) {
        CHECK(governor.steps(asked) == asked);
        governor.add({1000, 900}, TimePoint{});
    }
    CHECK_FALSE(governor.active());
}

TEST_CASE("[Governor] begins with what was asked for, within what the world can do") {
    Governor governor;
    governor.begin(kUsual, kMost);
    governor.set_deadline_ms(kDeadlineMs);
    CHECK(governor.steps(0) == kUsual);
    CHECK(governor.steps(5) == kUsual);  // it decides now
    governor.set_deadline_ms(0);
    CHECK(governor.steps(5) == 5);
    governor.set_deadline_ms(kDeadlineMs);
    CHECK(governor.steps(100) == kMost);
}

TEST_CASE("[Governor] holds the deadline when the load rises") {
    Machine machine;
    machine.waver = 0.05;
    machine.play(10 * kOneSecond);
    CHECK(machine.used.back() == 3);  // four would take 60 ms: too near
    CHECK(machine.changes_since(0) == 0);
    machine.load = 1.8;  // three take 90 ms, two 72, one 54
    machine.play(kOneSecond);
    const std::size_t adapted = machine.used.size();
    machine.play(60 * kOneSecond);
    CHECK(machine.used.back() == 1);
    CHECK(machine.longest_since(adapted) <= kDeadlineMs);
}

TEST_CASE("[Governor] returns to finer frames when the load falls, one step at a time") {
    Machine machine;
    machine.load = 2;
    machine.play(10 * kOneSecond);
    CHECK(machine.used.back() == 1);
    machine.load = 1;
    const std::size_t fell = machine.used.size();
    machine.play(5 * kOneSecond);
    CHECK(machine.used.back() == 3);
    for (std::size_t i = fell; i < machine.used.size(); ++i)
        CHECK(machine.used[i] - machine.used[i - 1] <= 1);
    CHECK(machine.longest_since(fell) <= kDeadlineMs);
}

TEST_CASE("[Governor] a sudden heavy load is met within a second") {
    Machine machine;
    machine.sampler_step_ms = 4;
    machine.play(20 * kOneSecond);
    CHECK(machine.used.back() == kMost);
    machine.sampler_step_ms = 30;  // eight would take 260 ms, one 50
    machine.play(kOneSecond);
    CHECK(machine.used.back() == 1);
}

TEST_CASE("[Governor] does not waver under a steady load, however heavy") {
    for (double load = 0.2; load < 4; load *= 1.03) {
        CAPTURE(load);
        Machine machine;
        machine.load = load;
        machine.waver = 0.1;
        machine.play(30 * kOneSecond);
        const std::size_t settled = machine.used.size();
        machine.play(120 * kOneSecond);
        CHECK(machine.changes_since(settled) <= 1);
        if (machine.ms(1) <= 0.9 * kDeadlineMs) CHECK(machine.ms(machine.used.back()) <= kDeadlineMs);
    }
}

TEST_CASE("[Governor] stays between one and what the world can do") {
    Machine fast;
    fast.load = 0.01;
    fast.play(60 * kOneSecond);
    CHECK(fast.used.back() == kMost);
    Machine slow;
    slow.load = 100;
    slow.play(60 * kOneSecond);
    CHECK(slow.used.back() == 1);
    for (const Machine* machine : {&fast, &slow}) {
        CHECK(*std::ranges::min_element(machine->used) >= 1);
        CHECK(*std::ranges::max_element(machine->used) <= kMost);
    }
}

TEST_CASE("[Governor] a hanging frame or two, and the first ones of a world, change nothing") {
    Machine machine;
    machine.hang_ms = 2000;  // the first frame prepares the kernels
    machine.play(10 * kOneSecond);
    for (int i = 0; i < 5; ++i) {
        machine.hang_ms = 500;
        machine.play(1);
        machine.hang_ms = 500;
        machine.play(10 * kOneSecond);
    }
    CHECK(machine.changes_since(0) == 0);
}

TEST_CASE("[Governor] makes the same mistake more and more rarely") {
    Machine machine;
    machine.rest_ms = 10;
    machine.sampler_step_ms = 15;  // three take 55 ms, four 70
    machine.told = 0.05;           // so four seem to take hardly more than three
    machine.start(72);
    machine.play(600 * kOneSecond);
    const auto raises = std::ranges::count(machine.used, 4);
    CHECK(machine.changes_since(0) < 60);
    CHECK(static_cast<double>(raises) < 0.04 * static_cast<double>(machine.used.size()));
}

TEST_CASE("[Governor] a world that does not tell what its sampling takes is taken to be nothing else") {
    Governor governor;
    governor.begin(2, 4);
    governor.set_deadline_ms(50);
    TimePoint now{};
    for (int i = 0; i < 100; ++i) {
        const int steps = governor.steps(0);
        now += std::chrono::milliseconds(50);
        governor.add({steps * 15.0, 0}, now);
    }
    CHECK(governor.steps(0) == 2);  // three would take 45 ms: above the band
    for (int i = 0; i < 100; ++i) {
        now += std::chrono::milliseconds(50);
        governor.add({governor.steps(0) * 9.0, 0}, now);
    }
    CHECK(governor.steps(0) == 4);
}

TEST_CASE("[Governor] obeys a new deadline") {
    Machine machine;
    machine.play(5 * kOneSecond);
    machine.governor.set_deadline_ms(200);
    machine.play(20 * kOneSecond);
    CHECK(machine.used.back() == kMost);  // 100 ms
    machine.governor.set_deadline_ms(45);
    machine.play(kOneSecond);
    CHECK(machine.used.back() == 2);
}
