#include "world_model/families/diamond/reward_end.h"

#include "engine/core/error.h"

namespace rv::world_model::families::diamond {

int64_t RewardEndConfig::features() const {
    const int64_t size = img_size >> (channels.size() - 1);
    return channels.back() * size * size;
}

void RewardEndConfig::check() const {
    const auto sound = [](int64_t value) { return value >= 1 && value <= 65536; };
    bool all = sound(lstm_dim) && sound(img_channels) && sound(img_size) && sound(cond_channels) &&
               sound(num_actions) && !channels.empty() && channels.size() <= 8 &&
               depths.size() == channels.size() && attn_depths.size() == channels.size();
    for (size_t i = 0; all && i < channels.size(); ++i) all = sound(channels[i]) && sound(depths[i]);
    if (!all || img_size % (int64_t{1} << (channels.size() - 1)) != 0)
        throw UsageError("DIAMOND: the sizes of its head for rewards and ends make no network");
}

RewardEnd::RewardEnd(const RewardEndConfig& config, WeightSource& weights) : config_(config) {
    const RewardEndConfig& c = config_;
    c.check();
    conv_in_ = same_conv(weights, "encoder.conv_in", 2 * c.img_channels, c.channels[0], 3);
    const auto add = [&](const std::vector<int64_t>& in, const std::vector<int64_t>& out, bool attn) {
        blocks_.emplace_back(weights, "encoder.blocks." + std::to_string(blocks_.size()), in, out,
                             c.cond_channels, attn);
    };
    for (size_t i = 0; i < c.channels.size(); ++i) {
        const auto n = static_cast<size_t>(c.depths[i]);
        std::vector<int64_t> in(n, c.channels[i]);
        const std::vector<int64_t> out = in;
        in[0] = c.channels[i > 0 ? i - 1 : 0];
        add(in, out, c.attn_depths[i] != 0);
        if (i == 0) continue;
        const std::string name = "encoder.downsamples." + std::to_string(i) + ".conv";
        downsamples_.push_back(halving_conv(weights, name, c.channels[i - 1]));
    }
    const std::vector<int64_t> deepest(2, c.channels.back());
    add(deepest, deepest, true);
    act_emb_ = weights.take("act_emb.weight", {c.num_actions, c.cond_channels});
    weight_ih_ = weights.take("lstm.weight_ih_l0", {4 * c.lstm_dim, c.features()});
    weight_hh_ = weights.take("lstm.weight_hh_l0", {4 * c.lstm_dim, c.lstm_dim});
    bias_ih_ = weights.take("lstm.bias_ih_l0", {4 * c.lstm_dim});
    bias_hh_ = weights.take("lstm.bias_hh_l0", {4 * c.lstm_dim});
    head_0_ = Linear(weights, "head.0", c.lstm_dim, c.lstm_dim);
    head_2_ = Linear(weights, "head.2", c.lstm_dim, 5, false);
}

RewardEnd::Memory RewardEnd::begin() const {
    const auto nothing = torch::zeros({1, config_.lstm_dim}, act_emb_.options());
    return {nothing, nothing.clone()};
}

RewardEnd::Prediction RewardEnd::predict(const torch::Tensor& before, const torch::Tensor& action,
                                         const torch::Tensor& after, Memory& memory) const {
    const auto options = act_emb_.options();
    const auto cond = action.to(options).unsqueeze(0).matmul(act_emb_);
    auto x = conv_in_(
        torch::cat({before, after}).unsqueeze(0).to(options).contiguous(torch::MemoryFormat::ChannelsLast));
    for (size_t i = 0; i < blocks_.size(); ++i) {
        if (i > 0 && i <= downsamples_.size()) x = downsamples_[i - 1](x);
        x = blocks_[i](x, cond).back();
    }
    const auto [hidden, cell] =
        at::lstm_cell(x.contiguous().reshape({1, -1}), {memory.hidden.to(options), memory.cell.to(options)},
                      weight_ih_, weight_hh_, bias_ih_, bias_hh_);
    memory = {hidden, cell};
    const auto logits = head_2_(torch::silu(head_0_(hidden)))[0].to(torch::kFloat32);
    return {logits.slice(0, 0, 3), logits.slice(0, 3)};
}

}  // namespace rv::world_model::families::diamond
