#include <doctest/doctest.h>
#include <torch/torch.h>

#include "world_model/decoder/diffusion.h"
#include "world_model/dynamics/convolutional.h"
#include "world_model/numerics.h"
#include "world_model/tokenizer/convolutional.h"

using namespace rv;
using namespace rv::world_model;

namespace {

void wake(torch::nn::Module& module) {
    // Zero-initialised ends would hide what stands before them.
    torch::NoGradGuard no_grad;
    for (auto& p : module.parameters())
        p.add_(0.05 * torch::randn(p.sizes(), generator_for(5, static_cast<uint64_t>(p.numel()))));
}

// Every parameter learns: its gradient is there, finite and not all zero.
void check_gradients(torch::nn::Module& module) {
    for (const auto& item : module.named_parameters()) {
        INFO(item.key());
        REQUIRE(item.value().grad().defined());
        CHECK(item.value().grad().isfinite().all().item<bool>());
        CHECK(item.value().grad().abs().sum().item<double>() > 0);
    }
}

DynamicsBatch random_batch(int64_t B, const ConvolutionalDynamicsConfig& config, int64_t h, int64_t w) {
    const auto g = generator_for(6, 0);
    const int64_t C = config.latent_channels;
    DynamicsBatch b;
    b.context = torch::randn({B, config.context_frames, C, h, w}, g);
    b.warped = torch::randn({B, C, h, w}, g);
    b.validity = torch::rand({B, 1, h, w}, g);
    b.rays = torch::randn({B, 6, h, w}, g);
    b.action = torch::randn({B, 6}, g);
    b.context_noise = torch::full({B}, 0.1);
    b.text = torch::rand({B, config.text.buckets}, g);
    return b;
}

ConvolutionalDynamicsConfig small_dynamics() {
    ConvolutionalDynamicsConfig config;
    config.latent_channels = 4;
    config.context_frames = 2;
    config.cond = 32;
    config.unet = {{32, 64}, 1, true};
    config.text = {"hashed", 64, 8, 16};
    return config;
}

}  // namespace

TEST_CASE("[ConvolutionalTokenizer] eight times smaller and back, with depth") {
    ConvolutionalTokenizer tokenizer(ConvolutionalTokenizerConfig{4, 32, 32, 1, 1});
    wake(*tokenizer);
    const auto frames = torch::randn({2, 3, 24, 40}, generator_for(1, 1));
    const auto latents = tokenizer->encode(frames);
    CHECK(latents.sizes() == torch::IntArrayRef({2, 4, 3, 5}));
    const Decoded decoded = tokenizer->decode(latents);
    CHECK(decoded.frame.sizes() == torch::IntArrayRef({2, 3, 24, 40}));
    CHECK(decoded.inverse_depth.sizes() == torch::IntArrayRef({2, 1, 24, 40}));
    (decoded.frame.square().mean() + decoded.inverse_depth.square().mean()).backward();
    check_gradients(*tokenizer);
}

TEST_CASE("[ConvolutionalTokenizer] latents have the statistics that were set") {
    torch::NoGradGuard no_grad;
    ConvolutionalTokenizer tokenizer(ConvolutionalTokenizerConfig{4, 32, 32, 1, 1});
    wake(*tokenizer);
    const auto frames = torch::randn({8, 3, 24, 40}, generator_for(1, 2));
    const auto raw = tokenizer->encode_raw(frames);
    tokenizer->set_latent_statistics(raw.mean({0, 2, 3}), raw.transpose(0, 1).flatten(1).std(1));
    const auto z = tokenizer->encode(frames);
    CHECK(z.mean({0, 2, 3}).abs().max().item<double>() < 1e-4);
    CHECK((z.transpose(0, 1).flatten(1).std(1) - 1).abs().max().item<double>() < 1e-3);
    CHECK(torch::allclose(tokenizer->decode(z).frame, tokenizer->decode_raw(raw).frame, 1e-3, 1e-4));
}

TEST_CASE("[ConvolutionalDynamics] every weight learns from the loss, on odd grid sizes too") {
    const auto config = small_dynamics();
    ConvolutionalDynamics dynamics(config);
    wake(*dynamics);
    const auto batch = random_batch(3, config, 9, 7);
    const auto next = torch::randn({3, 4, 9, 7}, generator_for(7, 0));
    const auto motion =
        dynamics->ego()->forward(next, batch.action, torch::randn({3, 6}), torch::randn({3, 3}));
    (dynamics->loss(batch, next, generator_for(8, 0)) + motion.square().mean()).backward();
    check_gradients(*dynamics);
}

TEST_CASE("[ConvolutionalDynamics] trust keeps to what is known, and changes nothing elsewhere") {
    torch::NoGradGuard no_grad;
    const auto config = small_dynamics();
    ConvolutionalDynamics dynamics(config);
    wake(*dynamics);
    DynamicsBatch batch = random_batch(1, config, 5, 6);
    batch.context_noise.fill_(kMinContextNoise);
    const auto draw = [&](double trust) {
        return dynamics->sample(batch, {.steps = 2, .trust = trust}, generator_for(9, 0));
    };
    batch.validity.zero_();
    CHECK(torch::equal(draw(1), draw(0)));
    batch.validity.fill_(1);
    CHECK((draw(1) - batch.warped).abs().max().item<double>() < 6 * kMinContextNoise);
    CHECK((draw(0) - batch.warped).abs().max().item<double>() > 0.1);
}

TEST_CASE(
    "[ConvolutionalDynamics] each condition changes what is sampled, and the same ones give the same bits") {
    torch::NoGradGuard no_grad;
    const auto config = small_dynamics();
    ConvolutionalDynamics dynamics(config);
    wake(*dynamics);
    const auto draw = [&](const DynamicsBatch& b) {
        return dynamics->sample(b, {.steps = 2}, generator_for(9, 0));
    };
    const DynamicsBatch batch = random_batch(1, config, 5, 6);
    const auto reference = draw(batch);
    CHECK(torch::equal(reference, draw(batch)));
    const auto differs = [&](auto change) {
        DynamicsBatch other = batch;
        change(other);
        return (draw(other) - reference).abs().max().item<double>() > 1e-6;
    };
    CHECK(differs([](DynamicsBatch& b) { b.action = -b.action; }));
    CHECK(differs([](DynamicsBatch& b) { b.rays = b.rays + 1; }));
    CHECK(differs([](DynamicsBatch& b) { b.warped = b.warped + 1; }));
    CHECK(differs([](DynamicsBatch& b) { b.text = b.text.flip(1); }));
    CHECK(differs([](DynamicsBatch& b) { b.context = b.context + 1; }));
}

TEST_CASE("[ConvolutionalDynamics] an untrained network leaves the reprojection where it is known") {
    // The network's last layer starts at zero, so that the first guess is the base plus pure noise shrunk by
    // c_skip.
    torch::NoGradGuard no_grad;
    DynamicsBatch batch;
    batch.context = torch::full({1, 1, 2, 2, 2}, 1.0);
    batch.warped = torch::full({1, 2, 2, 2}, 5.0);
    batch.validity = torch::zeros({1, 1, 2, 2});
    batch.validity[0][0][0][1] = 1;
    batch.validity[0][0][1][0] = 0.5;
    const auto base = residual_base(batch);
    CHECK(base[0][0][0][0].item<double>() == doctest::Approx(1));
    CHECK(base[0][0][0][1].item<double>() == doctest::Approx(5));
    CHECK(base[0][0][1][0].item<double>() == doctest::Approx(3));
}

TEST_CASE("[ConvolutionalDynamics] the window slides by one latent a step") {
    torch::NoGradGuard no_grad;
    const auto config = small_dynamics();
    ConvolutionalDynamics dynamics(config);
    wake(*dynamics);
    const auto first = torch::randn({1, 4, 5, 6}, generator_for(10, 0));
    DynamicsState state = dynamics->begin(first);
    const auto a = dynamics->step(state, {}, {}, generator_for(11, 0));
    CHECK(torch::equal(state.at("context").select(1, 0), first));
    CHECK(torch::equal(state.at("context").select(1, 1), a));
    const auto b = torch::randn({1, 4, 5, 6}, generator_for(12, 0));
    dynamics->append(state, b);
    CHECK(torch::equal(state.at("context").select(1, 0), a));
    CHECK(torch::equal(state.at("context").select(1, 1), b));
}

TEST_CASE("[ConvolutionalDynamics] what it samples stays where latents are, whatever it was given") {
    ConvolutionalDynamics dynamics(small_dynamics());
    wake(*dynamics);
    dynamics->set_residual_std(torch::full({4}, 1e4));
    const auto batch = random_batch(2, small_dynamics(), 5, 6);
    const auto next = dynamics->sample(batch, {.steps = 2}, generator_for(18, 0));
    CHECK(next.abs().max().item<double>() <= 8);
}

TEST_CASE("[ConvolutionalDynamics] guidance leaves unprompted steps alone and moves prompted ones") {
    ConvolutionalDynamics dynamics(small_dynamics());
    wake(*dynamics);
    const auto sampled = [&](const DynamicsBatch& batch, double guidance) {
        return dynamics->sample(batch, {.steps = 2, .guidance = guidance}, generator_for(19, 0));
    };
    DynamicsBatch batch = random_batch(2, small_dynamics(), 5, 6);
    CHECK_FALSE(torch::allclose(sampled(batch, 1), sampled(batch, 3), 1e-3, 1e-4));
    batch.text.zero_();
    CHECK(torch::allclose(sampled(batch, 1), sampled(batch, 3), 1e-3, 1e-4));
}

TEST_CASE("[DiffusionDecoder] paints a frame of the draft's size, bounded, and every weight learns") {
    DiffusionDecoderConfig config;
    config.latent_channels = 4;
    config.cond = 32;
    config.unet = {{32, 32}, 1, false};
    DiffusionDecoder decoder(config);
    wake(*decoder);
    const auto g = generator_for(13, 0);
    const auto latents = torch::randn({2, 4, 3, 5}, g), draft = torch::randn({2, 3, 24, 40}, g) * 0.3;
    decoder->loss(latents, draft, {}, draft + 0.1, g).backward();
    check_gradients(*decoder);
    const auto frame =
        decoder->decode(latents.slice(0, 0, 1), {draft.slice(0, 0, 1), {}}, {}, 2, generator_for(14, 0));
    CHECK(frame.sizes() == torch::IntArrayRef({1, 3, 24, 40}));
    CHECK(frame.abs().max().item<double>() <= 1);
}

TEST_CASE("[DiffusionDecoder] may paint at twice the tokenizer's resolution") {
    DiffusionDecoderConfig config;
    config.latent_channels = 4;
    config.cond = 32;
    config.unet = {{32, 32}, 1, false};
    config.enlarge = 2;
    DiffusionDecoder decoder(config);
    const auto g = generator_for(13, 0);
    const auto latents = torch::randn({2, 4, 3, 5}, g), draft = torch::rand({2, 3, 24, 40}, g) - 0.5;
    decoder->loss(latents, draft, {}, torch::zeros({2, 3, 48, 80}), g).backward();
    // Before it learned anything it gives the draft, enlarged: in the mean the same.
    decoder->set_detail_std(1e-4);
    const auto frame =
        decoder->decode(latents.slice(0, 0, 1), {draft.slice(0, 0, 1), {}}, {}, 1, generator_for(14, 0));
    CHECK(frame.sizes() == torch::IntArrayRef({1, 3, 48, 80}));
    CHECK((torch::avg_pool2d(frame, 2) - draft[0]).abs().mean().item<double>() < 0.1);
}

TEST_CASE(
    "[DiffusionDecoder] one that remembers is led by what it painted where that is known, and only there") {
    DiffusionDecoderConfig config;
    config.latent_channels = 4;
    config.cond = 32;
    config.unet = {{32, 32}, 1, false};
    config.enlarge = 2;
    config.remembers = true;
    DiffusionDecoder decoder(config);
    wake(*decoder);
    const auto g = generator_for(15, 0);
    const auto latents = torch::randn({2, 4, 3, 5}, g), draft = torch::rand({2, 3, 24, 40}, g) - 0.5;
    const auto shown = torch::rand({2, 3, 48, 80}, g) - 0.5;
    decoder->loss(latents, draft, {shown, torch::ones({2, 1, 24, 40})}, shown, g).backward();
    check_gradients(*decoder);
    const auto painted = [&](const PaintedBefore& before) {
        return decoder->decode(latents, {draft, {}}, before, 1, generator_for(16, 0));
    };
    const auto nothing = painted({});
    CHECK(torch::equal(nothing, painted({shown, torch::zeros({2, 1, 24, 40})})));
    CHECK_FALSE(torch::equal(nothing, painted({shown, torch::ones({2, 1, 24, 40})})));
}

TEST_CASE("[EgoHead] whoever asks for nothing stands still, unless carried") {
    torch::manual_seed(20);
    EgoHead head(4, static_cast<int64_t>(kActionSize));
    torch::NoGradGuard no_grad;
    const auto last_layer = head->named_parameters()["think.4.bias"];
    for (auto& p : head->parameters()) p.zero_();
    const auto predicted = [&](const Action& action) {
        return head->predict(torch::zeros({1, 4, 3, 5}), action, {}, {0, 1, 0}).position;
    };
    last_layer[0].fill_(0.02f / kMotionScaleM);  // noise: two centimetres a frame
    CHECK(predicted({}) == glm::vec3(0));
    CHECK(predicted({.forward = 1}).x == doctest::Approx(0.02));
    last_layer[1].fill_(-0.3f / kMotionScaleM);  // falling
    CHECK(predicted({}).y == doctest::Approx(-0.3));
}

TEST_CASE("[EgoHead] a motion survives its code") {
    const CameraPose motion{{0.1f, -0.02f, -0.16f},
                            glm::angleAxis(0.084f, glm::normalize(glm::vec3(0.1f, 1, 0.2f)))};
    const CameraPose again = motion_from_code(motion_code(motion));
    CHECK(glm::length(again.position - motion.position) < 1e-6f);
    CHECK(std::abs(glm::dot(again.orientation, motion.orientation)) == doctest::Approx(1).epsilon(1e-6));
    CHECK(motion_code({}).abs().max().item<double>() == 0);
}
