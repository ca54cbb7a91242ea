#include "world_model/condition/pose_tensor.h"

namespace rv::world_model {

torch::Tensor pose_tensor(const CameraPose& p) {
    return torch::tensor({p.position.x, p.position.y, p.position.z, p.orientation.w, p.orientation.x,
                          p.orientation.y, p.orientation.z});
}

CameraPose pose_from_tensor(const torch::Tensor& t) {
    const auto values = t.to(torch::kCPU, torch::kFloat32).contiguous();
    const float* v = values.const_data_ptr<float>();
    return {{v[0], v[1], v[2]}, glm::quat(v[3], v[4], v[5], v[6])};
}

}  // namespace rv::world_model
