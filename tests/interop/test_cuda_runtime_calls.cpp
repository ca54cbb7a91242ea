#include <doctest/doctest.h>

#include <string>

#include "engine/core/error.h"
#include "interop/cuda_runtime_calls.h"

TEST_CASE("[cuda_runtime_calls] a machine or a build without CUDA ends in one sentence") {
    std::string said;
    try {
        said = rv::interop::cuda_runtime_calls().current_device().name;
    } catch (const rv::DeviceError& error) {
        said = error.what();
        CHECK(said.find("CUDA") != std::string::npos);
    }
    CHECK_FALSE(said.empty());
}
