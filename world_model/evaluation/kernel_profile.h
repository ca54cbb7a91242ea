#pragma once
/// How near the networks of a step come to what the machine can multiply. On the CPU. Free of LibTorch.

#include <string>
#include <vector>

#include "world_model/world.h"

namespace rv::world_model {

/// What the machine does at its best: one large convolution, or one large matrix product.
struct MachineRate {
    std::string kind;       ///< "convolution" (3 x 3, 256 to 256 channels, 64 x 64, channels_last) or
                            ///< "matrix product" (2048 x 2048)
    std::string precision;  ///< "bf16" or "fp32"
    double gflop = 0, ms_p50 = 0, gflops_per_second = 0;
};

/// What a part asked of LibTorch in one step, longest first. Measured under observation, which makes each
/// operation some microseconds slower.
struct OperationProfile {
    std::string name;  ///< "aten::conv2d"
    double calls = 0, ms = 0, gflop = 0, gflops_per_second = 0;
};

/// A part of a step (part_scope.h). Parts within a part are counted in it too.
struct PartProfile {
    std::string name;  ///< "dynamics/denoise": one denoising step within the dynamics
    double calls = 0;  ///< a step
    double gflop = 0, ms_p50 = 0, gflops_per_second = 0;  ///< of one call
    /// Of the machine's rates in the world's own precision, measured next to each call.
    double share_of_convolution = 0, share_of_matrix_product = 0;
    /// Of the part's time, what convolutions, matrix products and attention take; the rest only moves
    /// numbers.
    double multiplying = 0;
    double multiplying_gflops_per_second = 0;  ///< during that time
    std::vector<OperationProfile> operations;
};

struct KernelProfile {
    int threads = 0;
    std::string precision;  ///< of the networks
    std::vector<MachineRate> rates;
    StepTimes step;                  ///< medians
    std::vector<PartProfile> parts;  ///< "step" first: the whole
};

struct KernelProfileOptions {
    int threads = 1;  ///< LibTorch keeps this number afterwards
    int rounds = 20;  ///< each measures every rate and one step, so that what else the machine does meets all
};

/// Steps a rollout on and measures. Every kind of world has "step"; which parts it has else is up to it.
KernelProfile profile_step(Rollout& rollout, const StepInput& input, const KernelProfileOptions& options);

}  // namespace rv::world_model
