#include "interop/planar_tensor.h"

#include "engine/core/error.h"

namespace rv::interop {
namespace {

PlanarType planar_type(at::ScalarType type) {
    if (type == at::kHalf) return PlanarType::Float16;
    if (type == at::kBFloat16) return PlanarType::BFloat16;
    RV_ASSERT(type == at::kFloat, "frames are float32, float16 or bfloat16");
    return PlanarType::Float32;
}

}  // namespace

at::Tensor planar_tensor(const at::Tensor& frame, int width, int height) {
    at::Tensor planar = (frame.dim() == 4 ? frame.squeeze(0) : frame).contiguous();
    RV_ASSERT(planar.dim() == 3 && planar.size(0) == 3 && planar.size(1) == height && planar.size(2) == width,
              "a frame has the shape (3, H, W) of its world");
    return planar;
}

PlanarFrame planar_frame(const at::Tensor& planar) {
    return {planar.const_data_ptr(), planar_type(planar.scalar_type()), static_cast<int>(planar.size(2)),
            static_cast<int>(planar.size(1))};
}

}  // namespace rv::interop
