#include "world_model/evaluation/probe.h"

#include "engine/core/error.h"
#include "world_model/checkpoint.h"
#include "world_model/config.h"
#include "world_model/nn/blocks.h"

namespace rv::world_model {
namespace {

// Cells of a quarter of the resolution that a point may move between two frames.
constexpr int64_t kReachX = 4, kReachY = 2;
constexpr int64_t kMatches = (2 * kReachX + 1) * (2 * kReachY + 1);
constexpr int64_t kSeen = 48;

torch::nn::Conv2d conv(int64_t in, int64_t out, int64_t size, int64_t stride) {
    return torch::nn::Conv2d(torch::nn::Conv2dOptions(in, out, size).stride(stride).padding(size / 2));
}

void add_stage(torch::nn::Sequential& stages, int64_t in, int64_t out, int64_t size, int64_t stride) {
    stages->push_back(conv(in, out, size, stride));
    stages->push_back(nn::group_norm(out));
    stages->push_back(torch::nn::Functional(torch::silu));
}

// Of length one and free of what all channels share, so that products say how alike two cells are.
torch::Tensor directions(const torch::Tensor& x) {
    const auto centred = x - x.mean(1, true);
    return centred / (centred.square().sum(1, true) + 1e-4).sqrt();
}

// How alike each cell of `b` is to the cells around the same place in `a`: FlowNetC's correlation
// (Dosovitskiy et al. 2015, Sec. 3). @return (B, kMatches, h, w)
torch::Tensor correlation(const torch::Tensor& a, const torch::Tensor& b) {
    const int64_t h = a.size(2), w = a.size(3);
    const auto there = directions(b);
    const auto padded = torch::constant_pad_nd(directions(a), {kReachX, kReachX, kReachY, kReachY});
    std::vector<torch::Tensor> matches;
    for (int64_t dy = 0; dy <= 2 * kReachY; ++dy) {
        for (int64_t dx = 0; dx <= 2 * kReachX; ++dx) {
            const auto shifted = padded.slice(2, dy, dy + h).slice(3, dx, dx + w);
            matches.push_back((shifted * there).sum(1, true));
        }
    }
    return torch::cat(matches, 1);
}

// Where each cell came from: the mean displacement, weighted by likeness. (B, 2, h, w), of order one.
torch::Tensor displacement(const torch::Tensor& matches) {
    constexpr double kSharpness = 10;
    const auto weights = (kSharpness * matches).softmax(1);
    const auto options = matches.options();
    const auto y = torch::arange(-kReachY, kReachY + 1, options) / kReachX;
    const auto x = torch::arange(-kReachX, kReachX + 1, options) / kReachX;
    const auto ways = torch::stack({x.repeat({2 * kReachY + 1}), y.repeat_interleave(2 * kReachX + 1)});
    return torch::einsum("bmhw,cm->bchw", {weights, ways});
}

int64_t class_of(float axis) {
    return axis < -kPressed ? 0 : axis > kPressed ? 2 : 1;
}

}  // namespace

std::array<int64_t, kActionAxes.size()> action_classes(const Action& action) {
    return {class_of(action.forward), class_of(action.sideways), class_of(action.turn),
            class_of(action.look)};
}

std::vector<std::string> look_values(std::string_view look) {
    std::vector<std::string> values;
    while (!look.empty()) {
        const size_t end = std::min(look.find(','), look.size());
        std::string_view value = look.substr(0, end);
        while (!value.empty() && value.front() == ' ') value.remove_prefix(1);
        values.emplace_back(value);
        look.remove_prefix(std::min(end + 1, look.size()));
    }
    return values;
}

ProbeImpl::ProbeImpl(const ProbeConfig& config) : config_(config) {
    add_stage(see_, 3, 24, 5, 2);
    add_stage(see_, 24, kSeen, 3, 2);
    add_stage(track_, kMatches + 2 + kSeen, 64, 1, 1);
    add_stage(track_, 64, 64, 3, 2);
    add_stage(track_, 64, 96, 3, 2);
    track_->push_back(torch::nn::AdaptiveAvgPool2d(torch::nn::AdaptiveAvgPool2dOptions({4, 6})));
    track_->push_back(torch::nn::Flatten());
    read_->push_back(torch::nn::Linear(96 * 24, 128));
    read_->push_back(torch::nn::SiLU());
    add_stage(view_, 3, 24, 5, 2);
    add_stage(view_, 24, 32, 3, 2);
    add_stage(view_, 32, 48, 3, 2);
    add_stage(view_, 48, kLookFeatures, 3, 2);
    view_->push_back(torch::nn::AdaptiveAvgPool2d(torch::nn::AdaptiveAvgPool2dOptions({1, 1})));
    view_->push_back(torch::nn::Flatten());
    register_module("see", see_);
    register_module("track", track_);
    register_module("read", read_);
    register_module("view", view_);
    motion_ = register_module("motion", torch::nn::Linear(128, 6));
    actions_ = register_module(
        "actions", torch::nn::Linear(128, static_cast<int64_t>(kActionAxes.size()) * kAxisClasses));
    for (const auto& values : config.values)
        looks_->push_back(torch::nn::Linear(kLookFeatures, static_cast<int64_t>(values.size())));
    register_module("looks", looks_);
}

torch::Tensor ProbeImpl::reduced(const torch::Tensor& frames) const {
    if (frames.size(2) == config_.height && frames.size(3) == config_.width) return frames;
    return torch::adaptive_avg_pool2d(frames.to(torch::kFloat32), {config_.height, config_.width});
}

ProbeImpl::Motion ProbeImpl::motion(const torch::Tensor& before, const torch::Tensor& after) {
    const auto type = motion_->weight.scalar_type();
    const auto a = see_->forward(before.to(type)), b = see_->forward(after.to(type));
    const auto matches = correlation(a, b);
    const auto moved = read_->forward(track_->forward(torch::cat({matches, displacement(matches), b}, 1)));
    return {motion_->forward(moved).to(torch::kFloat32),
            actions_->forward(moved)
                .to(torch::kFloat32)
                .view({-1, static_cast<int64_t>(kActionAxes.size()), kAxisClasses})};
}

torch::Tensor ProbeImpl::look_features(const torch::Tensor& frames) {
    return view_->forward(frames.to(motion_->weight.scalar_type()));
}

std::vector<torch::Tensor> ProbeImpl::looks(const torch::Tensor& features) {
    std::vector<torch::Tensor> logits;
    for (const auto& head : *looks_)
        logits.push_back(head->as<torch::nn::Linear>()->forward(features).to(torch::kFloat32));
    return logits;
}

Probe load_probe(const std::filesystem::path& file) {
    const Checkpoint checkpoint = read_checkpoint(file);
    Probe probe(config_from<ProbeConfig>(checkpoint.json("config", file), file.string()));
    load_state(*probe, checkpoint.tensors, file);
    probe->eval();
    return probe;
}

}  // namespace rv::world_model
