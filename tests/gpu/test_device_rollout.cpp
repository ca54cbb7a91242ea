#include <doctest/doctest.h>
#include <torch/torch.h>

#include "tests/world_model/world_folder.h"
#include "world_model/device_rollout.h"
#include "world_model/rollout.h"
#ifdef REVERIE_CUDA
#include <c10/cuda/CUDACachingAllocator.h>
#include <c10/cuda/CUDAFunctions.h>
#endif

using namespace rv;
using namespace rv::world_model;

namespace {

// A world with poses, depth and a decoder that remembers, on the GPU.
struct GpuWorld {
    explicit GpuWorld(bool transformer = false) {
        folder.take_decoder();
        if (transformer) folder.take_transformer();
        parts = open_parts(read_world_file(folder.path()), folder.path(),
                           {.device = DeviceKind::Cuda, .threads = 0});
        first = torch::rand({3, parts.info.height, parts.info.width}, generator_for(1, 1)) * 2 - 1;
    }
    std::unique_ptr<Rollout> captured() {
        auto state = std::make_unique<DeviceState>(parts, first, glm::vec3(0, 1, 0));
        if (!step) step = std::make_shared<DeviceStep>(*state);
        return std::make_unique<DeviceRollout>(step, std::move(state), 7, glm::vec3(0, 1, 0));
    }

    WorldFolder folder;
    WorldParts parts;
    torch::Tensor first;
    std::shared_ptr<DeviceStep> step;
};

StepInput input_at(int frame) {
    return {.action = {.forward = 1, .turn = frame % 7 < 3 ? 0.5f : -0.25f},
            .pose = {},
            .prompt = frame < 6 ? "noon" : "a snowy night"};
}

double mean_difference(const torch::Tensor& a, const torch::Tensor& b) {
    return (a.to(torch::kFloat32) - b.to(torch::kFloat32)).abs().mean().item<double>();
}

}  // namespace

TEST_CASE("[DeviceRollout] a replayed step makes the frames of one that was never captured") {
    for (const bool transformer : {false, true}) {
        GpuWorld world(transformer);
        const auto captured = world.captured();
        LatentRollout plain(world.parts, 7, world.first, {0, 1, 0});
        for (int frame = 0; frame < 12; ++frame) {
            captured->step(input_at(frame));
            plain.step(input_at(frame));
            const double difference = mean_difference(captured->frame(), plain.frame());
            MESSAGE("frame " << frame + 1 << ": mean difference " << difference << " of [-1, 1]");
            CHECK(difference < 0.02);  // bfloat16 throughout, and errors feed on themselves
        }
        CHECK(glm::length(captured->pose().position - plain.pose().position) < 1e-2f);
    }
}

TEST_CASE("[DeviceRollout] the same seed and inputs give the same bits") {
    GpuWorld world;
    const auto a = world.captured(), b = world.captured();
    for (int frame = 0; frame < 12; ++frame) {
        a->step(input_at(frame));
        b->step(input_at(frame));
    }
    CHECK(torch::equal(a->frame(), b->frame()));
}

#ifdef REVERIE_CUDA

TEST_CASE("[DeviceStep] in the steady state nothing is allocated and the host does not wait") {
    GpuWorld world;
    const auto rollout = world.captured();
    for (int frame = 0; frame < 60; ++frame) rollout->step(input_at(frame));  // the new prompt has settled
    torch::cuda::synchronize();
    const auto count = [] {
        const auto stats = c10::cuda::CUDACachingAllocator::getDeviceStats(0);
        return std::pair(stats.num_device_alloc, stats.allocation[0].allocated);
    };
    const auto before = count();
    c10::cuda::warning_state().set_sync_debug_mode(c10::cuda::SyncDebugMode::L_ERROR);
    for (int frame = 60; frame < 160; ++frame) CHECK_NOTHROW(rollout->step(input_at(frame)));
    c10::cuda::warning_state().set_sync_debug_mode(c10::cuda::SyncDebugMode::L_DISABLED);
    const auto after = count();
    MESSAGE("blocks from the driver: " << after.first - before.first
                                       << ", from LibTorch's cache: " << after.second - before.second);
    CHECK(after.first == before.first);
    CHECK(after.second == before.second);
}

#endif
