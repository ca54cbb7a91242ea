#include "world_model/condition/staged_executor.h"
#include "world_model/cuda/cuda_check.h"
#include "world_model/cuda/launched_geometry.h"

namespace rv::world_model {
namespace {

constexpr int kThreads = 256;

template <class Stage>
__global__ void __launch_bounds__(kThreads) call(Stage stage, int size) {
    const int i = blockIdx.x * kThreads + threadIdx.x;
    if (i < size) stage(i);
}

struct Launch {
    std::function<cudaStream_t()> stream;

    template <class Stage>
    void operator()(const Stage& stage) const {
        const int size = stage.size(), blocks = (size + kThreads - 1) / kThreads;
        call<<<blocks, kThreads, 0, stream()>>>(stage, size);
        cuda_check(cudaGetLastError(), "launching the geometry of a step");
    }
};

}  // namespace

std::unique_ptr<GeometryExecutor> create_launched_geometry(std::function<cudaStream_t()> stream) {
    return std::make_unique<StagedExecutor<Launch>>(Launch{std::move(stream)});
}

}  // namespace rv::world_model
