#include "world_model/condition/geometry_executor.h"

#include <c10/core/Device.h>

#include "engine/core/error.h"
#include "world_model/condition/staged_executor.h"
#ifdef REVERIE_KERNELS
#include "world_model/cuda/cuda_geometry.h"
#endif

namespace rv::world_model {
namespace {

struct Loop {
    template <class Stage>
    void operator()(const Stage& stage) const {
        for (int i = 0; i < stage.size(); ++i) stage(i);
    }
};

}  // namespace

std::unique_ptr<GeometryExecutor> create_geometry_executor(const c10::Device& device) {
    if (device.is_cpu()) return std::make_unique<StagedExecutor<Loop>>(Loop{});
#ifdef REVERIE_KERNELS
    if (device.is_cuda()) return create_cuda_geometry(device);
#endif
    throw DeviceError("this build draws no views on the device " + device.str(),
                      "build it where the CUDA toolkit is, or use --device cpu");
}

}  // namespace rv::world_model
