#pragma once
/// Whether the parts of a batch, each computed as one of several processes would, add up to the whole batch.

#include <doctest/doctest.h>

#include "world_model/numerics.h"
#include "world_model/training/trainer.h"

namespace rv::tests {

struct LossAndGradient {
    double loss;
    torch::Tensor gradient;  // all parameters, flattened
};

inline LossAndGradient loss_and_gradient(world_model::TrainingTask& task, int64_t batch,
                                         world_model::Shard shard) {
    task.module().zero_grad();
    const torch::Tensor loss = task.loss(batch, world_model::Draws(world_model::generator_for(7, 3), shard));
    loss.backward();
    std::vector<torch::Tensor> gradients;
    for (const auto& parameter : task.module().parameters()) {
        const auto& gradient = parameter.grad();
        gradients.push_back((gradient.defined() ? gradient : torch::zeros_like(parameter)).flatten());
    }
    return {loss.item<double>(), torch::cat(gradients).clone()};
}

/// Checks that the means over `processes` are what one process gets; the largest difference is printed.
inline void check_parts_add_up(world_model::TrainingTask& task, int64_t batch, int64_t processes,
                               double tolerance) {
    {
        torch::NoGradGuard no_grad;  // zero-initialised ends would hide what stands before them
        uint64_t i = 0;
        for (auto& p : task.module().parameters())
            p.add_(0.02 * torch::randn(p.sizes(), world_model::generator_for(5, i++)));
    }
    const LossAndGradient whole = loss_and_gradient(task, batch, {});
    double loss = 0;
    torch::Tensor gradient = torch::zeros_like(whole.gradient);
    for (int64_t rank = 0; rank < processes; ++rank) {
        const LossAndGradient part = loss_and_gradient(task, batch, {rank, processes});
        loss += part.loss / static_cast<double>(processes);
        gradient += part.gradient / static_cast<double>(processes);
    }
    const double scale = whole.gradient.abs().max().item<double>();
    const double difference = (gradient - whole.gradient).abs().max().item<double>() / scale;
    MESSAGE(task.name() << ": loss " << whole.loss << " and " << loss << ", gradients differ by at most "
                        << difference << " of the largest");
    CHECK(scale > 0);
    CHECK(loss == doctest::Approx(whole.loss).epsilon(tolerance));
    CHECK(difference < tolerance);
}

}  // namespace rv::tests
