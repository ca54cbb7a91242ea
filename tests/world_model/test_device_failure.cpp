#include <doctest/doctest.h>

#include "tests/support/messages.h"
#include "world_model/device_failure.h"

using namespace rv::world_model;
using rv::tests::contains;
using rv::tests::message_of;

namespace {

template <class Failure>
std::string told(const char* text) {
    return message_of([&] {
        on_device([&]() -> int { throw Failure({__func__, __FILE__, __LINE__}, text); });
    });
}

}  // namespace

TEST_CASE("[device_failure] memory that could not be had is told with its size and what to make smaller") {
    const std::string message = told<c10::OutOfMemoryError>(
        "CUDA out of memory. Tried to allocate 20.00 GiB. GPU 0 has a total capacity of 8.00 GiB of which "
        "...");
    CHECK(contains(message, "20.00 GiB"));
    CHECK(contains(message, "--history-mib"));
    CHECK_FALSE(contains(message, "total capacity"));
    CHECK(contains(told<c10::OutOfMemoryError>("no more"), "memory is full"));
}

TEST_CASE("[device_failure] a GPU that went away is told in one line") {
    const std::string message = message_of([] {
        on_device([]() -> int {
            throw c10::AcceleratorError(
                {__func__, __FILE__, __LINE__}, 719,
                "CUDA error: unspecified launch failure\nCompile with TORCH_USE_CUDA_DSA");
        });
    });
    CHECK(contains(message, "the GPU failed: CUDA error: unspecified launch failure"));
    CHECK_FALSE(contains(message, "DSA"));
}

TEST_CASE("[device_failure] other errors stay what they are") {
    CHECK_THROWS_AS(on_device([]() -> int { throw rv::UsageError("a"); }), rv::UsageError);
    CHECK(on_device([] { return 3; }) == 3);
}
