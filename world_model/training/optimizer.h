#pragma once
/// AdamW with float32 master weights, gradient clipping and an exponential moving average.

#include <torch/torch.h>

#include "world_model/checkpoint.h"
#include "world_model/training/process_group.h"

namespace rv::world_model {

struct OptimizerConfig {
    double learning_rate = 1e-3;
    double weight_decay = 0.01;
    double beta1 = 0.9, beta2 = 0.99, epsilon = 1e-8;
    double clip_norm = 1.0;    ///< of all gradients together
    double ema_decay = 0.999;  ///< per step, shorter at the beginning
    int64_t warmup_steps = 200;
    double final_rate = 0.02;  ///< share of the learning rate left at the end of the cosine
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(OptimizerConfig, learning_rate, weight_decay, beta1, beta2,
                                                epsilon, clip_norm, ema_decay, warmup_steps, final_rate)

/// Linear warm-up, then a cosine down to final_rate (Loshchilov and Hutter 2017).
double learning_rate_at(const OptimizerConfig& config, int64_t step, int64_t total_steps);
/// The same for training by the clock: warm-up by steps, the cosine by the share of the time that is spent.
double learning_rate_after(const OptimizerConfig& config, int64_t step, double spent_share);

/// The module may be bfloat16: gradients are applied to float32 masters, which are copied back.
/// Source: Loshchilov and Hutter 2019 (AdamW); Micikevicius et al. 2018 (master weights).
class Optimizer {
  public:
    Optimizer(torch::nn::Module& module, const OptimizerConfig& config);

    /// Applies the gradients that backward() left in the module and clears them. @return their norm before
    /// clipping
    /// @param group processes whose gradients are averaged before that
    double step(int64_t step, double learning_rate, ProcessGroup& group);
    /// Parameters of the moving average (float32) and buffers, by name.
    [[nodiscard]] TensorMap averaged_state() const;

    [[nodiscard]] TensorMap state() const;
    /// @throws FileError naming `file` if a tensor is missing or does not fit.
    void restore(const TensorMap& state, const std::filesystem::path& file);
    /// Gives all processes the state of process 0.
    void share(ProcessGroup& group);

  private:
    torch::nn::Module& module_;
    OptimizerConfig config_;
    std::vector<std::string> names_;
    std::vector<torch::Tensor> parameters_, masters_, first_, second_, average_, counts_;
};

}  // namespace rv::world_model
