#include <doctest/doctest.h>

#include "interop/gpu_match.h"

using namespace rv;
using namespace rv::interop;

namespace {

renderer::DeviceInfo able_gpu() {
    renderer::DeviceInfo info;
    info.name = "Card A";
    info.uuid = {1, 2, 3};
    info.has_external_memory_fd = info.has_external_semaphore_fd = true;
    return info;
}

const CudaDevice kCardA{"Card A", {1, 2, 3}}, kCardB{"Card B", {9}};

}  // namespace

TEST_CASE("[SharingPath] host memory is imported where the device can, else staged") {
    renderer::DeviceInfo info;
    CHECK(choose_sharing_path(info) == SharingPath::MappedStaging);
    info.has_external_memory_host = true;
    info.host_memory_alignment = 4096;
    CHECK(choose_sharing_path(info) == SharingPath::ImportedHostMemory);
}

TEST_CASE("[SharingPath] one GPU that can share needs no host and no excuse") {
    const SharingChoice choice = choose_sharing_path(able_gpu(), kCardA);
    CHECK(choice.path == SharingPath::CudaExternalMemory);
    CHECK(choice.reason.empty());
}

TEST_CASE("[SharingPath] two GPUs go by way of pinned memory, and the reason names both") {
    const SharingChoice choice = choose_sharing_path(able_gpu(), kCardB);
    CHECK(choice.path == SharingPath::PinnedStaging);
    CHECK(choice.reason.find("Card A") != std::string::npos);
    CHECK(choice.reason.find("Card B") != std::string::npos);
}

TEST_CASE("[SharingPath] a missing extension is named") {
    renderer::DeviceInfo info = able_gpu();
    info.has_external_memory_fd = false;
    CHECK(choose_sharing_path(info, kCardA).path == SharingPath::PinnedStaging);
    CHECK(choose_sharing_path(info, kCardA).reason.find("VK_KHR_external_memory_fd") != std::string::npos);
    info = able_gpu();
    info.has_external_semaphore_fd = false;
    CHECK(choose_sharing_path(info, kCardA).path == SharingPath::PinnedStaging);
    CHECK(choose_sharing_path(info, kCardA).reason.find("VK_KHR_external_semaphore_fd") != std::string::npos);
}

TEST_CASE("[SharingPath] every path has a name of its own") {
    CHECK(to_string(SharingPath::CudaExternalImage) == std::string("CUDA external image"));
    CHECK(to_string(SharingPath::PinnedStaging) == std::string("pinned staging"));
}

TEST_CASE("[selector_of] finds CUDA's GPU among several by its UUID") {
    renderer::DeviceInfo other = able_gpu();
    other.uuid = {7};
    CHECK(selector_of(kCardA, {other, able_gpu()}) == able_gpu().uuid_text());
}

TEST_CASE("[selector_of] leaves the choice open where Vulkan does not have CUDA's GPU, or cannot use it") {
    CHECK(selector_of(kCardB, {able_gpu()}).empty());
    renderer::DeviceInfo old = able_gpu();
    old.unsuitable = "Vulkan 1.3";
    CHECK(selector_of(kCardA, {old}).empty());
    CHECK(selector_of(kCardA, {}).empty());
}
