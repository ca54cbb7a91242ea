#include "world_model/families/oasis/vae.h"

#include "world_model/nn/attention.h"

namespace rv::world_model::families::oasis {

Vae::Block Vae::make_block(WeightSource& weights, const std::string& name, const OasisConfig& c) {
    const int64_t D = c.vae_dim;
    return {.norm1 = LayerNorm(weights, name + ".norm1", D),
            .qkv = Linear(weights, name + ".attn.qkv", D, 3 * D),
            .proj = Linear(weights, name + ".attn.proj", D, D),
            .norm2 = LayerNorm(weights, name + ".norm2", D),
            .mlp = Mlp(weights, name + ".mlp", D, c.mlp_ratio * D, "none")};
}

Vae::Vae(const OasisConfig& config, WeightSource& weights) : config_(config) {
    const OasisConfig& c = config_;
    c.check();
    const int64_t D = c.vae_dim, p = c.vae_patch_size;
    patch_embed_ = Conv2d(weights, "patch_embed.proj", 3, D, p, p, 0);
    for (int64_t i = 0; i < c.vae_enc_depth; ++i)
        encoder_.push_back(make_block(weights, "encoder." + std::to_string(i), c));
    enc_norm_ = LayerNorm(weights, "enc_norm", D);
    quant_conv_ = Linear(weights, "quant_conv", D, 2 * c.in_channels);  // mean and log variance
    post_quant_conv_ = Linear(weights, "post_quant_conv", c.in_channels, D);
    for (int64_t i = 0; i < c.vae_dec_depth; ++i)
        decoder_.push_back(make_block(weights, "decoder." + std::to_string(i), c));
    dec_norm_ = LayerNorm(weights, "dec_norm", D);
    predictor_ = Linear(weights, "predictor", D, 3 * p * p);
    // A quarter of the head for rows and one for columns, as fast as the grid has cells (vae.py, Attention).
    const auto frequencies =
        pixel_frequencies(c.vae_dim / c.vae_heads / 8, static_cast<double>(c.input_h * c.input_w));
    grid_ = rotation_in_grid(c.input_h, c.input_w, frequencies).to(options());
}

torch::Tensor Vae::through(const Block& block, const torch::Tensor& x) const {
    const int64_t heads = config_.vae_heads;
    const auto rows = block
                          .qkv(block.norm1(x))  // (B, N, 3 D)
                          .unflatten(-1, {3, heads, config_.vae_dim / heads})
                          .permute({2, 0, 3, 1, 4});  // (3, B, heads, N, features)
    const auto qk = rotate_pairs(rows.slice(0, 0, 2), grid_);
    const auto h = x + block.proj(nn::attention(qk[0], qk[1], rows[2]).transpose(1, 2).flatten(2));
    return h + block.mlp(block.norm2(h));
}

torch::Tensor Vae::encode(const torch::Tensor& frames) const {
    torch::Tensor h = patch_embed_(frames.to(options())).flatten(2).transpose(1, 2).contiguous();
    for (const Block& block : encoder_) h = through(block, h);
    const auto mean = quant_conv_(enc_norm_(h)).slice(-1, 0, config_.in_channels).to(torch::kFloat32);
    return (mean.transpose(1, 2) * config_.scaling_factor)
        .reshape({-1, config_.in_channels, config_.input_h, config_.input_w});
}

torch::Tensor Vae::decode(const torch::Tensor& latents) const {
    const auto code = (latents / config_.scaling_factor).flatten(2).transpose(1, 2);  // (B, N, C)
    torch::Tensor h = post_quant_conv_(code.to(options()).contiguous());
    for (const Block& block : decoder_) h = through(block, h);
    const int64_t p = config_.vae_patch_size;
    return predictor_(dec_norm_(h))
        .to(torch::kFloat32)
        .reshape({-1, config_.input_h, config_.input_w, 3, p, p})
        .permute({0, 3, 1, 4, 2, 5})
        .reshape({-1, 3, config_.height(), config_.width()});
}

}  // namespace rv::world_model::families::oasis
