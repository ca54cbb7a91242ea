#include <doctest/doctest.h>
#include <torch/torch.h>

#include "world_model/cuda/cuda_check.h"
#include "world_model/cuda/current_stream.h"

using namespace rv::world_model;

TEST_CASE("[current_stream] is in order with what LibTorch does") {
    const auto ones = torch::ones({1 << 20}, torch::kCUDA);
    const auto sum = ones.sum();
    float value = 0;
    cuda_check(cudaMemcpyAsync(&value, sum.const_data_ptr(), sizeof value, cudaMemcpyDeviceToHost,
                               current_stream(ones.device())),
               "copying a sum");
    cuda_check(cudaStreamSynchronize(current_stream(ones.device())), "waiting for it");
    CHECK(value == 1 << 20);
}
