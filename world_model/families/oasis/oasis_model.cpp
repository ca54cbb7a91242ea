#include "world_model/families/oasis/oasis_model.h"

#include "engine/core/clock.h"
#include "world_model/families/oasis/actions.h"
#include "world_model/part_scope.h"

namespace rv::world_model::families::oasis {
namespace {

DitCache cache_of(TensorMap& state) {
    return {state.at("keys"), state.at("values"), state.at("frames")};
}

// The last rows of `window` with one more behind them.
torch::Tensor shifted(const torch::Tensor& window, const torch::Tensor& row) {
    return torch::cat({window.slice(0, 1), row.to(window.options())});
}

}  // namespace

OasisModel::OasisModel(const OasisConfig& config, WeightSource& dit, WeightSource& vae, Mode mode)
    : config_(config), schedule_(config), dit_(config, dit), vae_(config, vae), mode_(mode) {}

TensorMap OasisModel::begin(const torch::Tensor& frames) const {
    return begin_with(vae_.encode(frames), torch::zeros({frames.size(0), config_.external_cond_dim}));
}

TensorMap OasisModel::begin_with(const torch::Tensor& latents, const torch::Tensor& actions) const {
    TensorMap state;
    if (mode_ == Mode::Cached) {
        const DitCache cache = dit_.make_cache();
        state = {{"keys", cache.keys}, {"values", cache.values}, {"frames", cache.frames}};
    } else {
        const OasisConfig& c = config_;
        state = {{"latents", torch::zeros({c.max_frames - 1, c.in_channels, c.input_h, c.input_w})},
                 {"actions", torch::zeros({c.max_frames - 1, c.external_cond_dim})},
                 {"frames", torch::zeros({1}, torch::kInt64)}};
    }
    for (int64_t t = 0; t < latents.size(0); ++t)
        remember(state, latents.slice(0, t, t + 1), actions.slice(0, t, t + 1));
    return state;
}

void OasisModel::remember(TensorMap& state, const torch::Tensor& latent, const torch::Tensor& action) const {
    if (mode_ == Mode::Cached) {
        DitCache cache = cache_of(state);
        return dit_.remember(latent, schedule_.context_level(), action, cache);
    }
    state["latents"] = shifted(state["latents"], latent.to(torch::kCPU));
    state["actions"] = shifted(state["actions"], action.to(torch::kCPU));
    state["frames"] = state["frames"] + 1;
}

torch::Tensor OasisModel::predict(TensorMap& state, const torch::Tensor& x, int64_t level,
                                  const torch::Tensor& action) const {
    if (mode_ == Mode::Cached) {
        DitCache cache = cache_of(state);
        return dit_.step(x, level, action, cache);
    }
    const int64_t past = std::min(state["frames"].item<int64_t>(), config_.max_frames - 1);
    const int64_t first = config_.max_frames - 1 - past;
    std::vector<int64_t> levels(static_cast<size_t>(past), schedule_.context_level());
    levels.push_back(level);
    const auto window = torch::cat({state["latents"].slice(0, first).to(x.options()), x});
    const auto actions = torch::cat({state["actions"].slice(0, first).to(action.options()), action});
    return dit_.forward(window, levels, actions).slice(0, past);
}

torch::Tensor OasisModel::next_latent(TensorMap& state, const torch::Tensor& action,
                                      const torch::Tensor& noise, int64_t steps) const {
    const double most = config_.noise_abs_max;
    torch::Tensor x = noise.clamp(-most, most);
    const std::vector<int64_t> levels = schedule_.levels(std::min(steps, config_.max_noise_level));
    for (size_t i = 0; i < levels.size(); ++i) {
        const auto v = predict(state, x, levels[i], action);
        x = schedule_.step(x, v, levels[i], i + 1 < levels.size() ? levels[i + 1] : -1);
    }
    remember(state, x, action);
    return x;
}

torch::Tensor OasisModel::step(TensorMap& state, const StepInput& input, int steps,
                               torch::Generator generator, StepTimes& times) const {
    const TimePoint begin = Clock::now();
    const auto device = dit_.options().device();
    const auto action = action_vector(input.action).to(device);
    const auto noise =
        torch::randn({1, config_.in_channels, config_.input_h, config_.input_w}, generator).to(device);
    const auto latent = as_part("dynamics", [&] { return next_latent(state, action, noise, steps); });
    const TimePoint predicted = Clock::now();
    const auto frame = as_part("tokenizer.decode", [&] { return vae_.decode(latent)[0].clamp(-1, 1); });
    times.dynamics_ms = milliseconds_between(begin, predicted);
    times.decode_ms = milliseconds_between(predicted, Clock::now());
    return frame;
}

torch::Tensor OasisModel::reconstruct(const torch::Tensor& frame) const {
    return vae_.decode(vae_.encode(frame.unsqueeze(0)))[0].clamp(-1, 1);
}

}  // namespace rv::world_model::families::oasis
