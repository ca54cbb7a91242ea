#pragma once
/// Processes that train one network together, over LibTorch's own process groups: Gloo between CPUs, and NCCL
/// for what lies on GPUs.
///
/// All processes make the same calls in the same order. A call returns once every process has made it; where
/// one of them ended, or does not come within the timeout, the others get an Error that says so.

#include <torch/torch.h>

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "world_model/sampling/draws.h"
#include "world_model/training/launch.h"

namespace rv::world_model {

class ProcessGroup {
  public:
    /// One process alone: there is nobody to wait for, and the calls below cost nothing.
    ProcessGroup();
    /// Meets the others. @param timeout_s how long one process waits for another, here and in every call
    /// @throws Error if they do not all come.
    ProcessGroup(const Launch& launch, double timeout_s);
    ~ProcessGroup();
    ProcessGroup(const ProcessGroup&) = delete;
    ProcessGroup& operator=(const ProcessGroup&) = delete;

    [[nodiscard]] const Launch& launch() const { return launch_; }
    [[nodiscard]] int size() const { return launch_.size; }
    /// Whether this is process 0, which alone writes files and shows progress.
    [[nodiscard]] bool first() const { return launch_.rank == 0; }
    [[nodiscard]] Shard shard() const { return {launch_.rank, launch_.size}; }
    /// "cpu", or for "cuda" the GPU that is this process's, which becomes the current one. @throws
    /// UsageError, DeviceError.
    [[nodiscard]] torch::Device device(const std::string& kind) const;

    /// Replaces tensors (float32, without gaps, all on one device) by their means over the processes.
    void average(const std::vector<torch::Tensor>& tensors);
    /// Copies the tensors (without gaps, all on one device) of process 0 into the others'.
    void broadcast(const std::vector<torch::Tensor>& tensors);
    /// Replaces values by their sums over the processes.
    void sum(std::span<double> values);

    /// Runs `work`, and returns once every process has run its own, however long that takes. Who fails
    /// meanwhile is noticed as in every other call, but `work` itself is not broken off.
    void together(const std::function<void()>& work);
    /// `work` in process 0, and then, with what that left on the disk, in the others.
    void first_before_others(const std::function<void()>& work);

  private:
    struct Connections;
    void guarded(const std::function<void()>& call);

    Launch launch_;
    std::unique_ptr<Connections> connections_;  // none: alone
};

}  // namespace rv::world_model
