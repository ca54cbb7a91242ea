#include <doctest/doctest.h>

#include <vector>

#include "engine/core/error.h"
#include "interop/cuda_imports.h"
#include "tests/interop/fake_cuda.h"

using namespace rv;
using namespace rv::interop;
using Log = std::vector<std::string>;

namespace {

constexpr int kWidth = 5, kHeight = 3, kBytes = kWidth * kHeight * 4;

/// Whether making a T fails at `call`, and leaves neither a handle nor a descriptor behind.
template <class Make>
void check_failure_leaves_nothing(const char* call, Make make) {
    CAPTURE(call);
    FakeCuda cuda;
    const SharedFile file(kBytes);
    const int descriptors = open_descriptors();
    cuda.failing = call;
    CHECK_THROWS_AS(make(cuda, file.export_fd()), DeviceError);
    CHECK(cuda.alive() == 0);
    CHECK(cuda.wrongly_returned() == 0);
    CHECK(open_descriptors() == descriptors);
}

}  // namespace

TEST_CASE("[CudaImportedBuffer] sees the exporter's bytes and gives back in reverse order") {
    FakeCuda cuda;
    const SharedFile file(kBytes);
    const int descriptors = open_descriptors();
    {
        const CudaImportedBuffer buffer(cuda, file.export_fd(), kBytes, kBytes);
        CHECK(open_descriptors() == descriptors + 1);  // CUDA's own
        static_cast<std::uint8_t*>(buffer.data())[7] = 42;
        CHECK(file.bytes()[7] == 42);
    }
    CHECK(cuda.log() == Log{"import_memory", "map_buffer", "unmap_buffer", "destroy_memory"});
    CHECK(open_descriptors() == descriptors);
    CHECK(cuda.alive() == 0);
}

TEST_CASE(
    "[CudaImportedImage] gives surface, image and memory back in reverse order, once, also when moved") {
    FakeCuda cuda;
    const SharedFile file(kBytes);
    {
        CudaImportedImage image(cuda, file.export_fd(), kBytes, kWidth, kHeight);
        const CudaImportedImage moved = std::move(image);
        CHECK(moved.surface() != 0);
        CHECK(image.surface() == 0);
    }
    CHECK(cuda.log() == Log{"import_memory", "map_image", "create_surface", "destroy_surface", "unmap_image",
                            "destroy_memory"});
    CHECK(cuda.alive() == 0);
    CHECK(cuda.wrongly_returned() == 0);
}

TEST_CASE("[CudaImportedBuffer] a failure at any call leaks neither handle nor descriptor") {
    for (const char* call : {"import_memory", "map_buffer"})
        check_failure_leaves_nothing(call, [](CudaCalls& cuda, renderer::UniqueFd fd) {
            return CudaImportedBuffer(cuda, std::move(fd), kBytes, kBytes);
        });
}

TEST_CASE("[CudaImportedImage] a failure at any call leaks neither handle nor descriptor") {
    for (const char* call : {"import_memory", "map_image", "create_surface"})
        check_failure_leaves_nothing(call, [](CudaCalls& cuda, renderer::UniqueFd fd) {
            return CudaImportedImage(cuda, std::move(fd), kBytes, kWidth, kHeight);
        });
}

TEST_CASE("[CudaImportedTimeline] a failed import leaks neither handle nor descriptor") {
    check_failure_leaves_nothing("import_timeline", [](CudaCalls& cuda, renderer::UniqueFd fd) {
        return CudaImportedTimeline(cuda, std::move(fd));
    });
}

TEST_CASE("[CudaImportedTimeline] raises what the exporter reads, and waits for what it raises") {
    FakeCuda cuda;
    const SharedFile file(8);
    const CudaImportedTimeline timeline(cuda, file.export_fd());
    timeline.wait(3, nullptr);
    timeline.signal(4, nullptr);
    CHECK(file.value() == 0);
    file.raise(3);
    CHECK(cuda.run() == 2);
    CHECK(file.value() == 4);
}
