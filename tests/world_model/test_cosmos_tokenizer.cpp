#include <doctest/doctest.h>
#include <torch/torch.h>

#include "tests/support/messages.h"
#include "world_model/numerics.h"
#include "world_model/tokenizer/cosmos/haar.h"
#include "world_model/tokenizer/cosmos/tokenizer.h"

using namespace rv;
using namespace rv::world_model;
using namespace rv::world_model::cosmos;
using rv::tests::contains;
using rv::tests::message_of;

namespace {

CosmosTokenizerConfig small(int64_t time, int64_t space, const std::string& bottleneck) {
    CosmosTokenizerConfig config;
    config.time = time;
    config.space = space;
    config.bottleneck = bottleneck;
    config.latent_channels = 4;
    config.channels = 8;
    config.multipliers = {1, 2, 2};
    config.blocks = 1;
    return config;
}

CosmosTokenizer awake(const CosmosTokenizerConfig& config) {
    torch::manual_seed(3);
    CosmosTokenizer tokenizer(config);
    torch::NoGradGuard no_grad;
    // Zero-initialised ends would hide what stands before them.
    for (auto& p : tokenizer->parameters())
        p.add_(0.05 * torch::randn(p.sizes(), generator_for(5, static_cast<uint64_t>(p.numel()))));
    return tokenizer;
}

// In [-1, 1], in steps of 8 bits.
torch::Tensor film(int64_t T, int64_t H, int64_t W, uint64_t seed = 1) {
    return torch::randint(256, {2, 3, T, H, W}, generator_for(seed, 0)).to(torch::kFloat32) / 128 - 1;
}

const std::pair<int64_t, int64_t> kCompressions[] = {{4, 8}, {8, 8}, {8, 16}};

}  // namespace

TEST_CASE("[Haar] what is split into bands comes back bit for bit") {
    for (const int64_t T : {1, 5, 9}) {
        const auto video = film(T, 8, 12);
        const auto bands = haar(video);
        CHECK(bands.sizes() == torch::IntArrayRef({2, 192, 1 + (T - 1) / 4, 2, 3}));
        CHECK(torch::equal(inverse_haar(bands), video));
        const auto other = (video + 1) * (128 / 127.5) - 1;  // steps that no float has exactly
        CHECK(torch::allclose(inverse_haar(haar(other)), other, 0, 5e-7));
    }
    // The first three bands of a block are its mean, a colour each; a still grey film has nothing else.
    const auto bands = haar(torch::full({1, 3, 5, 4, 4}, 0.25f));
    CHECK(torch::equal(bands.slice(1, 0, 3), torch::full({1, 3, 2, 1, 1}, 0.25f)));
    CHECK(bands.slice(1, 3).abs().max().item<float>() == 0);
    const auto any = film(5, 4, 4);
    CHECK(torch::allclose(haar(any).slice(1, 0, 3).select(2, 1),
                          any.slice(2, 1).mean({2, 3, 4}).unsqueeze(-1).unsqueeze(-1)));
}

TEST_CASE("[Fsq] every index comes back, and its code is what quantising leaves alone") {
    const Fsq fsq({8, 8, 8, 5, 5, 5});
    CHECK(fsq.codes() == 64000);
    const auto indices = torch::arange(64000, torch::kInt32).reshape({10, 6400});
    const auto codes = fsq.codes_of(indices);
    CHECK(codes.sizes() == torch::IntArrayRef({10, 6, 6400}));
    CHECK(codes.abs().max().item<float>() == 1);
    CHECK(torch::equal(fsq.indices(codes), indices));
    CHECK(torch::equal(fsq.snap(codes), codes));
    CHECK(torch::equal(fsq.indices(codes + 0.09), indices));  // half a step is 1 / 8 at least
}

TEST_CASE("[Fsq] values are rounded to the levels, and gradients pass the rounding") {
    const Fsq fsq({8, 5, 2});
    auto z = (torch::randn({3, 3, 50}, generator_for(2, 0)) * 2).requires_grad_();
    const auto codes = fsq.quantise(z);
    CHECK(torch::allclose(fsq.snap(codes.detach()), codes.detach()));
    for (int64_t c = 0; c < 3; ++c) {
        const auto different = std::get<0>(at::_unique(codes.detach().select(1, c).contiguous()));
        CHECK(different.numel() == std::vector<int64_t>{8, 5, 2}[static_cast<size_t>(c)]);
    }
    codes.sum().backward();
    CHECK(z.grad().isfinite().all().item<bool>());
    CHECK((z.grad() >= 0).all().item<bool>());
    CHECK((z.grad().slice(1, 0, 2) > 0).all().item<bool>());  // two levels lie far out on the tangent
    // The gradient of the bound alone, which is what stands for that of the rounding.
    const auto at_zero = torch::zeros({1, 3}).requires_grad_();
    fsq.quantise(at_zero).sum().backward();
    CHECK(at_zero.grad()[0][1].item<float>() == doctest::Approx(2 * 1.001 / 2));
    CHECK_THROWS_AS(Fsq({}), UsageError);
    CHECK_THROWS_AS(Fsq({1}), UsageError);
    CHECK_THROWS_AS(Fsq(std::vector<int64_t>(20, 8)), UsageError);
}

TEST_CASE("[CosmosTokenizer] films and pictures become latents of the promised size and come back") {
    torch::NoGradGuard no_grad;
    for (const auto& [time, space] : kCompressions)
        for (const char* bottleneck : {"continuous", "discrete"}) {
            CAPTURE(time);
            CAPTURE(space);
            CAPTURE(bottleneck);
            auto tokenizer = awake(small(time, space, bottleneck));
            const int64_t C = tokenizer->latent_channels();
            CHECK(C == (std::string(bottleneck) == "discrete" ? 6 : 4));
            const auto video = film(1 + 2 * time, 32, 48);
            const auto latents = tokenizer->encode_video(video);
            CHECK(latents.sizes() == torch::IntArrayRef({2, C, 3, 32 / space, 48 / space}));
            CHECK(tokenizer->decode_video(latents).sizes() == video.sizes());
            const auto frames = video.select(2, 0);
            CHECK(tokenizer->encode(frames).sizes() == torch::IntArrayRef({2, C, 32 / space, 48 / space}));
            const Decoded decoded = tokenizer->decode(tokenizer->encode(frames));
            CHECK(decoded.frame.sizes() == frames.sizes());
            CHECK_FALSE(decoded.inverse_depth.defined());
        }
}

TEST_CASE("[CosmosTokenizer] no frame depends on what comes after its group") {
    torch::NoGradGuard no_grad;
    for (const auto& [time, space] : kCompressions)
        for (const char* bottleneck : {"continuous", "discrete"}) {
            CAPTURE(time);
            CAPTURE(space);
            CAPTURE(bottleneck);
            auto tokenizer = awake(small(time, space, bottleneck));
            const auto video = film(1 + 3 * time, 32, 32);
            const auto latents = tokenizer->encode_raw(video);
            const auto frames = tokenizer->decode_raw(latents);
            for (int64_t kept = 0; kept < 3; ++kept) {  // groups behind the first frame whose past is kept
                const int64_t T = 1 + kept * time;
                auto changed = video.clone();
                changed.slice(2, T).copy_(film(1 + 3 * time, 32, 32, 7).slice(2, T));
                const auto other = tokenizer->encode_raw(changed);
                CHECK(torch::allclose(other.slice(2, 0, 1 + kept), latents.slice(2, 0, 1 + kept), 0, 1e-6));
                CHECK_FALSE(torch::allclose(other.slice(2, 1 + kept), latents.slice(2, 1 + kept), 0, 1e-4));
                const auto seen = tokenizer->decode_raw(other);
                CHECK(torch::allclose(seen.slice(2, 0, T), frames.slice(2, 0, T), 0, 1e-5));
                // And without any future at all
                const auto alone = tokenizer->encode_raw(video.slice(2, 0, T));
                CHECK(torch::allclose(alone, latents.slice(2, 0, 1 + kept), 0, 1e-5));
                CHECK(torch::allclose(tokenizer->decode_raw(alone), frames.slice(2, 0, T), 0, 1e-5));
            }
        }
}

TEST_CASE("[CosmosTokenizer] every frame reaches its own latent and the later ones") {
    auto tokenizer = awake(small(4, 8, "continuous"));
    for (int64_t t = 0; t < 9; ++t) {
        auto video = film(9, 16, 16).requires_grad_();
        const int64_t own = (t + 3) / 4;
        tokenizer->encode_raw(video).select(2, own).square().sum().backward();
        CHECK(video.grad().select(2, t).abs().sum().item<float>() > 0);
    }
}

TEST_CASE("[CosmosTokenizer] a picture is the first frame of a film, and every parameter learns") {
    for (const char* bottleneck : {"continuous", "discrete"}) {
        auto tokenizer = awake(small(8, 16, bottleneck));
        const auto video = film(9, 32, 32);
        CHECK(torch::allclose(tokenizer->encode(video.select(2, 0)),
                              tokenizer->encode_video(video).select(2, 0), 0, 1e-5));
        (tokenizer->decode_raw(tokenizer->encode_raw(video)) - video).abs().mean().backward();
        for (const auto& item : tokenizer->named_parameters()) {
            INFO(item.key());
            REQUIRE(item.value().grad().defined());
            CHECK(item.value().grad().abs().sum().item<double>() > 0);
        }
    }
}

TEST_CASE("[CosmosTokenizer] indices say the same as latents") {
    torch::NoGradGuard no_grad;
    auto tokenizer = awake(small(8, 8, "discrete"));
    const auto video = film(9, 16, 16);
    tokenizer->set_latent_statistics(torch::full({6}, 0.1), torch::full({6}, 0.7));
    const auto indices = tokenizer->indices(video);
    CHECK(indices.sizes() == torch::IntArrayRef({2, 2, 2, 2}));
    CHECK(indices.max().item<int>() < 64000);
    CHECK(torch::allclose(tokenizer->decode_indices(indices),
                          tokenizer->decode_video(tokenizer->encode_video(video)), 0, 1e-5));
}

TEST_CASE("[CosmosTokenizer] values that make no sense are refused in one sentence") {
    const auto refusal = [](const char* json) {
        return message_of([&] { CosmosTokenizer(nlohmann::json::parse(json).get<CosmosTokenizerConfig>()); });
    };
    CHECK(contains(refusal(R"({"time": 3})"), "of 3 frames"));
    CHECK(contains(refusal(R"({"space": 4})"), "4 times smaller"));
    CHECK(contains(refusal(R"({"bottleneck": "round"})"), "no bottleneck \"round\""));
    CHECK(contains(refusal(R"({"multipliers": [1]})"), "at least 2 multipliers"));
    CHECK(contains(refusal(R"({"blocks": 0})"), "at least one"));
    CosmosTokenizer tokenizer(small(8, 8, "continuous"));
    CHECK(contains(message_of([&] {
                       tokenizer->encode_video(torch::zeros({1, 3, 5, 16, 16}));
                   }),
                   "1 + n * 8"));
    CHECK(contains(message_of([&] { tokenizer->encode_video(torch::zeros({1, 3, 9, 12, 16})); }), "of 8"));
}
