#include <ATen/ATen.h>
#include <doctest/doctest.h>

#include <atomic>
#include <limits>
#include <thread>

#include "interop/bounded_wait.h"
#include "interop/frame_tensor.h"
#include "interop/shared_frames.h"
#include "tests/gpu/counting_cuda.h"
#include "tests/gpu/shared_device.h"
#include "tests/interop/viewer.h"

using namespace rv;
using namespace rv::interop;

namespace {

constexpr SharingPath kPaths[] = {SharingPath::CudaExternalMemory, SharingPath::CudaExternalImage,
                                  SharingPath::PinnedStaging};

/// All that rounding can get wrong: beyond both ends, halves of a step, NaN, infinities.
at::Tensor picture(int width, int height, at::ScalarType type) {
    at::Tensor frame = at::linspace(-1.2, 1.2, 3 * height * width);
    const float special[] = {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(),
                             -std::numeric_limits<float>::infinity(), 0.5f / 127.5f, -0.5f / 127.5f};
    for (int i = 0; i < std::min<int>(5, static_cast<int>(frame.numel())); ++i) frame[i] = special[i];
    return frame.reshape({3, height, width}).to(type);
}

std::vector<std::uint8_t> bytes_of(const at::Tensor& frame) {
    std::vector<std::uint8_t> rgba(static_cast<std::size_t>(frame.size(1) * frame.size(2) * 4));
    write_rgba8(frame, rgba);
    return rgba;
}

void await_finished(const SharedFrames& frames) {
    const rv::TimePoint begin = rv::Clock::now();
    while (frames.unfinished()) {
        REQUIRE(rv::Clock::now() - begin < kPatience);
        std::this_thread::yield();
    }
}

}  // namespace

TEST_CASE("[CudaSharedFrames] the shader sees the model's frame to the byte, by every way, type and size") {
    renderer::Device device(shared_device());
    const std::pair<int, int> sizes[] = {{1, 1}, {45, 27}, {256, 144}, {333, 1}, {1280, 720}};
    for (const auto& [width, height] : sizes) {
        Viewer viewer(device, width, height);
        for (const SharingPath path : kPaths) {
            CountingCuda cuda;
            {
                const auto frames = create_shared_frames(device, width, height, path, &cuda);
                CHECK_FALSE(viewer.look(*frames).frame);
                for (const at::ScalarType type : {at::kFloat, at::kHalf, at::kBFloat16}) {
                    CAPTURE(to_string(path));
                    CAPTURE(width);
                    CAPTURE(height);
                    CAPTURE(at::toString(type));
                    const at::Tensor frame = picture(width, height, type);
                    frames->publish(frame.to(at::kCUDA), {});
                    await_finished(*frames);
                    CHECK(viewer.look(*frames).rgba == bytes_of(frame));
                }
            }
            CHECK(cuda.host_copies == (path == SharingPath::PinnedStaging ? 3 : 0));
            CHECK(cuda.alive == 0);
        }
    }
    CHECK(device.validation_messages() == 0);
}

TEST_CASE("[CudaSharedFrames] one GPU chooses the way that needs no host") {
    renderer::Device device(shared_device());
    const auto frames = create_shared_frames(device, 64, 36, true);
    CHECK(frames->path() == SharingPath::CudaExternalMemory);
    CHECK(device.validation_messages() == 0);
}

TEST_CASE("[CudaSharedFrames] publishing waits for the frame before, not for its own") {
    renderer::Device device(shared_device());
    for (const SharingPath path : {SharingPath::CudaExternalMemory, SharingPath::CudaExternalImage}) {
        CountingCuda cuda;
        const auto frames = create_shared_frames(device, 64, 36, path, &cuda);
        const at::Tensor frame = at::zeros({3, 36, 64}, at::kCUDA);
        frames->publish(frame, {});
        await_finished(*frames);
        // Long enough on any GPU that the host comes back first.
        at::Tensor busy = at::ones({8192, 8192}, at::kCUDA);
        for (int i = 0; i < 40; ++i) busy = busy.matmul(busy).mul(1e-4);
        frames->publish(frame, {});
        CHECK(frames->unfinished());
        CHECK(frames->finished_frames() == 1);
        await_finished(*frames);
        CHECK(frames->finished_frames() == 2);
        CHECK(cuda.signals == 2);
    }
    CHECK(device.validation_messages() == 0);
}

TEST_CASE("[CudaSharedFrames] no frame is torn while a fast writer and a window share a ring of three") {
    renderer::Device device(shared_device());
    constexpr int kWidth = 320, kHeight = 180, kFrames = 2000;
    Viewer viewer(device, kWidth, kHeight);
    for (const SharingPath path : kPaths) {
        CAPTURE(to_string(path));
        CountingCuda cuda;
        const auto frames = create_shared_frames(device, kWidth, kHeight, path, &cuda);
        std::atomic<bool> over = false;
        std::jthread writer([&] {
            for (int i = 0; i < kFrames; ++i) {
                FrameStamp stamp;
                stamp.frame_index = static_cast<std::uint64_t>(i);
                const double value = static_cast<double>(i % 200) / 127.5 - 1;
                frames->publish(at::full({3, kHeight, kWidth}, value, at::kCUDA), stamp);
            }
            await_finished(*frames);
            over = true;
        });
        int torn = 0, wrong = 0, backwards = 0;
        std::uint64_t last = 0;
        for (bool finished = false; !finished;) {
            finished = over;
            const auto seen = viewer.look(*frames);
            if (!seen.frame) continue;
            for (std::size_t i = 0; i < seen.rgba.size(); i += 4) torn += seen.rgba[i] != seen.rgba[0];
            wrong += seen.rgba[0] != seen.frame->stamp.frame_index % 200;
            backwards += seen.frame->number < last;
            last = seen.frame->number;
        }
        CHECK(torn == 0);
        CHECK(wrong == 0);
        CHECK(backwards == 0);
        CHECK(last == kFrames);
        if (path != SharingPath::PinnedStaging) CHECK(cuda.waits > 0);
    }
    CHECK(device.validation_messages() == 0);
}

TEST_CASE("[CudaSharedFrames] many come and go without anything left") {
    renderer::Device device(shared_device());
    CountingCuda cuda;
    for (int i = 0; i < 50; ++i) {
        for (const SharingPath path : kPaths) {
            const auto frames = create_shared_frames(device, 64 + i, 36, path, &cuda);
            frames->publish(at::zeros({3, 36, 64 + i}, at::kCUDA), {});
        }
    }
    CHECK(cuda.alive == 0);
    CHECK(device.validation_messages() == 0);
}
