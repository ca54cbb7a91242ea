#include "world_model/families/diamond/unet.h"

#include <algorithm>
#include <cmath>

#include "world_model/nn/attention.h"

namespace rv::world_model::families::diamond {
namespace {

// blocks.py: GN_GROUP_SIZE, GN_EPS, ATTN_HEAD_DIM
constexpr int64_t kGroupSize = 32, kHeadFeatures = 8;
constexpr double kEpsilon = 1e-5;

int64_t groups_of(int64_t channels) {
    return std::max<int64_t>(1, channels / kGroupSize);
}

Conv2d conv(WeightSource& weights, const std::string& name, int64_t in, int64_t out, int64_t kernel,
            int64_t stride) {
    Conv2d c(weights, name, in, out, kernel, stride, kernel / 2);
    c.weight = c.weight.contiguous(torch::MemoryFormat::ChannelsLast);
    return c;
}

// A norm whose gain and offset come from the condition.
torch::Tensor adaptive(const torch::Tensor& x, const Linear& linear, const torch::Tensor& cond) {
    const auto m = linear(cond).unsqueeze(-1).unsqueeze(-1).chunk(2, 1);
    return torch::addcmul(m[1], group_norm(x), 1 + m[0]);
}

int64_t padding_of(int64_t size, int64_t multiple) {
    return (multiple - size % multiple) % multiple;
}

}  // namespace

Conv2d same_conv(WeightSource& weights, const std::string& name, int64_t in, int64_t out, int64_t kernel) {
    return conv(weights, name, in, out, kernel, 1);
}

Conv2d halving_conv(WeightSource& weights, const std::string& name, int64_t channels) {
    return conv(weights, name, channels, channels, 3, 2);
}

torch::Tensor group_norm(const torch::Tensor& x) {
    return at::group_norm(x, groups_of(x.size(1)), {}, {}, kEpsilon);
}

GroupNorm::GroupNorm(WeightSource& weights, const std::string& name, int64_t channels)
    : weight(weights.take(name + ".norm.weight", {channels})),
      bias(weights.take(name + ".norm.bias", {channels})) {}

torch::Tensor GroupNorm::operator()(const torch::Tensor& x) const {
    return at::group_norm(x, groups_of(x.size(1)), weight, bias, kEpsilon);
}

SelfAttention::SelfAttention(WeightSource& weights, const std::string& name, int64_t channels)
    : heads_(std::max<int64_t>(1, channels / kHeadFeatures)),
      norm_(weights, name + ".norm", channels),
      qkv_proj_(same_conv(weights, name + ".qkv_proj", channels, 3 * channels, 1)),
      out_proj_(same_conv(weights, name + ".out_proj", channels, channels, 1)) {}

torch::Tensor SelfAttention::operator()(const torch::Tensor& input) const {
    const auto x = norm_(input);  // what is added to at the end is the normed input too
    const auto rows = qkv_proj_(x)
                          .flatten(2)                     // (B, 3 C, H W)
                          .unflatten(1, {3, heads_, -1})  // (B, 3, heads, features, H W)
                          .transpose(3, 4)
                          .contiguous();
    const auto y = nn::attention(rows.select(1, 0), rows.select(1, 1), rows.select(1, 2));
    return x + out_proj_(y.transpose(2, 3).reshape(x.sizes()));
}

ResBlock::ResBlock(WeightSource& weights, const std::string& name, int64_t in, int64_t out, int64_t cond,
                   bool attn) {
    if (in != out) proj_ = same_conv(weights, name + ".proj", in, out, 1);
    norm1_ = Linear(weights, name + ".norm1.linear", cond, 2 * in);
    conv1_ = same_conv(weights, name + ".conv1", in, out, 3);
    norm2_ = Linear(weights, name + ".norm2.linear", cond, 2 * out);
    conv2_ = same_conv(weights, name + ".conv2", out, out, 3);
    if (attn) attn_.emplace(weights, name + ".attn", out);
}

torch::Tensor ResBlock::operator()(const torch::Tensor& x, const torch::Tensor& cond) const {
    const auto r = proj_ ? (*proj_)(x) : x;
    const auto h = conv1_(torch::silu(adaptive(x, norm1_, cond)));
    const auto y = conv2_(torch::silu(adaptive(h, norm2_, cond))) + r;
    return attn_ ? (*attn_)(y) : y;
}

ResBlocks::ResBlocks(WeightSource& weights, const std::string& name, const std::vector<int64_t>& in,
                     const std::vector<int64_t>& out, int64_t cond, bool attn) {
    for (size_t i = 0; i < in.size(); ++i)
        blocks_.emplace_back(weights, name + ".resblocks." + std::to_string(i), in[i], out[i], cond, attn);
}

std::vector<torch::Tensor> ResBlocks::operator()(torch::Tensor x, const torch::Tensor& cond,
                                                 const std::vector<torch::Tensor>& beside) const {
    std::vector<torch::Tensor> outputs;
    for (size_t i = 0; i < blocks_.size(); ++i) {
        if (!beside.empty()) x = torch::cat({x, beside[i]}, 1);
        x = blocks_[i](x, cond);
        outputs.push_back(x);
    }
    return outputs;
}

UNet::UNet(WeightSource& weights, const std::string& name, int64_t cond, const std::vector<int64_t>& depths,
           const std::vector<int64_t>& channels, const std::vector<int64_t>& attn_depths) {
    const size_t levels = channels.size();
    for (size_t i = 0; i < levels; ++i) {
        const int64_t c1 = channels[i > 0 ? i - 1 : 0], c2 = channels[i];
        const auto n = static_cast<size_t>(depths[i]);
        std::vector<int64_t> in(n, c2), out(n, c2);
        in[0] = c1;
        d_blocks_.emplace_back(weights, name + ".d_blocks." + std::to_string(i), in, out, cond,
                               attn_depths[i] != 0);
    }
    for (size_t j = 0; j < levels; ++j) {
        const size_t i = levels - 1 - j;
        const int64_t c1 = channels[i > 0 ? i - 1 : 0], c2 = channels[i];
        const auto n = static_cast<size_t>(depths[i]);
        std::vector<int64_t> in(n, 2 * c2), out(n, c2);
        in.push_back(c1 + c2);
        out.push_back(c1);
        u_blocks_.emplace_back(weights, name + ".u_blocks." + std::to_string(j), in, out, cond,
                               attn_depths[i] != 0);
    }
    const std::vector<int64_t> deepest(2, channels.back());
    mid_blocks_.emplace(weights, name + ".mid_blocks", deepest, deepest, cond, true);
    for (size_t i = 1; i < levels; ++i) {
        const int64_t down = channels[i - 1], up = channels[levels - 1 - i];
        const std::string number = std::to_string(i);
        downsamples_.push_back(halving_conv(weights, name + ".downsamples." + number + ".conv", down));
        upsamples_.push_back(same_conv(weights, name + ".upsamples." + number + ".conv", up, up, 3));
    }
}

torch::Tensor UNet::operator()(const torch::Tensor& picture, const torch::Tensor& cond) const {
    const int64_t h = picture.size(2), w = picture.size(3), multiple = int64_t{1} << downsamples_.size();
    const int64_t bottom = padding_of(h, multiple), right = padding_of(w, multiple);
    torch::Tensor x = bottom + right > 0 ? torch::constant_pad_nd(picture, {0, right, 0, bottom}) : picture;

    std::vector<std::vector<torch::Tensor>> skips;
    for (size_t i = 0; i < d_blocks_.size(); ++i) {
        if (i > 0) x = downsamples_[i - 1](x);
        std::vector<torch::Tensor> outputs = {x};
        for (const torch::Tensor& output : d_blocks_[i](x, cond)) outputs.push_back(output);
        x = outputs.back();
        std::ranges::reverse(outputs);  // as the way up takes them
        skips.push_back(std::move(outputs));
    }
    x = (*mid_blocks_)(x, cond).back();
    for (size_t j = 0; j < u_blocks_.size(); ++j) {
        if (j > 0) x = upsamples_[j - 1](at::upsample_nearest2d(x, {2 * x.size(2), 2 * x.size(3)}));
        x = u_blocks_[j](x, cond, skips[skips.size() - 1 - j]).back();
    }
    return x.slice(2, 0, h).slice(3, 0, w);
}

}  // namespace rv::world_model::families::diamond
