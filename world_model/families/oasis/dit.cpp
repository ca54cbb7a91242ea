#include "world_model/families/oasis/dit.h"

#include <cmath>

#include "world_model/nn/attention.h"

namespace rv::world_model::families::oasis {
namespace {

constexpr double kLongestPeriod = 10000;  // dit.py, timestep_embedding

// The names under which a file may hold frequencies that all blocks share.
std::vector<std::string> aliases(const char* whole, const char* half, int64_t depth) {
    std::vector<std::string> names = {std::string(whole) + ".freqs"};
    for (int64_t i = 0; i < depth; ++i)
        names.push_back("blocks." + std::to_string(i) + "." + half + ".rotary_emb.freqs");
    return names;
}

torch::Tensor modulated(const torch::Tensor& x, const torch::Tensor& shift, const torch::Tensor& scale) {
    return torch::addcmul(shift, at::layer_norm(x, {x.size(-1)}, {}, {}, 1e-6), 1 + scale);
}

}  // namespace

Dit::Half Dit::make_half(WeightSource& weights, const std::string& prefix, const OasisConfig& c) {
    const int64_t D = c.hidden_size;
    return {.attn = {Linear(weights, prefix + "_attn.to_qkv", D, 3 * D, false),
                     Linear(weights, prefix + "_attn.to_out", D, D)},
            .mlp = Mlp(weights, prefix + "_mlp", D, c.mlp_ratio * D, "tanh"),
            .modulation = Linear(weights, prefix + "_adaLN_modulation.1", D, 6 * D)};
}

Dit::Dit(const OasisConfig& config, WeightSource& weights) : config_(config) {
    const OasisConfig& c = config_;
    c.check();
    const int64_t D = c.hidden_size, p = c.patch_size;
    x_embedder_ = Conv2d(weights, "x_embedder.proj", c.in_channels, D, p, p, 0);
    t_mlp_0_ = Linear(weights, "t_embedder.mlp.0", c.frequency_embedding_size, D);
    t_mlp_2_ = Linear(weights, "t_embedder.mlp.2", D, D);
    external_cond_ = Linear(weights, "external_cond", c.external_cond_dim, D);
    for (int64_t i = 0; i < c.depth; ++i) {
        const std::string name = "blocks." + std::to_string(i) + ".";
        blocks_.push_back({make_half(weights, name + "s", c), make_half(weights, name + "t", c)});
    }
    final_ = Linear(weights, "final_layer.linear", D, p * p * c.in_channels);
    final_modulation_ = Linear(weights, "final_layer.adaLN_modulation.1", D, 2 * D);

    const int64_t pairs = c.head_features() / 2;
    auto space = weights.take_shared(aliases("spatial_rotary_emb", "s_attn", c.depth), {pairs / 2});
    if (!space.defined()) space = pixel_frequencies(pairs / 2, c.spatial_max_freq);
    grid_ = rotation_in_grid(c.input_h / p, c.input_w / p, space).to(options());
    time_frequencies_ = weights.take_shared(aliases("temporal_rotary_emb", "t_attn", c.depth), {pairs});
    if (!time_frequencies_.defined()) time_frequencies_ = language_frequencies(pairs, c.temporal_theta);
}

torch::Tensor Dit::conditions(const std::vector<int64_t>& levels, const torch::Tensor& actions) const {
    const int64_t half = config_.frequency_embedding_size / 2;
    const auto frequencies = torch::exp(torch::arange(half, torch::kFloat32) *
                                        (-std::log(kLongestPeriod) / static_cast<double>(half)));
    const auto angles = torch::outer(torch::tensor(levels, torch::kFloat32), frequencies);
    const auto waves = torch::cat({angles.cos(), angles.sin()}, 1).to(options());
    const auto c = t_mlp_2_(torch::silu(t_mlp_0_(waves))) + external_cond_(actions.to(options()));
    return torch::silu(c);  // (T, D), as every modulation takes it
}

torch::Tensor Dit::tokens(const torch::Tensor& x) const {
    return x_embedder_(x.to(options())).flatten(2).transpose(1, 2).contiguous();  // (T, N, D)
}

torch::Tensor Dit::picture(const torch::Tensor& tokens, const torch::Tensor& c) const {
    const auto m = final_modulation_(c).unsqueeze(1).chunk(2, -1);
    const int64_t p = config_.patch_size, H = config_.input_h / p, W = config_.input_w / p;
    return final_(modulated(tokens, m[0], m[1]))
        .to(torch::kFloat32)
        .reshape({-1, H, W, p, p, config_.in_channels})
        .permute({0, 5, 1, 3, 2, 4})
        .reshape({-1, config_.in_channels, H * p, W * p});
}

// (T, N, 3 D) -> (T, N, 3, heads, features)
torch::Tensor Dit::heads(const torch::Tensor& qkv) const {
    return qkv.unflatten(-1, {3, config_.num_heads, config_.head_features()});
}

template <class Attend>
torch::Tensor Dit::half(const Half& half, const torch::Tensor& x, const torch::Tensor& c,
                        Attend attend) const {
    const auto m = half.modulation(c).unsqueeze(1).chunk(6, -1);  // each (T, 1, D)
    const auto attended = half.attn.to_out(attend(heads(half.attn.to_qkv(modulated(x, m[0], m[1])))));
    const auto h = torch::addcmul(x, m[2], attended);
    return torch::addcmul(h, m[5], half.mlp(modulated(h, m[3], m[4])));
}

torch::Tensor Dit::in_space(const torch::Tensor& qkv) const {
    const auto rows = qkv.permute({2, 0, 3, 1, 4});  // (3, T, heads, N, features)
    const auto qk = rotate_pairs(rows.slice(0, 0, 2), grid_);
    return nn::attention(qk[0], qk[1], rows[2]).transpose(1, 2).flatten(2);
}

torch::Tensor Dit::in_window(const torch::Tensor& qkv, const PairRotation& rotation) const {
    const auto rows = qkv.permute({2, 1, 3, 0, 4});  // (3, N, heads, T, features)
    const auto qk = rotate_pairs(rows.slice(0, 0, 2), rotation);
    const auto causal = nn::causal_bias(qkv.size(0), qkv.options());
    return nn::attention(qk[0], qk[1], rows[2], causal).permute({2, 0, 1, 3}).flatten(2);
}

Dit::Place Dit::place_in(DitCache& cache) const {
    const int64_t position = cache.frames.item<int64_t>(), window = config_.max_frames;
    return {cache, position % window, std::min(position + 1, window),
            rotation_in_time(position, 1, time_frequencies_).to(options())};
}

torch::Tensor Dit::in_cache(const torch::Tensor& qkv, size_t layer, const Place& place) const {
    const auto rows = qkv.permute({2, 1, 3, 0, 4});  // (3, N, heads, 1, features)
    const auto qk = rotate_pairs(rows.slice(0, 0, 2), place.rotation);
    const auto keys = place.cache.keys[static_cast<int64_t>(layer)],
               values = place.cache.values[static_cast<int64_t>(layer)];
    keys.narrow(2, place.slot, 1).copy_(qk[1]);
    values.narrow(2, place.slot, 1).copy_(rows[2]);
    // Slots fill up from the first on; the order of full ones does not matter, each key knows its time.
    return nn::attention(qk[0], keys.narrow(2, 0, place.known), values.narrow(2, 0, place.known))
        .permute({2, 0, 1, 3})
        .flatten(2);
}

torch::Tensor Dit::forward(const torch::Tensor& x, const std::vector<int64_t>& levels,
                           const torch::Tensor& actions) const {
    const auto c = conditions(levels, actions);
    const auto rotation = rotation_in_time(0, x.size(0), time_frequencies_).to(options());
    const auto space = [&](const torch::Tensor& qkv) { return in_space(qkv); };
    const auto time = [&](const torch::Tensor& qkv) { return in_window(qkv, rotation); };
    torch::Tensor h = tokens(x);
    for (const Block& block : blocks_) h = half(block.t, half(block.s, h, c, space), c, time);
    return picture(h, c);
}

DitCache Dit::make_cache() const {
    const torch::Tensor empty = torch::zeros(
        {config_.depth, config_.tokens(), config_.num_heads, config_.max_frames, config_.head_features()},
        options());
    return {empty, empty.clone(), torch::zeros({1}, torch::kInt64)};
}

torch::Tensor Dit::step(const torch::Tensor& x, int64_t level, const torch::Tensor& action,
                        DitCache& cache) const {
    const Place place = place_in(cache);
    const auto c = conditions({level}, action);
    const auto space = [&](const torch::Tensor& qkv) { return in_space(qkv); };
    torch::Tensor h = tokens(x);
    for (size_t i = 0; i < blocks_.size(); ++i) {
        const auto time = [&](const torch::Tensor& qkv) { return in_cache(qkv, i, place); };
        h = half(blocks_[i].t, half(blocks_[i].s, h, c, space), c, time);
    }
    return picture(h, c);
}

void Dit::remember(const torch::Tensor& x, int64_t level, const torch::Tensor& action,
                   DitCache& cache) const {
    step(x, level, action, cache);
    cache.frames.add_(1);
}

}  // namespace rv::world_model::families::oasis
