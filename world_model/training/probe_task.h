#pragma once
/// What a probe is trained to do.

#include "world_model/training/probe_corpus.h"
#include "world_model/training/trainer.h"

namespace rv::world_model {

struct ProbeLossConfig {
    double motion_weight = 1.0;                     ///< smooth L1 of the camera's motion
    double action_weight = 0.5, look_weight = 0.5;  ///< cross entropies
    double blur = 1.0;    ///< largest share of a picture that is replaced by a blurred one
    double noise = 0.06;  ///< largest standard deviation added to a picture
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(ProbeLossConfig, motion_weight, action_weight, look_weight,
                                                blur, noise)

/// Motion, action and look on true frames, mirrored half of the time. Each picture is blurred and noised by
/// an amount of its own, so that what is learned is motion and light, not the grain of a renderer.
class ProbeTask : public TrainingTask {
  public:
    ProbeTask(const ProbeCorpus& corpus, const ProbeLossConfig& loss);
    [[nodiscard]] std::string name() const override { return "probes"; }
    torch::nn::Module& module() override { return *probe_; }
    torch::Tensor loss(int64_t batch, const Draws& draws) override;
    [[nodiscard]] std::map<std::string, std::string> metadata() const override;
    Probe& probe() { return probe_; }

  private:
    torch::Tensor motion_loss(const Draws& draws);
    torch::Tensor look_loss(const Draws& draws);
    torch::Tensor worn(const torch::Tensor& rows, const Draws& draws) const;

    const ProbeCorpus& corpus_;
    ProbeLossConfig config_;
    Probe probe_;
};

}  // namespace rv::world_model
