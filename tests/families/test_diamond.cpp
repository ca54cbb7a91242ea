#include <doctest/doctest.h>

#include <cmath>

#include "engine/core/error.h"
#include "tests/families/small_networks.h"
#include "tests/support/messages.h"
#include "world_model/families/diamond/diamond_model.h"
#include "world_model/numerics.h"

using namespace rv;
using namespace rv::tests;
using namespace rv::world_model;
using namespace rv::world_model::families;
using namespace rv::world_model::families::diamond;

namespace {

Denoiser random_denoiser(const DenoiserConfig& config = small_denoiser()) {
    RandomWeights weights(3, torch::kFloat32);
    return {config, weights};
}

DenoiserConfig small_upsampler() {
    DenoiserConfig c = small_denoiser();
    c.num_steps_conditioning = 1;
    c.noise_previous_obs = true;
    c.upsampling_factor = 5;
    c.num_steps_denoising = 2;
    c.order = 2;
    c.s_churn = 10;
    c.s_tmin = 1;
    c.s_tmax = 5;
    c.s_noise = 0.9;
    c.sigma_min = 1;
    return c;
}

// Counts how often noise is asked for.
struct CountedNoise {
    torch::Generator generator = generator_for(4, 0);
    int calls = 0;
    Noise noise() {
        return [this](at::IntArrayRef shape) {
            ++calls;
            return torch::randn(shape, generator);
        };
    }
};

bool in_8_bits(const torch::Tensor& frame) {
    const auto bytes = (frame + 1) * 127.5;
    return largest_difference(bytes, bytes.round()) < 1e-3;
}

struct Scene {
    torch::Tensor context = torch::rand({1, 6, 11, 14}, generator_for(1, 0)) * 2 - 1;
    torch::Tensor actions = torch::one_hot(torch::tensor({{1, 4}}), 6).to(torch::kFloat32);
};

}  // namespace

TEST_CASE("[Sampler] noise levels fall from the highest to the lowest and end without noise") {
    const auto levels = noise_levels(DenoiserConfig{}, 3);
    REQUIRE(levels.size() == 4);
    CHECK(levels[0] == doctest::Approx(5));
    CHECK(levels[2] == doctest::Approx(0.002));
    CHECK(levels[3] == 0);
    const double middle = std::pow((std::pow(5.0, 1 / 7.0) + std::pow(0.002, 1 / 7.0)) / 2, 7);
    CHECK(levels[1] == doctest::Approx(middle));
    CHECK(noise_levels(DenoiserConfig{}, 1) == std::vector<double>{levels[0], 0});
}

TEST_CASE("[Sampler] a frame is in 8 bits, any size, and the same for the same noise") {
    torch::NoGradGuard no_grad;
    const Denoiser denoiser = random_denoiser();
    const Scene scene;
    CountedNoise first, second;
    const auto a = sample(denoiser, scene.context, scene.actions, 3, first.noise());
    const auto b = sample(denoiser, scene.context, scene.actions, 3, second.noise());
    CHECK(a.sizes().vec() == std::vector<int64_t>{1, 3, 11, 14});
    CHECK(torch::equal(a, b));
    CHECK(in_8_bits(a));  // the last step ends in what was denoised
    CHECK(first.calls == 1);
}

TEST_CASE("[Sampler] Heun, churn and noise on the context change the frame and draw what they need") {
    torch::NoGradGuard no_grad;
    const Scene scene;
    const auto frame = [&](auto change, int& calls) {
        DenoiserConfig config = small_denoiser();
        change(config);
        CountedNoise noise;
        const auto made = sample(random_denoiser(config), scene.context, scene.actions, 3, noise.noise());
        calls = noise.calls;
        return made;
    };
    int calls = 0;
    const auto plain = frame([](DenoiserConfig&) {}, calls);
    const auto heun = frame([](DenoiserConfig& c) { c.order = 2; }, calls);
    CHECK(calls == 1);
    CHECK(largest_difference(heun, plain) > 0);
    const auto churned = frame([](DenoiserConfig& c) { c.s_churn = 1; }, calls);
    CHECK(calls == 4);
    CHECK(largest_difference(churned, plain) > 0);
    const auto narrow = frame([](DenoiserConfig& c) { c.s_churn = 1, c.s_tmin = 1; }, calls);
    CHECK(calls == 2);  // only the first level lies between
    frame([](DenoiserConfig& c) { c.noise_previous_obs = true, c.s_cond = 0.005; }, calls);
    CHECK(calls == 4);
}

TEST_CASE("[Denoiser] with hardly any noise on the frame the frame is given back") {
    torch::NoGradGuard no_grad;
    DenoiserConfig config = small_denoiser();
    config.sigma_offset_noise = 0;
    const Scene scene;
    const auto frame = ((torch::rand({1, 3, 11, 14}, generator_for(2, 0)) * 255).floor() + 0.5) / 127.5 - 1;
    const auto clean = random_denoiser(config).denoise(frame, 1e-4, {}, scene.context, scene.actions);
    CHECK(largest_difference(clean, frame) < 1.1 / 127.5);
}

TEST_CASE("[DiamondModel] a played frame depends on the newest action and moves the window on") {
    torch::NoGradGuard no_grad;
    const DiamondModel model(random_denoiser(), std::nullopt,
                             atari_actions({"noop", "fire", "right", "left", "rightfire", "leftfire"}));
    const auto picture = torch::rand({1, 3, 11, 14}, generator_for(3, 0)) * 2 - 1;
    const auto play = [&](const Action& action) {
        TensorMap state = model.begin(picture);
        StepTimes times;
        StepInput input;
        input.action = action;
        const auto frame = model.step(state, input, 3, generator_for(1, 1), times);
        CHECK(torch::equal(state.at("frames")[-1], frame));
        CHECK(state.at("frames").sizes() == model.begin(picture).at("frames").sizes());
        return frame;
    };
    CHECK(torch::equal(play({}), play({})));
    CHECK_FALSE(torch::equal(play({}), play({.sideways = 1})));
}

TEST_CASE("[DiamondModel] an upsampler paints frames larger and remembers the large ones") {
    torch::NoGradGuard no_grad;
    DenoiserConfig config = small_denoiser();
    config.num_actions = kCsgoActions;
    config.noise_previous_obs = true;
    config.s_cond = 0.005;
    const DiamondModel model(random_denoiser(config), random_denoiser(small_upsampler()), csgo_actions());
    TensorMap state = model.begin(torch::rand({1, 3, 30, 40}, generator_for(3, 0)) * 2 - 1);
    CHECK(state.at("frames").sizes().vec() == std::vector<int64_t>{2, 3, 6, 8});
    StepTimes times;
    const auto frame = model.step(state, {}, 1, generator_for(1, 1), times);
    CHECK(frame.sizes().vec() == std::vector<int64_t>{3, 30, 40});
    CHECK(torch::equal(state.at("full")[-1].clamp(-1, 1), frame));
}

TEST_CASE("[Atari] every game of Atari 100k has its actions, and keys choose among them") {
    CHECK(atari_meanings().size() == 18);
    CHECK(meanings_of("Breakout") == std::vector<std::string>{"noop", "fire", "right", "left"});
    CHECK(meanings_of("Freeway") == std::vector<std::string>{"noop", "up", "down"});
    CHECK(meanings_of("MsPacman").size() == 9);
    CHECK(meanings_of("Seaquest").size() == 18);
    CHECK(meanings_of("Tetris").empty());

    const auto pong = atari_actions(meanings_of("Pong"));
    const auto chosen = [&](const Action& action) { return pong->vector(action).argmax().item<int64_t>(); };
    CHECK(chosen({}) == 0);
    CHECK(chosen({.jump = 1}) == 1);
    CHECK(chosen({.sideways = 1}) == 2);
    CHECK(chosen({.sideways = -1, .jump = 1}) == 5);
    CHECK(chosen({.forward = 1, .sideways = 1}) == 2);  // knows no diagonals
    CHECK(chosen({.forward = 1}) == 0);
    CHECK(pong->vector({}).sum().item<float>() == 1);
}

TEST_CASE("[Csgo] keys, clicks and the mouse stand where the authors have them") {
    const auto actions = csgo_actions();
    const auto idle = actions->vector({});
    CHECK(idle.size(0) == 51);
    CHECK(idle[13 + 11].item<float>() == 1);  // the mouse rests
    CHECK(idle[13 + 23 + 7].item<float>() == 1);
    CHECK(idle.sum().item<float>() == 2);
    const auto busy =
        actions->vector({.forward = 1, .turn = 1, .look = -1, .jump = 1, .buttons = 1u << 5 | 3u << 1});
    CHECK(busy[0].item<float>() == 1);
    CHECK(busy[4].item<float>() == 1);
    CHECK(busy[11].item<float>() == 1);  // left click
    CHECK(busy[7].item<float>() == 1);   // one weapon only
    CHECK(busy[8].item<float>() == 0);
    CHECK(busy[13 + 17].item<float>() == 1);       // 60 to the right
    CHECK(busy[13 + 23 + 12].item<float>() == 1);  // 50 down
    CHECK(actions->buttons().size() == 7);
}

TEST_CASE("[DenoiserConfig] sizes that make no network are refused by name") {
    DenoiserConfig config = small_denoiser();
    config.order = 3;
    CHECK(contains(message_of([&] { config.check(); }), "order must be 1"));
    config = small_denoiser();
    config.depths = {1};
    CHECK(contains(message_of([&] { config.check(); }), "one length"));
}

TEST_CASE("[RewardEnd] has the published names and sizes, and remembers the game") {
    torch::NoGradGuard no_grad;
    WeightList list;
    static_cast<void>(RewardEnd(RewardEndConfig{}, list));
    for (const char* name :
         {"encoder.conv_in.weight", "encoder.blocks.0.resblocks.1.conv2.bias",
          "encoder.downsamples.3.conv.weight", "encoder.blocks.4.resblocks.1.attn.qkv_proj.weight",
          "act_emb.weight", "lstm.bias_hh_l0", "head.2.weight"})
        CHECK(list.required.contains(name));
    CHECK(list.required.at("lstm.weight_ih_l0") == Shape{2048, 2048});
    CHECK_FALSE(list.required.contains("head.2.bias"));

    RewardEndConfig config;
    config.lstm_dim = 8;
    config.img_size = 16;
    config.cond_channels = 8;
    config.depths = {1, 1};
    config.channels = {8, 8};
    config.attn_depths = {0, 0};
    RandomWeights weights(5, torch::kFloat32);
    const RewardEnd head(config, weights);
    const auto frame = torch::rand({3, 16, 16}, generator_for(1, 0)), action = torch::eye(4)[1];
    RewardEnd::Memory memory = head.begin();
    const auto first = head.predict(frame, action, frame, memory),
               second = head.predict(frame, action, frame, memory);
    CHECK(first.reward.sizes().vec() == std::vector<int64_t>{3});
    CHECK(first.end.sizes().vec() == std::vector<int64_t>{2});
    CHECK(largest_difference(first.reward, second.reward) > 0);  // it remembers
}
