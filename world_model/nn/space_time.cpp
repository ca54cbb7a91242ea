#include "world_model/nn/space_time.h"

#include "engine/core/error.h"
#include "world_model/nn/attention.h"
#include "world_model/nn/fused.h"

namespace rv::world_model::nn {

namespace F = torch::nn::functional;

namespace {

constexpr int64_t kMostTokens = 256;  // beyond, attention is bound by memory

torch::nn::Linear zero_init(torch::nn::Linear linear) {
    torch::nn::init::zeros_(linear->weight);
    torch::nn::init::zeros_(linear->bias);
    return linear;
}

torch::Tensor normalised(const torch::Tensor& x, const torch::Tensor& shift, const torch::Tensor& scale) {
    return adaptive_layer_norm(x, {.shift = shift, .scale = scale}, 1e-6);
}

std::string shape_text(const torch::Tensor& t) {
    std::ostringstream text;
    text << t.sizes();
    return text.str();
}

void require(bool sound, const std::string& what) {
    if (!sound) throw UsageError("transformer: " + what);
}

void check_config(const SpaceTimeConfig& c) {
    require(c.patch >= 1, "patch must be at least 1");
    require(c.depth >= 2, "depth must be at least 2, one block in space and one in time");
    require(c.heads >= 1 && c.dim % c.heads == 0 && c.dim / c.heads % 4 == 0,
            "dim (" + std::to_string(c.dim) + ") must be a multiple of four times the heads (" +
                std::to_string(c.heads) + ")");
    require(c.mlp_ratio >= 1, "mlp_ratio must be at least 1");
    require(c.window >= 2 && c.window <= kMostTokens,
            "window must be between 2 and " + std::to_string(kMostTokens) + " frames");
    require(c.sink >= 0 && c.sink < c.window - 1,
            "sink must leave room in the window for the frame at work and one before");
}

// Windows of T frames, place by place.
Attend in_time(int64_t T, const Rotation& rotation) {
    const auto causal = causal_bias(T, rotation.cos.options());
    return [T, rotation, causal](const torch::Tensor& qkv) {
        const int64_t B = qkv.size(0) / T, N = qkv.size(1);
        const auto rows = qkv.unflatten(0, {B, T}).permute({3, 0, 2, 4, 1, 5}).flatten(1, 2);
        const auto qk = rotate(rows.slice(0, 0, 2), rotation);  // (2, B N, heads, T, features)
        const auto y = attention(qk[0], qk[1], rows[2], causal);
        return y.unflatten(0, {B, N}).permute({0, 3, 1, 2, 4}).reshape({B * T, N, -1});
    };
}

// The ring has a row for each place of each sequence.
Attend in_ring(KeyValueRing& ring, int64_t layer) {
    return [&ring, layer](const torch::Tensor& qkv) {
        const auto rows = qkv.flatten(0, 1).unbind(1);  // 3 x (B N, heads, features)
        return ring.attend(layer, rows[0], rows[1], rows[2]).reshape({qkv.size(0), qkv.size(1), -1});
    };
}

}  // namespace

SpaceTimeBlockImpl::SpaceTimeBlockImpl(const SpaceTimeConfig& config, int64_t cond)
    : dim_(config.dim), heads_(config.heads) {
    const int64_t hidden = config.mlp_ratio * dim_;
    modulation_ = register_module("modulation", zero_init(torch::nn::Linear(cond, 6 * dim_)));
    qkv_ = register_module("qkv", torch::nn::Linear(torch::nn::LinearOptions(dim_, 3 * dim_).bias(false)));
    out_ = register_module("out", torch::nn::Linear(dim_, dim_));
    fc1_ = register_module("fc1", torch::nn::Linear(dim_, hidden));
    fc2_ = register_module("fc2", torch::nn::Linear(hidden, dim_));
}

std::vector<torch::Tensor> SpaceTimeBlockImpl::modulate(const torch::Tensor& y) {
    return modulation_(y).unsqueeze(1).chunk(6, -1);
}

torch::Tensor SpaceTimeBlockImpl::project(const torch::Tensor& x, const std::vector<torch::Tensor>& m) {
    return qkv_(normalised(x, m[0], m[1])).unflatten(-1, {3, heads_, dim_ / heads_});
}

torch::Tensor SpaceTimeBlockImpl::project(const torch::Tensor& x, const torch::Tensor& y) {
    return project(x, modulate(y));
}

torch::Tensor SpaceTimeBlockImpl::forward(const torch::Tensor& x, const torch::Tensor& y,
                                          const Attend& attend) {
    const auto m = modulate(y);
    const auto h = torch::addcmul(x, m[2], out_(attend(project(x, m))));
    const auto hidden = torch::gelu(fc1_(normalised(h, m[3], m[4])));
    return torch::addcmul(h, m[5], fc2_(hidden));
}

SpaceTimeTransformerImpl::SpaceTimeTransformerImpl(const SpaceTimeConfig& config, int64_t in, int64_t out,
                                                   int64_t cond)
    : config_(config), in_(in), cond_(cond) {
    check_config(config);
    // Patches overlap by one cell: a little of what a convolution knows about neighbours makes transformers
    // learn faster (Xiao et al. 2021, "Early Convolutions").
    embed_ = register_module(
        "embed",
        torch::nn::Conv2d(
            torch::nn::Conv2dOptions(in, config.dim, config.patch + 2).stride(config.patch).padding(1)));
    for (int64_t i = 0; i < config.depth; ++i) blocks_->push_back(SpaceTimeBlock(config, cond));
    register_module("blocks", blocks_);
    modulation_ = register_module("modulation", zero_init(torch::nn::Linear(cond, 2 * config.dim)));
    out_ =
        register_module("out", zero_init(torch::nn::Linear(config.dim, out * config.patch * config.patch)));
}

void SpaceTimeTransformerImpl::check(const torch::Tensor& x, const torch::Tensor& y) const {
    if (x.dim() != 4 || x.size(1) != in_ || y.dim() != 2 || y.size(1) != cond_ || x.size(0) != y.size(0)) {
        throw Error("transformer: expected frames (F, " + std::to_string(in_) +
                    ", h, w) and conditions (F, " + std::to_string(cond_) + "), got " + shape_text(x) +
                    " and " + shape_text(y));
    }
    const int64_t N = cells(x.size(2)) * cells(x.size(3));
    if (N > kMostTokens) {
        throw Error("transformer: a frame of " + std::to_string(N) + " tokens is more than " +
                        std::to_string(kMostTokens),
                    "a larger patch");
    }
}

void SpaceTimeTransformerImpl::check(const torch::Tensor& x, const torch::Tensor& y,
                                     const KeyValueRing& ring) const {
    check(x, y);
    const int64_t rows = x.size(0) * cells(x.size(2)) * cells(x.size(3));
    if (ring.keys.size(1) != rows || ring.window() != config_.window) {
        throw Error("transformer: frames " + shape_text(x) + " do not fit a ring of " +
                    shape_text(ring.keys));
    }
}

torch::Tensor SpaceTimeTransformerImpl::tokens(const torch::Tensor& x) {
    const int64_t p = config_.patch;
    const int64_t bottom = cells(x.size(2)) * p - x.size(2), right = cells(x.size(3)) * p - x.size(3);
    const auto padded = bottom + right > 0 ? torch::constant_pad_nd(x, {0, right, 0, bottom}) : x;
    return embed_(padded.contiguous(torch::MemoryFormat::ChannelsLast)).permute({0, 2, 3, 1}).flatten(1, 2);
}

torch::Tensor SpaceTimeTransformerImpl::picture(const torch::Tensor& tokens, const torch::Tensor& y,
                                                int64_t h, int64_t w) {
    const auto m = modulation_(y).unsqueeze(1).chunk(2, -1);
    const auto patches = out_(normalised(tokens, m[0], m[1]))  // (F, N, out patch patch)
                             .unflatten(1, {cells(h), cells(w)})
                             .permute({0, 3, 1, 2});
    const auto whole = config_.patch == 1 ? patches : torch::pixel_shuffle(patches, config_.patch);
    return whole.slice(2, 0, h).slice(3, 0, w);
}

const Rotation& SpaceTimeTransformerImpl::grid(int64_t h, int64_t w) {
    const auto network = embed_->weight.options();
    const bool kept = grid_h_ == h && grid_w_ == w && grid_.cos.device() == network.device() &&
                      grid_.cos.dtype() == network.dtype();
    if (!kept) {
        grid_ = grid_rotation(cells(h), cells(w), features(), embed_->weight.device()).to(network);
        grid_h_ = h;
        grid_w_ = w;
    }
    return grid_;
}

Attend SpaceTimeTransformerImpl::in_space(int64_t h, int64_t w) {
    const Rotation rotation = grid(h, w);
    return [rotation](const torch::Tensor& qkv) {
        const auto rows = qkv.permute({2, 0, 3, 1, 4});  // (3, F, heads, N, features)
        const auto qk = rotate(rows.slice(0, 0, 2), rotation);
        return attention(qk[0], qk[1], rows[2]).transpose(1, 2).flatten(2);
    };
}

torch::Tensor SpaceTimeTransformerImpl::forward(const torch::Tensor& x, const torch::Tensor& y, int64_t T) {
    check(x, y);
    if (T < 1 || T > config_.window || x.size(0) % T != 0) {
        throw Error("transformer: " + std::to_string(x.size(0)) + " frames are no windows of " +
                    std::to_string(T) + " frames, at most " + std::to_string(config_.window));
    }
    const auto space = in_space(x.size(2), x.size(3));
    const auto positions = torch::arange(T, embed_->weight.options().dtype(torch::kInt64));
    const auto time = in_time(T, time_rotation(positions, features()).to(embed_->weight.options()));
    const auto awake = torch::silu(y);
    torch::Tensor h = tokens(x);
    for (size_t i = 0; i < blocks_->size(); ++i)
        h = blocks_->ptr<SpaceTimeBlockImpl>(i)->forward(h, awake, is_in_time(i) ? time : space);
    return picture(h, awake, x.size(2), x.size(3));
}

KeyValueRing SpaceTimeTransformerImpl::make_ring(int64_t B, int64_t h, int64_t w) const {
    return {{.layers = config_.depth / 2,
             .rows = B * cells(h) * cells(w),
             .heads = config_.heads,
             .window = config_.window,
             .sink = config_.sink,
             .features = features()},
            embed_->weight.options()};
}

torch::Tensor SpaceTimeTransformerImpl::step(const torch::Tensor& x, const torch::Tensor& y,
                                             KeyValueRing& ring) {
    check(x, y, ring);
    const auto space = in_space(x.size(2), x.size(3));
    const auto awake = torch::silu(y);
    torch::Tensor h = tokens(x);
    for (size_t i = 0; i < blocks_->size(); ++i) {
        h = blocks_->ptr<SpaceTimeBlockImpl>(i)->forward(
            h, awake, is_in_time(i) ? in_ring(ring, static_cast<int64_t>(i / 2)) : space);
    }
    return picture(h, awake, x.size(2), x.size(3));
}

void SpaceTimeTransformerImpl::remember(const torch::Tensor& x, const torch::Tensor& y, KeyValueRing& ring) {
    check(x, y, ring);
    const auto space = in_space(x.size(2), x.size(3));
    const auto awake = torch::silu(y);
    const size_t last =
        blocks_->size() / 2 * 2 - 1;  // the last block in time; what is behind it is not needed
    torch::Tensor h = tokens(x);
    for (size_t i = 0; i < last; ++i) {
        h = blocks_->ptr<SpaceTimeBlockImpl>(i)->forward(
            h, awake, is_in_time(i) ? in_ring(ring, static_cast<int64_t>(i / 2)) : space);
    }
    const auto rows = blocks_->ptr<SpaceTimeBlockImpl>(last)->project(h, awake).flatten(0, 1).unbind(1);
    ring.remember(static_cast<int64_t>(last / 2), rows[1], rows[2]);
}

}  // namespace rv::world_model::nn
