#include <doctest/doctest.h>
#include <torch/torch.h>

#include "tests/gpu/parity.h"
#include "world_model/cuda/norm.h"
#include "world_model/nn/fused.h"
#include "world_model/nn/unet.h"
#include "world_model/numerics.h"

using namespace rv::world_model;
using rv::tests::fresh;
using rv::tests::kFormats;
using rv::tests::poison;
using rv::tests::relative_error;
using rv::tests::rounding;

namespace {

torch::Tensor pictures(torch::IntArrayRef sizes, torch::ScalarType dtype) {
    return (2 * fresh(sizes) + 3).to(dtype).contiguous(torch::MemoryFormat::ChannelsLast);
}

// As a block has them: side by side in what one layer gave, behind something else.
nn::Modulation modulation(int64_t B, int64_t C, torch::ScalarType dtype) {
    const auto m = fresh({B, 3 * C}, dtype).unsqueeze(-1).unsqueeze(-1).split_with_sizes({C, C, C}, 1);
    return {.shift = m[2], .scale = m[1]};
}

nn::Modulation precise(const nn::Modulation& m) {
    if (!m.scale.defined()) return {};
    return {.shift = m.shift.to(torch::kFloat64), .scale = m.scale.to(torch::kFloat64)};
}

// In float64, of which the kernels know nothing: LibTorch's operations.
torch::Tensor group_reference(const torch::nn::GroupNorm& norm, const torch::Tensor& x,
                              const nn::Modulation& m, nn::Activation activation) {
    torch::nn::GroupNorm twin(norm->options);
    if (norm->weight.defined()) {
        twin->weight.set_data(norm->weight.to(torch::kFloat64));
        twin->bias.set_data(norm->bias.to(torch::kFloat64));
    }
    return nn::adaptive_group_norm(twin, x.to(torch::kFloat64), precise(m), activation);
}

void check_group_norm(torch::IntArrayRef sizes, torch::ScalarType dtype, bool adaptive,
                      nn::Activation activation) {
    auto norm = nn::group_norm(sizes[1], !adaptive);
    norm->to(torch::kCUDA, dtype);
    if (!adaptive) {
        norm->weight.set_data(fresh({sizes[1]}, dtype));
        norm->bias.set_data(fresh({sizes[1]}, dtype));
    }
    const auto x = pictures(sizes, dtype);
    const auto m = adaptive ? modulation(sizes[0], sizes[1], dtype) : nn::Modulation{};
    const auto reference = group_reference(norm, x, m, activation);
    poison(sizes, dtype);
    const auto out =
        cuda::group_norm(x, norm->options.num_groups(), norm->weight, norm->bias, norm->options.eps(),
                         m.scale, m.shift, activation == nn::Activation::Silu);
    REQUIRE(out.has_value());
    std::ostringstream what;
    what << "group norm of " << x.sizes() << " " << dtype;
    CHECK(relative_error(what.str(), *out, reference) < rounding(dtype));
    CHECK(torch::equal(*out,
                       nn::adaptive_group_norm(norm, x, m, activation)));  // taken, and the same bits again
}

}  // namespace

TEST_CASE(
    "[cuda::group_norm] is LibTorch's group norm, modulation and activation, in every format and odd sizes") {
    torch::NoGradGuard no_grad;
    for (const auto dtype : kFormats) {
        for (const std::vector<int64_t>& sizes : {std::vector<int64_t>{1, 192, 20, 32},
                                                  {1, 512, 10, 16},
                                                  {1, 64, 96, 160},
                                                  {2, 64, 9, 7},
                                                  {1, 48, 5, 3},
                                                  {3, 36, 1, 1},
                                                  {2, 30, 3, 5},
                                                  {1, 60, 7, 11}}) {
            check_group_norm(sizes, dtype, true, nn::Activation::Silu);
            check_group_norm(sizes, dtype, false, nn::Activation::Silu);
            check_group_norm(sizes, dtype, false, nn::Activation::None);
        }
    }
}

TEST_CASE("[cuda::group_norm] a mean far from zero costs no digits") {
    torch::NoGradGuard no_grad;
    const auto x = (fresh({1, 64, 9, 7}) + 1000).contiguous(torch::MemoryFormat::ChannelsLast);
    const auto out = cuda::group_norm(x, 2, {}, {}, 1e-5, {}, {}, false);
    REQUIRE(out.has_value());
    const auto reference = torch::group_norm(x.to(torch::kFloat64), 2, {}, {}, 1e-5);
    CHECK(relative_error("group norm around 1000", *out, reference) < 1e-4);  // the input's own digits
}

TEST_CASE("[cuda::group_norm] leaves to LibTorch what it does not know") {
    const auto x = pictures({1, 64, 5, 6}, torch::kFloat32);
    const auto taken = [](const torch::Tensor& t) {
        return cuda::group_norm(t, 2, {}, {}, 1e-5, {}, {}, true).has_value();
    };
    CHECK(taken(x));
    CHECK_FALSE(taken(x.contiguous()));
    CHECK_FALSE(taken(x.to(torch::kFloat64)));
    CHECK_FALSE(taken(x.cpu()));
    CHECK_FALSE(taken(x.detach().clone().requires_grad_()));
}

TEST_CASE("[cuda::layer_norm] is LibTorch's layer norm and modulation") {
    torch::NoGradGuard no_grad;
    for (const auto dtype : kFormats) {
        for (const std::vector<int64_t>& sizes :
             {std::vector<int64_t>{1, 160, 256}, {2, 7, 48}, {3, 5, 36}, {1, 1, 1024}, {2, 13, 30}}) {
            const auto x = (2 * fresh(sizes) + 1).to(dtype);
            const auto m = fresh({sizes[0], 6 * sizes[2]}, dtype).unsqueeze(1).chunk(6, -1);
            const nn::Modulation modulation{.shift = m[3], .scale = m[4]};
            const auto reference = nn::adaptive_layer_norm(x.to(torch::kFloat64), precise(modulation), 1e-6);
            poison(sizes, dtype);
            const auto out = cuda::layer_norm(x, modulation.shift, modulation.scale, 1e-6);
            REQUIRE(out.has_value());
            std::ostringstream what;
            what << "layer norm of " << x.sizes() << " " << dtype;
            CHECK(relative_error(what.str(), *out, reference) < rounding(dtype));
        }
    }
}

TEST_CASE("[UNet] gives with kernels of our own what it gives without") {
    nn::UNet unet(nn::UNetConfig{{64, 96}, 1, true}, 7, 5, 32);
    {
        torch::NoGradGuard no_grad;  // zero-initialised ends would hide what stands before them
        for (auto& p : unet->parameters()) p.add_(0.05 * torch::randn_like(p));
    }
    prepare(*unet, torch::kCUDA, torch::kFloat32);
    const auto x = pictures({2, 7, 9, 11}, torch::kFloat32), y = fresh({2, 32});
    const auto plain = unet(x, y).detach();  // gradients are wanted, of which the kernels know nothing
    torch::NoGradGuard no_grad;
    CHECK(relative_error("U-Net in float32", unet(x, y), plain) < 2e-3);  // cuDNN may multiply in TF32
}
