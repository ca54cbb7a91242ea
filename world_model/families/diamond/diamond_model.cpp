#include "world_model/families/diamond/diamond_model.h"

#include "engine/core/clock.h"
#include "world_model/part_scope.h"

namespace rv::world_model::families::diamond {
namespace {

// The last `count` rows, the first one repeated where there are fewer.
torch::Tensor last_of(const torch::Tensor& rows, int64_t count) {
    const int64_t known = std::min(rows.size(0), count);
    const auto newest = rows.slice(0, rows.size(0) - known);
    if (known == count) return newest.clone();
    std::vector<int64_t> repeats(static_cast<size_t>(rows.dim()), 1);
    repeats[0] = count - known;
    return torch::cat({newest.slice(0, 0, 1).repeat(repeats), newest});
}

// Without the oldest row, and with a new one behind.
torch::Tensor moved_on(const torch::Tensor& rows, const torch::Tensor& newest) {
    return torch::cat({rows.slice(0, 1), newest.unsqueeze(0)});
}

}  // namespace

DiamondModel::DiamondModel(Denoiser denoiser, std::optional<Denoiser> upsampler,
                           std::unique_ptr<GameActions> actions, std::optional<RewardEnd> head)
    : denoiser_(std::move(denoiser)),
      upsampler_(std::move(upsampler)),
      actions_(std::move(actions)),
      head_(std::move(head)) {}

TensorMap DiamondModel::begin(const torch::Tensor& frames) const {
    const int64_t T = denoiser_.config().num_steps_conditioning;
    const auto actions = actions_->vector({}).to(frames.device()).repeat({T, 1});
    if (!upsampler_) {
        TensorMap state = begin_with(last_of(frames, T), actions);
        if (head_) {
            state.emplace("first", state.at("frames").clone());
            begin_game(state);
        }
        return state;
    }
    // The low resolution as the authors made it: bicubic, with the averaging that keeps fine detail out.
    const int64_t factor = upsampler_->config().upsampling_factor;
    const auto low =
        at::_upsample_bicubic2d_aa(frames, {frames.size(2) / factor, frames.size(3) / factor}, false);
    TensorMap state = begin_with(last_of(low.clamp(-1, 1), T), actions);
    state.emplace("full", last_of(frames, upsampler_->config().num_steps_conditioning));
    return state;
}

TensorMap DiamondModel::begin_with(const torch::Tensor& frames, const torch::Tensor& actions) const {
    return {{"frames", frames.to(torch::kFloat32).contiguous()},
            {"actions", actions.to(torch::kFloat32).contiguous()}};
}

torch::Tensor DiamondModel::next_frame(TensorMap& state, const torch::Tensor& action, int64_t steps,
                                       const Noise& noise) const {
    torch::Tensor &frames = state.at("frames"), &actions = state.at("actions");
    actions = torch::cat({actions.slice(0, 0, -1), action.to(actions.options()).unsqueeze(0)});
    const auto context = frames.flatten(0, 1).unsqueeze(0);  // (1, T C, H, W)
    const auto frame = sample(denoiser_, context, actions.unsqueeze(0), steps, noise)[0];
    frames = moved_on(frames, frame);
    actions = moved_on(actions, torch::zeros_like(actions[0]));
    return frame;
}

torch::Tensor DiamondModel::enlarged(TensorMap& state, const torch::Tensor& frame, const Noise& noise) const {
    const DenoiserConfig& c = upsampler_->config();
    torch::Tensor& full = state.at("full");
    const auto low = at::upsample_bicubic2d(
        frame.unsqueeze(0), {frame.size(1) * c.upsampling_factor, frame.size(2) * c.upsampling_factor},
        false);
    const auto context = torch::cat({full.flatten(0, 1).unsqueeze(0), low}, 1);
    const auto painted = sample(*upsampler_, context, {}, c.num_steps_denoising, noise)[0];
    full = moved_on(full, painted);
    return painted;
}

// The network has seen the frames that the game begins with, as in training.
void DiamondModel::begin_game(TensorMap& state) const {
    const auto idle = actions_->vector({}).to(state.at("frames").device());
    state["frames"] = state.at("first").clone();
    state["actions"] = idle.repeat({state.at("frames").size(0), 1});
    RewardEnd::Memory memory = head_->begin();
    const torch::Tensor& frames = state.at("frames");
    for (int64_t t = 0; t + 1 < frames.size(0); ++t) head_->predict(frames[t], idle, frames[t + 1], memory);
    state["hidden"] = memory.hidden;
    state["cell"] = memory.cell;
    state["reward"] = torch::zeros({1});
}

void DiamondModel::play_on(TensorMap& state, const torch::Tensor& before, const torch::Tensor& action,
                           torch::Generator generator) const {
    RewardEnd::Memory memory{state.at("hidden"), state.at("cell")};
    const auto told = head_->predict(before, action, state.at("frames")[-1], memory);
    state["hidden"] = memory.hidden;
    state["cell"] = memory.cell;
    const auto draw = [&](const torch::Tensor& logits) {
        return at::multinomial(logits.softmax(0).cpu(), 1, false, generator).item<int64_t>();
    };
    state["reward"] = state.at("reward") + static_cast<double>(draw(told.reward) - 1);
    if (draw(told.end) == 1) begin_game(state);
}

torch::Tensor DiamondModel::step(TensorMap& state, const StepInput& input, int steps,
                                 torch::Generator generator, StepTimes& times) const {
    const auto device = denoiser_.options().device();
    const Noise noise = [&](at::IntArrayRef shape) { return torch::randn(shape, generator).to(device); };
    const TimePoint begin = Clock::now();
    const auto action = actions_->vector(input.action).to(device);
    const auto before = state.at("frames")[-1];
    auto frame = as_part("dynamics", [&] { return next_frame(state, action, steps, noise); });
    if (head_) as_part("head", [&] { return play_on(state, before, action, generator), 0; });
    const TimePoint predicted = Clock::now();
    if (upsampler_) frame = as_part("decoder", [&] { return enlarged(state, frame, noise); });
    times.dynamics_ms = milliseconds_between(begin, predicted);
    times.decode_ms = milliseconds_between(predicted, Clock::now());
    return frame.clamp(-1, 1);
}

}  // namespace rv::world_model::families::diamond
