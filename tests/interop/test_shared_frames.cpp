#include <ATen/Functions.h>
#include <doctest/doctest.h>

#include <algorithm>
#include <thread>
#include <vector>

#include "interop/host_shared_frames.h"
#include "tests/interop/flat_rollout.h"
#include "tests/interop/viewer.h"

using namespace rv;
using interop::FrameStamp;
using interop::SharedFrames;
using interop::SharingPath;

namespace {

constexpr int kWidth = 96, kHeight = 54;

renderer::DeviceOptions validated() {
    return {.validation = renderer::Validation::On};
}

bool uniform(const std::vector<std::uint8_t>& rgba) {
    for (std::size_t i = 4; i < rgba.size(); ++i)
        if (i % 4 != 3 && rgba[i] != rgba[0]) return false;
    return true;
}

std::unique_ptr<SharedFrames> make(renderer::Device& device, SharingPath path) {
    return std::make_unique<interop::HostSharedFrames>(device, kWidth, kHeight, path);
}

}  // namespace

TEST_CASE("[SharedFrames] imports host memory wherever the device can, and says so") {
    renderer::Device device(validated());
    const auto frames = interop::create_shared_frames(device, kWidth, kHeight, false);
    CHECK(frames->path() == interop::choose_sharing_path(device.info()));
    if (device.info().has_external_memory_host)
        CHECK(interop::to_string(frames->path()) == std::string("imported host memory"));
    CHECK(device.validation_messages() == 0);
}

TEST_CASE("[SharedFrames] the shader sees exactly what the model wrote, on both host paths") {
    renderer::Device device(validated());
    interop::Viewer viewer(device, kWidth, kHeight);
    for (const SharingPath path : {SharingPath::ImportedHostMemory, SharingPath::MappedStaging}) {
        if (path == SharingPath::ImportedHostMemory && !renderer::ImportedHostBuffer::supported(device))
            continue;
        CAPTURE(interop::to_string(path));
        const auto frames = make(device, path);
        CHECK_FALSE(viewer.look(*frames).frame);
        const at::Tensor picture = at::linspace(-1, 1, 3 * kHeight * kWidth).reshape({3, kHeight, kWidth});
        frames->publish(picture, FrameStamp{});
        const auto seen = viewer.look(*frames);
        const at::Tensor expected =
            picture.mul(127.5).add(128.0).floor().clamp(0, 255).to(at::kByte).permute({1, 2, 0}).contiguous();
        const std::uint8_t* want = expected.const_data_ptr<std::uint8_t>();
        int different = 0;
        for (std::size_t pixel = 0; pixel < kWidth * kHeight; ++pixel)
            for (std::size_t c = 0; c < 3; ++c) different += seen.rgba[pixel * 4 + c] != want[pixel * 3 + c];
        CHECK(different == 0);
    }
    CHECK(device.validation_messages() == 0);
}

TEST_CASE("[SharedFrames] shows the newest frame, and the same one again") {
    renderer::Device device(validated());
    interop::Viewer viewer(device, kWidth, kHeight);
    const auto frames = interop::create_shared_frames(device, kWidth, kHeight, false);
    world_model::FlatRollout rollout;
    for (int i = 1; i <= 7; ++i) {
        rollout.step({});
        FrameStamp stamp;
        stamp.frame_index = rollout.frame_index();
        frames->publish(rollout, stamp);
    }
    const auto first = viewer.look(*frames), second = viewer.look(*frames);
    CHECK(first.frame->stamp.frame_index == 7);
    CHECK(first.rgba[0] == 7);
    CHECK(first.frame->fresh);
    CHECK_FALSE(second.frame->fresh);
    CHECK(second.rgba == first.rgba);
    CHECK(device.validation_messages() == 0);
}

TEST_CASE("[SharedFrames] no frame is torn while one thread writes and another shows") {
    renderer::Device device(validated());
    interop::Viewer viewer(device, kWidth, kHeight);
    const auto frames = interop::create_shared_frames(device, kWidth, kHeight, false);
    constexpr int kFrames = 4000;
    std::atomic<bool> done = false;
    std::jthread writer([&] {
        world_model::FlatRollout rollout;
        for (int i = 0; i < kFrames; ++i) {
            rollout.step({});
            FrameStamp stamp;
            stamp.frame_index = static_cast<std::uint64_t>(i);
            frames->publish(rollout, stamp);
        }
        done = true;
    });
    std::uint64_t last = 0;
    int torn = 0, backwards = 0, wrong = 0, looks = 0;
    for (bool finished = false; !finished || looks < 50;) {
        finished = done;
        const auto seen = viewer.look(*frames);
        ++looks;
        if (!seen.frame) continue;
        torn += !uniform(seen.rgba);
        backwards += seen.frame->number < last;
        wrong += seen.rgba[0] != static_cast<std::uint8_t>(seen.frame->stamp.frame_index + 1);
        last = seen.frame->number;
    }
    CHECK(torn == 0);
    CHECK(backwards == 0);
    CHECK(wrong == 0);
    CHECK(last == kFrames);
    CHECK(device.validation_messages() == 0);
}
