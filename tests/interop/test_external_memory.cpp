#include <doctest/doctest.h>

#include "renderer/external_memory.h"

using namespace rv::renderer;

TEST_CASE("[ExternalBuffer] exports a descriptor of its own each time") {
    Device device({.validation = Validation::On});
    if (!device.info().has_external_memory_fd) return;
    const ExternalBuffer buffer(device, 4096, VK_BUFFER_USAGE_STORAGE_BUFFER_BIT);
    const UniqueFd first = buffer.export_fd(), second = buffer.export_fd();
    CHECK(first.valid());
    CHECK(second.valid());
    CHECK(first.get() != second.get());
    CHECK(buffer.allocation_bytes() >= 4096);
    CHECK(device.validation_messages() == 0);
}

TEST_CASE("[ExternalTimeline] refuses in one sentence where semaphores cannot be shared") {
    Device device({.validation = Validation::On});
    if (device.info().has_external_semaphore_fd) {
        CHECK(ExternalTimeline(device).export_fd().valid());
    } else {
        CHECK_THROWS_AS(ExternalTimeline{device}, rv::DeviceError);
    }
    CHECK(device.validation_messages() == 0);
}

TEST_CASE("[UniqueFd] gives its descriptor away once") {
    UniqueFd fd(42);
    CHECK(fd.release() == 42);
    CHECK_FALSE(fd.valid());
    UniqueFd moved = std::move(fd);
    CHECK_FALSE(moved.valid());
}
