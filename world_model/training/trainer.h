#pragma once
/// The training loop: one for every network.

#include <functional>
#include <string>

#include "world_model/sampling/draws.h"
#include "world_model/training/optimizer.h"
#include "world_model/training/process_group.h"

namespace rv::world_model {

struct TrainerConfig {
    int64_t steps = 1000;
    double minutes =
        0;  ///< above 0: trains for this time instead, over all runs; `steps` is not used then. How
            ///< many steps fit depends on the machine, so such a run cannot be repeated bit for bit
    int64_t batch = 32;  ///< samples of all processes together
    uint64_t seed = 1;
    std::string device = "cpu";      ///< or "cuda"
    std::string precision = "auto";  ///< "bf16", "fp32", or "auto": what the device does fast
    int threads = 0;                 ///< 0: one a core
    double checkpoint_seconds = 120;
    int64_t log_steps = 20;  ///< steps averaged into one row of loss.csv
    double timeout_seconds =
        45;  ///< of several processes: how long one waits for another before it takes it for dead
    OptimizerConfig optimizer;
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(TrainerConfig, steps, minutes, batch, seed, device, precision,
                                                threads, checkpoint_seconds, log_steps, timeout_seconds,
                                                optimizer)

/// What is trained, and on what.
class TrainingTask {
  public:
    virtual ~TrainingTask() = default;
    [[nodiscard]] virtual std::string name() const = 0;  ///< "tokenizer"; also the file: <name>.safetensors
    virtual torch::nn::Module& module() = 0;
    /// A scalar that depends on nothing but the module and the draws: the trainer seeds them by step, which
    /// is what makes an interrupted run end at the same weights.
    /// @param batch samples of all processes together: of these the task computes the part that `draws` says,
    /// and the mean of the processes' losses is the loss of the whole batch
    /// @throws UsageError if the batch has too few samples for the processes.
    virtual torch::Tensor loss(int64_t batch, const Draws& draws) = 0;
    /// Metadata of the finished checkpoint: "kind", "config", ...
    [[nodiscard]] virtual std::map<std::string, std::string> metadata() const = 0;
    /// Called once with the averaged weights in the module, before the checkpoint is written.
    virtual void finish() {}
};

struct TrainingResult {
    bool finished = false;  ///< false: interrupted, run the same command again to continue
    int64_t steps = 0;
    double last_loss = 0;
    double seconds = 0;  ///< spent training, over all runs
};

/// Trains into `folder`: loss.csv, loss.png, state.safetensors (to resume from) and at the end
/// <name>.safetensors with the averaged weights in bfloat16. Resumes where an earlier run stopped; SIGINT and
/// SIGTERM stop it cleanly. Time counts from the first step on, without loading of data.
/// @throws FileError if the folder holds a run of another configuration.
TrainingResult train(TrainingTask& task, const TrainerConfig& config, const std::filesystem::path& folder);
/// The same by several processes, of which each computes its part of every batch: they end at the weights,
/// and write the losses, of one process alone, but for rounding. Process 0 reads and writes the folder; its
/// weights and its clock count for all, and a signal to any of them stops all after the same step.
/// @throws Error also if one of them ends; what process 0 wrote last can be continued from, by any number.
TrainingResult train(TrainingTask& task, const TrainerConfig& config, const std::filesystem::path& folder,
                     ProcessGroup& group);

}  // namespace rv::world_model
