#include <ATen/Functions.h>
#include <doctest/doctest.h>

#include <atomic>
#include <thread>

#include "interop/frame_tensor.h"
#include "interop/pinned_shared_frames.h"
#include "tests/interop/fake_cuda.h"
#include "tests/interop/viewer.h"

using namespace rv;
using namespace rv::interop;
using Log = std::vector<std::string>;

namespace {

constexpr int kWidth = 45, kHeight = 27;

std::vector<SharingPath> host_paths(const renderer::Device& device) {
    if (!renderer::ImportedHostBuffer::supported(device)) return {SharingPath::MappedStaging};
    return {SharingPath::ImportedHostMemory, SharingPath::MappedStaging};
}

at::Tensor picture() {
    return at::linspace(-1.1, 1.1, 3 * kHeight * kWidth).reshape({3, kHeight, kWidth});
}

std::vector<std::uint8_t> bytes_of(const at::Tensor& frame) {
    std::vector<std::uint8_t> rgba(kWidth * kHeight * 4);
    write_rgba8(frame, rgba);
    return rgba;
}

FrameStamp stamp(std::uint64_t index) {
    FrameStamp result;
    result.frame_index = index;
    return result;
}

}  // namespace

TEST_CASE("[PinnedSharedFrames] the shader sees the model's frame to the byte, in all three precisions") {
    renderer::Device device({.validation = renderer::Validation::On});
    Viewer viewer(device, kWidth, kHeight);
    for (const SharingPath host : host_paths(device)) {
        CAPTURE(to_string(host));
        FakeCuda cuda;
        PinnedSharedFrames frames(device, kWidth, kHeight, cuda, host);
        CHECK(frames.copies_twice() == (host == SharingPath::MappedStaging));
        CHECK_FALSE(viewer.look(frames).frame);
        for (const at::ScalarType type : {at::kFloat, at::kHalf, at::kBFloat16}) {
            const at::Tensor frame = picture().to(type);
            frames.publish(frame, stamp(1));
            CHECK(viewer.look(frames).rgba == bytes_of(frame));
        }
    }
    CHECK(device.validation_messages() == 0);
}

TEST_CASE(
    "[PinnedSharedFrames] packs where the model runs, copies once, and shows no frame before its copy") {
    renderer::Device device({.validation = renderer::Validation::On});
    if (!renderer::ImportedHostBuffer::supported(device)) return;
    Viewer viewer(device, kWidth, kHeight);
    FakeCuda cuda;
    PinnedSharedFrames frames(device, kWidth, kHeight, cuda, SharingPath::ImportedHostMemory);
    cuda.immediate = false;
    cuda.clear_log();
    const at::Tensor frame = picture();
    frames.publish(frame, stamp(1));
    CHECK(cuda.log() == Log{"pack_to_buffer", "copy_to_host", "record"});
    CHECK(frames.unfinished());
    CHECK(frames.finished_frames() == 0);
    CHECK_FALSE(viewer.look(frames).frame);
    cuda.run();
    CHECK_FALSE(frames.unfinished());
    const auto seen = viewer.look(frames);
    REQUIRE(seen.frame);
    CHECK(seen.rgba == bytes_of(frame));
    CHECK(device.validation_messages() == 0);
}

TEST_CASE("[PinnedSharedFrames] no frame is torn while a slow GPU writes and another thread shows") {
    renderer::Device device({.validation = renderer::Validation::On});
    if (!renderer::ImportedHostBuffer::supported(device)) return;
    Viewer viewer(device, kWidth, kHeight);
    FakeCuda cuda;
    PinnedSharedFrames frames(device, kWidth, kHeight, cuda, SharingPath::ImportedHostMemory);
    cuda.immediate = false;
    std::atomic<bool> over = false;
    std::jthread gpu([&] {
        while (!over) cuda.run(), std::this_thread::sleep_for(std::chrono::microseconds(100));
        cuda.run();
    });
    constexpr int kFrames = 300;
    std::jthread writer([&] {
        at::Tensor frame;  // outlives its copy, as LibTorch's allocator would see to
        for (int i = 0; i < kFrames; ++i) {
            at::Tensor next = at::full({3, kHeight, kWidth}, static_cast<double>(i % 200) / 127.5 - 1);
            frames.publish(next, stamp(static_cast<std::uint64_t>(i)));
            frame = next;
        }
        while (frames.unfinished()) std::this_thread::yield();
        over = true;
    });
    int torn = 0, wrong = 0;
    std::uint64_t last = 0;
    for (bool finished = false; !finished;) {
        finished = over;
        const auto seen = viewer.look(frames);
        if (!seen.frame) continue;
        const auto want = static_cast<std::uint8_t>(seen.frame->stamp.frame_index % 200);
        for (std::size_t i = 0; i < seen.rgba.size(); i += 4) torn += seen.rgba[i] != seen.rgba[0];
        wrong += seen.rgba[0] != want;
        last = seen.frame->number;
    }
    CHECK(torn == 0);
    CHECK(wrong == 0);
    CHECK(last == kFrames);
    CHECK(device.validation_messages() == 0);
}

TEST_CASE(
    "[PinnedSharedFrames] a failure anywhere is told, leaks nothing and leaves the last frame to be shown") {
    renderer::Device device({.validation = renderer::Validation::On});
    Viewer viewer(device, kWidth, kHeight);
    for (const SharingPath host : host_paths(device)) {
        FakeCuda cuda;
        {
            PinnedSharedFrames frames(device, kWidth, kHeight, cuda, host);
            const at::Tensor frame = picture();
            frames.publish(frame, stamp(1));
            for (const char* call : {"pack_to_buffer", "copy_to_host", "record", "finished"}) {
                CAPTURE(call);
                cuda.failing = call;
                for (int i = 0; i < 4; ++i)  // more often than there are slots
                    CHECK_THROWS_AS(frames.publish(at::zeros({3, kHeight, kWidth}), stamp(2)), DeviceError);
                cuda.failing.clear();
                const auto seen = viewer.look(frames);
                REQUIRE(seen.frame);
                CHECK(seen.rgba == bytes_of(frame));
            }
        }
        CHECK(cuda.alive() == 0);
        CHECK(cuda.wrongly_returned() == 0);
    }
    CHECK(device.validation_messages() == 0);
}

TEST_CASE("[PinnedSharedFrames] memory that cannot be page-locked is copied twice instead") {
    renderer::Device device({.validation = renderer::Validation::On});
    Viewer viewer(device, kWidth, kHeight);
    FakeCuda cuda;
    cuda.failing = "pin";
    PinnedSharedFrames frames(device, kWidth, kHeight, cuda);
    CHECK(frames.copies_twice());
    frames.publish(picture(), stamp(1));
    CHECK(viewer.look(frames).rgba == bytes_of(picture()));
    CHECK(device.validation_messages() == 0);
}

TEST_CASE("[SharedFrames] a model on a GPU that cannot share with this device goes by way of the host") {
    renderer::Device device({.validation = renderer::Validation::On});
    FakeCuda cuda;
    const auto frames = create_shared_frames(device, kWidth, kHeight, cuda);
    CHECK(frames->path() == SharingPath::PinnedStaging);
    CHECK_THROWS_WITH_AS(
        create_shared_frames(device, kWidth, kHeight, SharingPath::CudaExternalMemory, &cuda),
        doctest::Contains("Fake GPU"), DeviceError);
}

TEST_CASE("[SharedFrames] a failing import ends in the way by the host, too") {
    renderer::Device device({.validation = renderer::Validation::On});
    FakeCuda cuda;
    cuda.device.uuid = device.info().uuid;
    cuda.failing = "import_timeline";
    CHECK(create_shared_frames(device, kWidth, kHeight, cuda)->path() == SharingPath::PinnedStaging);
    CHECK(device.validation_messages() == 0);
}
