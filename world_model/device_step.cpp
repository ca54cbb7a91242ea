#include "world_model/device_step.h"

#include <utility>

#include "world_model/condition/pose_tensor.h"
#include "world_model/condition/warp_condition.h"
#include "world_model/numerics.h"
#include "world_model/part_scope.h"

namespace rv::world_model {

DeviceStep::DeviceStep(const DeviceState& like)
    : parts_(like.parts),
      state_(like),
      action_({1, static_cast<int64_t>(kActionSize)}, torch::kFloat32, parts_.device),
      text_({1, parts_.dynamics->text_features().size()}, torch::kFloat32, parts_.device),
      wanted_({kPoseSize}, torch::kFloat32, parts_.device),
      flags_({kCameraFlags}, torch::kInt32, parts_.device),
      prompt_changed_({1}, torch::kInt32, parts_.device) {}

void DeviceStep::prepare() {
    for (const bool settling : {false, true}) way_of(parts_.sampler({}, settling));
}

void DeviceStep::run(const DeviceInput& input) {
    torch::NoGradGuard no_grad;
    Way& way = way_of(parts_.sampler(input.step, input.settling));
    send(input);
    const bool drawn = std::exchange(way.filled, false) && way.seed == input.seed && way.frame == input.frame;
    if (!drawn) way.tape.fill(generator_for(input.seed, input.frame));
    as_part("replay", [&] { way.work->run(); });
}

void DeviceStep::draw_ahead(const DeviceInput& input) {
    torch::NoGradGuard no_grad;
    Way& way = way_of(parts_.sampler(input.step, input.settling));
    way.tape.fill(generator_for(input.seed, input.frame + 1));
    way.seed = input.seed;
    way.frame = input.frame + 1;
    way.filled = true;
}

void DeviceStep::observe(const torch::Tensor& frame, const DeviceInput& input) {
    torch::NoGradGuard no_grad;
    send(input);
    if (state_.camera) move_camera();
    if (state_.memory && parts_.memory) {
        state_.memory->follow_prompt(prompt_changed_.device(), state_.camera->time());
        state_.memory->offer(state_.newest());
    }
    const torch::Tensor latent = parts_.tokenizer->encode(parts_.for_tokenizer(frame));
    DynamicsState after = state_.dynamics;
    parts_.dynamics->append(after, latent);
    state_.move_to(after, frame.to(parts_.device), latent, parts_.tokenizer->decode(latent));
    if (state_.camera) state_.camera->arrive();
}

// The first run of a way finds out what noise it asks for and lets the libraries choose their algorithms; it
// must not count, so the state is put back.
DeviceStep::Way& DeviceStep::way_of(const SamplerSettings& settings) {
    const auto key = std::tuple(settings.steps, settings.guidance, settings.trust);
    if (const auto known = ways_.find(key); known != ways_.end()) return known->second;
    if (ways_.size() == kMostWays) ways_.clear();
    torch::NoGradGuard no_grad;
    const DeviceState before(state_);
    Way& way = ways_.emplace(key, Way{.tape = NoiseTape(parts_.device), .work = {}}).first->second;
    try {
        make_frame(settings, way.tape.learn());
        state_.copy_from(before);
        way.work = capture(parts_.device, [this, settings, &way] {
            torch::NoGradGuard still_no_grad;
            make_frame(settings, Noise(way.tape));
        });
    } catch (...) {
        ways_.erase(key);
        state_.copy_from(before);
        throw;
    }
    return way;
}

void DeviceStep::send(const DeviceInput& input) {
    const StepInput& step = input.step;
    const Action action = clamped(step.action);
    action_.send([&](torch::Tensor& host) { host.copy_(action_tensor(action)); });
    text_.send([&](torch::Tensor& host) {
        host[0].copy_(blended(parts_.dynamics->text_features(), step.prompt, step.fade));
    });
    wanted_.send([&](torch::Tensor& host) { host.copy_(pose_tensor(step.pose.value_or(CameraPose{}))); });
    flags_.send([&](torch::Tensor& host) {
        auto* flags = host.data_ptr<int32_t>();
        flags[kFollows] = step.pose.has_value();
        flags[kIdle] = action == Action{};
    });
    prompt_changed_.send([&](torch::Tensor& host) { *host.data_ptr<int32_t>() = input.prompt_changed; });
}

void DeviceStep::move_camera() {
    DeviceCamera& camera = *state_.camera;
    const torch::Tensor code =
        parts_.dynamics->motion_code(state_.dynamics, action_.device(), camera.last_motion(), camera.up());
    camera.advance(code.to(torch::kFloat32).contiguous(), wanted_.device(), flags_.device());
}

DeviceView DeviceStep::look_ahead() {
    DeviceMemory& memory = *state_.memory;
    memory.follow_prompt(prompt_changed_.device(), state_.camera->time());
    const DeviceView& seen = memory.view(state_.newest(), state_.camera->target());
    if (parts_.memory) memory.offer(state_.newest());
    return seen;
}

std::vector<DeviceStep::Part> DeviceStep::parts_of_step(const SamplerSettings& settings, const Noise& noise) {
    auto to = std::make_shared<Handed>();
    to->conditions.action = action_.device();
    to->conditions.text = text_.device();
    std::vector<Part> parts;
    if (state_.camera) {
        parts.push_back({"motion", [this, to] {
                             move_camera();
                             to->conditions.rays = state_.camera->rays();
                         }});
    }
    if (state_.memory) {
        parts.push_back({"reprojection", [this, to] { to->seen = look_ahead(); }});
        parts.push_back({"warp", [this, to] {
                             const WarpCondition warp =
                                 encode_warp(*parts_.tokenizer, to->seen.frame, to->seen.validity,
                                             parts_.device, parts_.dtype);
                             to->conditions.warped = warp.warped;
                             to->conditions.validity = warp.validity;
                         }});
    }
    parts.push_back({"dynamics", [this, to, settings, noise] {
                         to->after = state_.dynamics;
                         to->latent = parts_.dynamics->step(to->after, to->conditions, settings, noise);
                         to->code = to->latent.to(parts_.dtype).contiguous(torch::MemoryFormat::ChannelsLast);
                     }});
    parts.push_back({"tokenizer.decode", [this, to] { to->decoded = parts_.tokenizer->decode(to->code); }});
    parts.push_back({"paint", [this, to, noise] {
                         const PaintedBefore before{to->seen.shown, to->seen.validity};
                         to->frame = parts_.paint(to->code, to->decoded, before, noise);
                     }});
    parts.push_back({"keep", [this, to] {
                         state_.move_to(to->after, to->frame, to->latent, to->decoded);
                         if (state_.camera) state_.camera->arrive();
                     }});
    return parts;
}

void DeviceStep::make_frame(const SamplerSettings& settings, const Noise& noise) {
    for (const Part& part : parts_of_step(settings, noise)) as_part(part.name, part.work);
}

}  // namespace rv::world_model
