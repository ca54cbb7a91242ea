#include "world_model/training/optimizer.h"

#include <algorithm>
#include <cmath>

#include "engine/core/error.h"

namespace rv::world_model {

double learning_rate_at(const OptimizerConfig& config, int64_t step, int64_t total_steps) {
    if (step < config.warmup_steps) {
        return config.learning_rate * static_cast<double>(step + 1) /
               static_cast<double>(config.warmup_steps);
    }
    const double t =
        std::min(1.0, static_cast<double>(step - config.warmup_steps) /
                          std::max<double>(1, static_cast<double>(total_steps - config.warmup_steps)));
    const double cosine = 0.5 * (1 + std::cos(M_PI * t));
    return config.learning_rate * (config.final_rate + (1 - config.final_rate) * cosine);
}

double learning_rate_after(const OptimizerConfig& config, int64_t step, double spent_share) {
    const double warm = std::min(
        1.0, static_cast<double>(step + 1) / static_cast<double>(std::max<int64_t>(1, config.warmup_steps)));
    const double cosine = 0.5 * (1 + std::cos(M_PI * std::clamp(spent_share, 0.0, 1.0)));
    return config.learning_rate * warm * (config.final_rate + (1 - config.final_rate) * cosine);
}

Optimizer::Optimizer(torch::nn::Module& module, const OptimizerConfig& config)
    : module_(module), config_(config) {
    torch::NoGradGuard no_grad;
    for (const auto& item : module.named_parameters()) {
        names_.push_back(item.key());
        parameters_.push_back(item.value());
        const auto& master = masters_.emplace_back(item.value().detach().to(torch::kFloat32, false, true));
        first_.push_back(torch::zeros_like(master));
        second_.push_back(torch::zeros_like(master));
        average_.push_back(master.clone());
        counts_.push_back(torch::zeros({}, master.options()));
    }
}

double Optimizer::step(int64_t step, double learning_rate, ProcessGroup& group) {
    torch::NoGradGuard no_grad;
    std::vector<torch::Tensor> gradients;
    for (size_t i = 0; i < parameters_.size(); ++i) {
        auto& gradient = parameters_[i].mutable_grad();
        // The layout of the master, which the fused step requires.
        auto g = torch::empty_like(masters_[i]);
        if (gradient.defined())
            g.copy_(gradient);
        else
            g.zero_();
        gradients.push_back(std::move(g));
        gradient.reset();
    }
    group.average(gradients);
    torch::Tensor squares = torch::zeros({}, masters_.front().options());
    for (const auto& g : gradients) squares += g.square().sum();
    // Process 0's for all: another kind of processor rounds differently, and the weights would drift apart.
    double norm = group.first() ? squares.sqrt().item<double>() : 0;
    group.sum({&norm, 1});
    if (!std::isfinite(norm)) return norm;  // a step that would destroy the weights is left out
    if (norm > config_.clip_norm) at::_foreach_mul_(gradients, config_.clip_norm / norm);

    for (auto& count : counts_) count.add_(1);  // the fused step expects to be told which one it is
    at::_fused_adamw_(masters_, gradients, first_, second_, {}, counts_, learning_rate, config_.beta1,
                      config_.beta2, config_.weight_decay, config_.epsilon, false, false);
    // A young average must not remember the initial weights for long.
    const double decay =
        std::min(config_.ema_decay, (1.0 + static_cast<double>(step)) / (10.0 + static_cast<double>(step)));
    at::_foreach_lerp_(average_, masters_, 1 - decay);
    for (size_t i = 0; i < parameters_.size(); ++i) parameters_[i].copy_(masters_[i]);
    return norm;
}

TensorMap Optimizer::averaged_state() const {
    TensorMap state;
    for (size_t i = 0; i < names_.size(); ++i) state.emplace(names_[i], average_[i]);
    for (const auto& item : module_.named_buffers()) state.emplace(item.key(), item.value());
    return state;
}

TensorMap Optimizer::state() const {
    TensorMap state;
    for (size_t i = 0; i < names_.size(); ++i) {
        state.emplace("master." + names_[i], masters_[i]);
        state.emplace("first." + names_[i], first_[i]);
        state.emplace("second." + names_[i], second_[i]);
        state.emplace("average." + names_[i], average_[i]);
        state.emplace("count." + names_[i], counts_[i]);
    }
    for (const auto& item : module_.named_buffers()) state.emplace("buffer." + item.key(), item.value());
    return state;
}

void Optimizer::restore(const TensorMap& state, const std::filesystem::path& file) {
    torch::NoGradGuard no_grad;
    const auto take = [&](const std::string& name, torch::Tensor into) {
        const auto found = state.find(name);
        if (found == state.end()) throw FileError(file.string(), "the training state lacks " + name);
        if (found->second.sizes() != into.sizes()) {
            throw FileError(file.string(), "the training state's " + name + " has another shape",
                            "train into another folder, or with the configuration of the earlier run");
        }
        into.copy_(found->second);
    };
    for (size_t i = 0; i < names_.size(); ++i) {
        take("master." + names_[i], masters_[i]);
        take("first." + names_[i], first_[i]);
        take("second." + names_[i], second_[i]);
        take("average." + names_[i], average_[i]);
        take("count." + names_[i], counts_[i]);
        parameters_[i].copy_(masters_[i]);
    }
    for (const auto& item : module_.named_buffers()) take("buffer." + item.key(), item.value());
}

void Optimizer::share(ProcessGroup& group) {
    torch::NoGradGuard no_grad;
    std::vector<torch::Tensor> tensors;
    for (const auto& [name, tensor] : state()) tensors.push_back(tensor);
    group.broadcast(tensors);
    for (size_t i = 0; i < parameters_.size(); ++i) parameters_[i].copy_(masters_[i]);
}

}  // namespace rv::world_model
