#pragma once
/// Reads from a latent and an action how the ego's camera will move.

#include <torch/torch.h>

#include "engine/core/action.h"
#include "engine/core/camera.h"
#include "world_model/dynamics/motion_code.h"

namespace rv::world_model {

torch::Tensor motion_code(const CameraPose& motion);     ///< (6) float32, see motion_code.h
CameraPose motion_from_code(const torch::Tensor& code);  ///< the inverse, of (6)

class EgoHeadImpl : public torch::nn::Module {
  public:
    /// @param latent_channels C  @param actions A
    EgoHeadImpl(int64_t latent_channels, int64_t actions);
    /// @param latent (B, C, h, w) the current frame  @param action (B, A)  @param last (B, 6) the last
    /// motion's code
    /// @param up (B, 3) the world's up in the camera's axes  @return (B, 6) the next motion's code
    torch::Tensor forward(const torch::Tensor& latent, const torch::Tensor& action, const torch::Tensor& last,
                          const torch::Tensor& up);
    /// The same for one camera. @param latent (1, C, h, w)  @param last the motion of the frame before
    /// @param up the world's up in the camera's axes
    CameraPose predict(const torch::Tensor& latent, const Action& action, const CameraPose& last,
                       glm::vec3 up);

  private:
    torch::nn::Sequential see_, think_;
};
TORCH_MODULE(EgoHead);

}  // namespace rv::world_model
