#include <doctest/doctest.h>
#include <torch/torch.h>

#include <algorithm>

#include "tests/world_model/walled_world.h"
#include "world_model/condition/device_memory.h"
#include "world_model/condition/pose_tensor.h"

using namespace rv;
using namespace rv::world_model;
using namespace rv::tests;

namespace {

DeviceMemory memory_of_walls(bool shown = true) {
    return {kWalledCamera, shown ? kWalledEnlarges : 0, torch::kCPU};
}

DeviceFrame device_frame(const PosedFrame& frame) {
    return {frame.frame, frame.inverse_depth, frame.shown, pose_tensor(frame.pose),
            torch::tensor({frame.time})};
}

std::vector<int64_t> times(const std::vector<PosedFrame>& frames) {
    std::vector<int64_t> times;
    for (const PosedFrame& frame : frames) times.push_back(frame.time);
    return times;
}

// Both memories along one walk, with what they did differently.
struct Companions {
    SpatialMemory host;
    DeviceMemory device;
    CameraPose pose;
    int64_t time = 0;
    double largest = 0;  // difference between what they draw
    int64_t other_choices = 0, other_frames = 0, let_go = 0, full_views = 0;

    void step(std::string_view prompt, bool fading, bool shown) {
        const PosedFrame newest = walled_frame(pose, time, shown);
        const CameraPose target = walked_on(pose, time + 1);
        const bool changed = prompt != host.state().prompt || fading;
        host.follow_prompt(prompt, time, fading);
        device.follow_prompt(torch::tensor({changed ? 1 : 0}, torch::kInt32), torch::tensor({time}));
        draw(newest, target);
        keep(newest);
        pose = target;
        ++time;
    }

  private:
    void draw(const PosedFrame& newest, const CameraPose& target) {
        const Reprojected seen = host.view(newest, target, kWalledCamera);
        const DeviceView& view = device.view(device_frame(newest), pose_tensor(target));
        compare(seen.frame, view.frame);
        compare(seen.validity, view.validity);
        if (seen.shown.defined()) compare(seen.shown, view.shown);
        std::vector<int64_t> chosen;
        for (const PosedFrame* kept : host.choose(target, kWalledCamera)) chosen.push_back(kept->time);
        other_choices += chosen != device.drawn();
        full_views += chosen.size() == SpatialMemory::kDrawn;
    }
    void compare(const torch::Tensor& a, const torch::Tensor& b) {
        largest = std::max(largest, (a - b[0]).abs().max().item<double>());
    }
    void keep(const PosedFrame& newest) {
        const std::vector<int64_t> before = times(host.state().frames);
        host.offer(newest, kWalledCamera);
        device.offer(device_frame(newest));
        const std::vector<int64_t> now = times(host.state().frames);
        let_go += before.size() == SpatialMemory::kCapacity && now != before;
        other_frames += now != times(device.state().frames);
    }
};

void check_alike(const Companions& both) {
    MESSAGE("largest difference " << both.largest << ", frames let go " << both.let_go << ", views of three "
                                  << both.full_views << ", kept " << both.host.state().frames.size());
    CHECK(both.largest == 0);
    CHECK(both.other_choices == 0);
    CHECK(both.other_frames == 0);
}

}  // namespace

TEST_CASE("[DeviceMemory] keeps, chooses and draws on a long walk what SpatialMemory does, to the bit") {
    Companions both{.host = {}, .device = memory_of_walls(), .pose = {}};
    while (both.time < 500) both.step("noon", false, true);
    check_alike(both);
    CHECK(both.let_go > 20);
    CHECK(both.full_views > 100);
}

TEST_CASE(
    "[DeviceMemory] forgets when the prompt changes, waits while it settles, and needs no shown pictures") {
    Companions both{.host = {}, .device = memory_of_walls(false), .pose = {}};
    while (both.time < 60) both.step("noon", false, false);
    REQUIRE(both.host.state().frames.size() > 2);
    while (both.time < 70) both.step("night", true, false);
    CHECK(both.device.state().frames.empty());
    CHECK(both.device.state().settled_at == 69 + SpatialMemory::kSettlingFrames);
    while (both.time < 99) both.step("night", false, false);
    CHECK(both.device.state().frames.empty());
    while (both.time < 160) both.step("night", false, false);
    check_alike(both);
    CHECK(both.host.state().frames.size() > 2);
}

TEST_CASE("[DeviceMemory] goes on from a saved state and from a copy as if nothing had happened") {
    Companions first{.host = {}, .device = memory_of_walls(), .pose = {}};
    while (first.time < 120) first.step("noon", false, true);
    Companions second{
        .host = first.host, .device = memory_of_walls(), .pose = first.pose, .time = first.time};
    second.device.restore(first.device.state());
    Companions third{.host = first.host, .device = memory_of_walls(), .pose = first.pose, .time = first.time};
    third.device.copy_from(first.device);
    for (Companions* both : {&first, &second, &third}) {
        while (both->time < 200) both->step("noon", false, true);
        check_alike(*both);
    }
}

TEST_CASE(
    "[DeviceMemory] a later state shares the pictures of an earlier one, and stays when the memory moves "
    "on") {
    Companions both{.host = {}, .device = memory_of_walls(), .pose = {}};
    while (both.time < 60) both.step("noon", false, true);
    const SpatialMemory::State earlier = both.device.state();
    const torch::Tensor picture = earlier.frames.front().frame.clone();
    while (both.time < 120) both.step("noon", false, true);
    const SpatialMemory::State later = both.device.state(earlier);
    REQUIRE(later.frames.size() > earlier.frames.size());
    CHECK(later.frames.front().frame.is_same(earlier.frames.front().frame));
    both.device.restore({});
    both.device.offer(device_frame(walled_frame(both.pose, both.time)));
    CHECK(torch::equal(earlier.frames.front().frame, picture));
}
