#include "world_model/condition/pose_tensor.h"

namespace rv::world_model {

torch::Tensor pose_tensor(const CameraPose& pose) {
    torch::Tensor numbers = torch::empty({kPoseSize});
    write_pose(pose, numbers.data_ptr<float>());
    return numbers;
}

CameraPose pose_from_tensor(const torch::Tensor& t) {
    return read_pose(t.to(torch::kCPU, torch::kFloat32).contiguous().const_data_ptr<float>());
}

}  // namespace rv::world_model
