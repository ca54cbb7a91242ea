#include <ATen/Functions.h>
#include <doctest/doctest.h>

#include <algorithm>
#include <thread>
#include <vector>

#include "interop/host_shared_frames.h"
#include "renderer/image.h"
#include "tests/interop/flat_rollout.h"

using namespace rv;
using interop::FrameStamp;
using interop::SharedFrames;
using interop::SharingPath;

namespace {

constexpr int kWidth = 96, kHeight = 54;

renderer::DeviceOptions validated() {
    return {.validation = renderer::Validation::On};
}

/// What the shader sees: draws shared frames at their own size and reads the pixels back.
class Viewer {
  public:
    explicit Viewer(renderer::Device& device)
        : device_(device),
          pass_(device, VK_FORMAT_R8G8B8A8_UNORM),
          image_(device, {.width = kWidth,
                          .height = kHeight,
                          .usage = VK_IMAGE_USAGE_COLOR_ATTACHMENT_BIT | VK_IMAGE_USAGE_TRANSFER_SRC_BIT}),
          pixels_(device, {VkDeviceSize{kWidth} * kHeight * 4, VK_BUFFER_USAGE_TRANSFER_DST_BIT,
                           renderer::MemoryDomain::Readback}) {}

    struct Seen {
        std::optional<interop::ShownFrame> frame;
        std::vector<std::uint8_t> rgba;
    };
    Seen look(SharedFrames& frames) {
        using namespace renderer;
        FrameContext& context = device_.begin_frame();
        Seen seen{frames.take(), {}};
        const VkCommandBuffer commands = context.command_buffer();
        transition(commands, image_, use::kDiscard, use::kColorTarget);
        std::span<const FrameSource> sources;
        if (seen.frame) sources = {&seen.frame->source, 1};
        pass_.draw(commands, {image_.view(), image_.extent()}, sources, FrameFilter::Nearest);
        transition(commands, image_, use::kColorTarget, use::kCopySource);
        const VkBufferImageCopy region{.imageSubresource = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 0, 1},
                                       .imageExtent = {kWidth, kHeight, 1}};
        vkCmdCopyImageToBuffer(commands, image_.handle(), VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL,
                               pixels_.handle(), 1, &region);
        host_read_barrier(commands);
        device_.wait(device_.submit(commands));
        const auto bytes = pixels_.as<std::uint8_t>();
        seen.rgba.assign(bytes.begin(), bytes.end());
        return seen;
    }

  private:
    renderer::Device& device_;
    renderer::FramePass pass_;
    renderer::Image image_;
    renderer::Buffer pixels_;
};

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
    CHECK(frames->path() == interop::choose_sharing_path(device.info(), false));
    if (device.info().has_external_memory_host)
        CHECK(interop::to_string(frames->path()) == std::string("imported host memory"));
    CHECK(device.validation_messages() == 0);
}

TEST_CASE("[SharedFrames] the shader sees exactly what the model wrote, on both host paths") {
    renderer::Device device(validated());
    Viewer viewer(device);
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
    Viewer viewer(device);
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
    Viewer viewer(device);
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

TEST_CASE("[SharedFrames] asks for CUDA's own path when the model runs there") {
    CHECK(interop::choose_sharing_path({}, true) == SharingPath::CudaExternalMemory);
    CHECK(interop::choose_sharing_path({}, false) == SharingPath::MappedStaging);
}

TEST_CASE("[SharedFrames] refuses CUDA frames in one sentence where there is no such device") {
    renderer::Device device(validated());
    if (device.info().type != renderer::DeviceType::Cpu) return;
    CHECK_THROWS_AS(interop::create_shared_frames(device, kWidth, kHeight, true), DeviceError);
    CHECK(device.validation_messages() == 0);
}
