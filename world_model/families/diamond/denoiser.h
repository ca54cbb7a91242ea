#pragma once
/// The denoiser of DIAMOND (Alonso et al. 2024, "Diffusion for World Modeling"): network and preconditioning.

#include <torch/torch.h>

#include <optional>

#include "world_model/families/diamond/config.h"
#include "world_model/families/diamond/unet.h"

namespace rv::world_model::families::diamond {

class Denoiser {
  public:
    /// Takes `inner_model.` names; the source adds what stands before them.
    /// @throws FileError if the source's tensors do not fit.
    Denoiser(const DenoiserConfig& config, WeightSource& weights);

    /// The network alone.
    /// @param noisy (B, C, H, W), already scaled  @param c_noise, c_noise_cond (B)
    /// @param context (B, T C, H, W), already scaled; for an upsampler with the enlarged frame behind it
    /// @param actions (B, T, A) of 0 and 1; undefined for an upsampler  @return (B, C, H, W) float32
    [[nodiscard]] torch::Tensor inner(const torch::Tensor& noisy, const torch::Tensor& c_noise,
                                      const torch::Tensor& c_noise_cond, const torch::Tensor& context,
                                      const torch::Tensor& actions) const;
    /// D(x; sigma), Eq. 7 of Karras et al. 2022, rounded to 8 bits as the authors do.
    /// @param x (B, C, H, W)  @param sigma_cond noise on the context, or none
    [[nodiscard]] torch::Tensor denoise(const torch::Tensor& x, double sigma,
                                        const std::optional<double>& sigma_cond, const torch::Tensor& context,
                                        const torch::Tensor& actions) const;

    [[nodiscard]] const DenoiserConfig& config() const { return config_; }
    [[nodiscard]] torch::TensorOptions options() const { return conv_in_.weight.options(); }

  private:
    DenoiserConfig config_;
    torch::Tensor noise_emb_, noise_cond_emb_;  // (1, cond / 2), drawn once by the authors; float32
    torch::Tensor act_emb_;                     // (A, cond / T), undefined for an upsampler
    Linear cond_proj_0_, cond_proj_2_;
    Conv2d conv_in_;
    std::optional<UNet> unet_;
    GroupNorm norm_out_;
    Conv2d conv_out_;
};

}  // namespace rv::world_model::families::diamond
