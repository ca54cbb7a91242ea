#include <doctest/doctest.h>
#include <torch/torch.h>

#include "engine/core/error.h"
#include "tests/support/messages.h"
#include "tests/support/temporary_folder.h"
#include "tests/world_model/batch_parts.h"
#include "world_model/checkpoint.h"
#include "world_model/dynamics/transformer.h"
#include "world_model/numerics.h"
#include "world_model/parts.h"
#include "world_model/training/transformer_task.h"

using namespace rv;
using namespace rv::world_model;
using rv::tests::contains;
using rv::tests::message_of;
using rv::tests::TemporaryFolder;

namespace {

constexpr int64_t kC = 4, kH = 3, kW = 5;

// Zero-initialised gates and ends would hide what stands before them.
void wake(torch::nn::Module& module) {
    torch::NoGradGuard no_grad;
    uint64_t i = 0;
    for (auto& p : module.parameters()) p.add_(0.1 * torch::randn(p.sizes(), generator_for(5, i++)));
}

TransformerDynamicsConfig small_config(int64_t patch = 1) {
    TransformerDynamicsConfig config;
    config.latent_channels = kC;
    config.cond = 16;
    config.transformer = {
        .patch = patch, .dim = 32, .depth = 4, .heads = 2, .mlp_ratio = 2, .window = 6, .sink = 1};
    config.text = {"hashed", 64, 8, 16};
    return config;
}

nn::SpaceTimeTransformer small_transformer(const nn::SpaceTimeConfig& config) {
    torch::manual_seed(2);
    nn::SpaceTimeTransformer net(config, 3, 2, 8);
    wake(*net);
    return net;
}

// One by one through a ring.
torch::Tensor step_through(nn::SpaceTimeTransformer& net, nn::KeyValueRing& ring, const torch::Tensor& x,
                           const torch::Tensor& y) {
    std::vector<torch::Tensor> out;
    for (int64_t t = 0; t < x.size(0); ++t) {
        ring.open_frame();
        out.push_back(net->step(x.slice(0, t, t + 1), y.slice(0, t, t + 1), ring));
        ring.close_frame();
    }
    return torch::cat(out);
}

double largest_difference(const torch::Tensor& a, const torch::Tensor& b) {
    return (a - b).abs().max().item<double>();
}

DynamicsState copy_of(const DynamicsState& state) {
    DynamicsState copy;
    for (const auto& [name, tensor] : state) copy.emplace(name, tensor.clone());
    return copy;
}

// The features of a prompt, as these small networks read them.
torch::Tensor said(const char* prompt) {
    return create_text_features(small_config().text)->of(prompt).unsqueeze(0);
}

Conditions walking(const torch::Tensor& warped) {
    return {.action = action_tensor({.forward = 1}),
            .text = said("noon"),
            .rays = {},
            .warped = warped,
            .validity = torch::ones({1, 1, kH, kW})};
}

// Steps with a condition and a seed that depend on the frame alone.
torch::Tensor walk(TransformerDynamics& dynamics, DynamicsState& state, int64_t first, int64_t count) {
    torch::Tensor latent;
    for (int64_t t = first; t < first + count; ++t) {
        const auto warped = torch::randn({1, kC, kH, kW}, generator_for(20, static_cast<uint64_t>(t)));
        latent = dynamics->step(state, walking(warped), {.steps = 2, .context_noise = 0.05},
                                generator_for(21, static_cast<uint64_t>(t)));
    }
    return latent;
}

// Episodes in which a picture drifts by one cell a frame, to the left in one and to the right in the other,
// with nothing that could be reprojected: the direction is in past frames only.
LatentCorpus drifting_corpus() {
    constexpr int64_t kEpisodes = 24, kFrames = 8, N = kEpisodes * kFrames;
    LatentCorpus corpus;
    corpus.latents = torch::empty({N, kC, kH, kW});
    corpus.warped = torch::zeros({N, kC, kH, kW});
    corpus.validity = torch::zeros({N, 1, kH, kW});
    corpus.rays = torch::zeros({N, 6, kH, kW});
    corpus.actions = torch::zeros({N, 6});
    corpus.motions = torch::zeros({N, 6});
    corpus.ups = torch::zeros({N, 3});
    corpus.episode_begin = torch::arange(kEpisodes).repeat_interleave(kFrames) * kFrames;
    corpus.text = torch::zeros({N}, torch::kInt64);
    corpus.texts = {"a drift"};
    for (int64_t e = 0; e < kEpisodes; ++e) {
        const auto picture = torch::randn({kC, kH, kW}, generator_for(30, static_cast<uint64_t>(e)));
        for (int64_t t = 0; t < kFrames; ++t)
            corpus.latents[e * kFrames + t].copy_(picture.roll(e % 2 == 0 ? t : -t, 2));
    }
    return corpus;
}

}  // namespace

TEST_CASE("[SpaceTimeTransformer] a later frame changes nothing before it") {
    torch::NoGradGuard no_grad;
    for (const int64_t patch : {1, 2}) {
        auto net = small_transformer({.patch = patch, .dim = 32, .depth = 4, .heads = 2, .window = 6});
        const auto x = torch::randn({6, 3, kH, kW}, generator_for(1, 0)),
                   y = torch::randn({6, 8}, generator_for(1, 1));
        const auto before = net->forward(x, y, 6);
        CHECK(before.sizes() == torch::IntArrayRef({6, 2, kH, kW}));
        auto other_x = x.clone(), other_y = y.clone();
        other_x[4].add_(1);
        other_y[4].add_(1);
        const auto after = net->forward(other_x, other_y, 6);
        CHECK(torch::equal(after.slice(0, 0, 4), before.slice(0, 0, 4)));
        CHECK(largest_difference(after[4], before[4]) > 1e-3);
        CHECK(largest_difference(after[5], before[5]) > 1e-3);
    }
}

TEST_CASE("[SpaceTimeTransformer] windows of a batch know nothing of each other, places do") {
    torch::NoGradGuard no_grad;
    auto net = small_transformer({.dim = 32, .depth = 4, .heads = 2, .window = 4});
    const auto x = torch::randn({8, 3, kH, kW}, generator_for(2, 0)),
               y = torch::randn({8, 8}, generator_for(2, 1));
    const auto both = net->forward(x, y, 4);
    CHECK(largest_difference(both.slice(0, 4), net->forward(x.slice(0, 4), y.slice(0, 4), 4)) < 1e-5);
    auto other = x.clone();
    other.select(0, 0).select(1, 0).select(1, 0).add_(1);  // one corner of the first frame
    CHECK((net->forward(other, y, 4)[3] - both[3]).abs().amin().item<double>() >
          0);  // shows everywhere later
}

TEST_CASE("[SpaceTimeTransformer] frames that come one by one give what the window gives") {
    torch::NoGradGuard no_grad;
    for (const int64_t patch : {1, 2}) {
        for (const int64_t sink : {0, 1, 2}) {
            auto net = small_transformer(
                {.patch = patch, .dim = 32, .depth = 5, .heads = 2, .window = 6, .sink = sink});
            const auto x = torch::randn({6, 3, kH, kW}, generator_for(3, 0)),
                       y = torch::randn({6, 8}, generator_for(3, 1));
            auto ring = net->make_ring(1, kH, kW);
            const double difference =
                largest_difference(step_through(net, ring, x, y), net->forward(x, y, 6));
            INFO("largest difference ", difference);
            CHECK(difference < 1e-5);
        }
    }
}

TEST_CASE(
    "[KeyValueRing] for ever: after wrapping round, a frame sees the sink and the last frames, as in a "
    "window") {
    // With one block in time, keys and values depend on their own frame only, so that a window of just the
    // frames that the ring still holds must give the same.
    torch::NoGradGuard no_grad;
    constexpr int64_t kFrames = 40;
    auto net = small_transformer({.dim = 32, .depth = 2, .heads = 2, .window = 6, .sink = 1});
    const auto x = torch::randn({kFrames, 3, kH, kW}, generator_for(4, 0)),
               y = torch::randn({kFrames, 8}, generator_for(4, 1));
    auto ring = net->make_ring(1, kH, kW);
    const auto stepped = step_through(net, ring, x, y);
    double largest = 0;
    for (const int64_t t : {5, 6, 7, 12, 39}) {
        const auto seen = torch::cat({torch::zeros({1}, torch::kInt64), torch::arange(t - 4, t + 1)});
        const auto window = net->forward(x.index_select(0, seen), y.index_select(0, seen), 6);
        largest = std::max(largest, largest_difference(stepped[t], window[5]));
    }
    INFO("largest difference ", largest);
    CHECK(largest < 1e-5);
}

TEST_CASE("[KeyValueRing] a year of frames later, positions are as exact as on the first day") {
    torch::NoGradGuard no_grad;
    auto net = small_transformer({.dim = 32, .depth = 2, .heads = 2, .window = 6, .sink = 0});
    const auto x = torch::randn({12, 3, kH, kW}, generator_for(13, 0)),
               y = torch::randn({12, 8}, generator_for(13, 1));
    auto early = net->make_ring(1, kH, kW), late = net->make_ring(1, kH, kW);
    late.frames.fill_(470'000'000);
    const auto a = step_through(net, early, x, y), b = step_through(net, late, x, y);
    const double difference =
        largest_difference(a.slice(0, 5), b.slice(0, 5));  // by then all slots are these frames'
    INFO("largest difference ", difference);
    CHECK(difference < 1e-4);
}

TEST_CASE("[KeyValueRing] keeps its size, and what every pass of a frame leaves is overwritten by the next") {
    torch::NoGradGuard no_grad;
    auto net = small_transformer({.dim = 32, .depth = 4, .heads = 2, .window = 5, .sink = 1});
    const auto x = torch::randn({12, 3, kH, kW}, generator_for(6, 0)),
               y = torch::randn({12, 8}, generator_for(6, 1));
    auto ring = net->make_ring(1, kH, kW), again = net->make_ring(1, kH, kW);
    const void* memory = ring.keys.data_ptr();
    const auto once = step_through(net, ring, x, y);
    std::vector<torch::Tensor> out;
    for (int64_t t = 0; t < x.size(0); ++t) {
        again.open_frame();
        net->step(-x.slice(0, t, t + 1), y.slice(0, t, t + 1), again);
        out.push_back(net->step(x.slice(0, t, t + 1), y.slice(0, t, t + 1), again));
        net->remember(x.slice(0, t, t + 1), y.slice(0, t, t + 1), again);
        again.close_frame();
    }
    CHECK(largest_difference(torch::cat(out), once) < 1e-6);
    CHECK(ring.keys.data_ptr() == memory);
    CHECK(ring.keys.sizes() == torch::IntArrayRef({2, kH * kW, 2, 5, 16}));
    CHECK(ring.frames.item<int64_t>() == 12);
}

TEST_CASE("[TransformerDynamics] every weight learns from the losses, on odd grid sizes and in patches too") {
    for (const int64_t patch : {1, 2}) {
        TransformerDynamics dynamics(small_config(patch));
        wake(*dynamics);
        const auto g = generator_for(7, 0);
        constexpr int64_t B = 2, T = 3, F = B * T;
        DynamicsBatch batch{.context = torch::randn({F, 1, kC, kH, kW}, g),
                            .warped = torch::randn({F, kC, kH, kW}, g),
                            .validity = torch::rand({F, 1, kH, kW}, g),
                            .rays = torch::randn({F, 6, kH, kW}, g),
                            .action = torch::randn({F, 6}, g),
                            .context_noise = torch::full({F}, 0.1),
                            .text = torch::rand({F, 64}, g)};
        const auto frames = torch::randn({F, kC, kH, kW}, g);
        const auto losses = dynamics->losses(batch, frames, torch::full({F}, 0.3), T, g);
        CHECK(losses.sizes() == torch::IntArrayRef({F}));
        const auto motion =
            dynamics->ego()->forward(frames, batch.action, torch::randn({F, 6}, g), torch::randn({F, 3}, g));
        (losses.mean() + motion.square().mean()).backward();
        for (const auto& item : dynamics->named_parameters()) {
            INFO(item.key());
            REQUIRE(item.value().grad().defined());
            CHECK(item.value().grad().isfinite().all().item<bool>());
            CHECK(item.value().grad().abs().sum().item<double>() > 0);
        }
    }
}

TEST_CASE("[TransformerDynamics] what steers a step shows in it, and what was seen shows later") {
    torch::NoGradGuard no_grad;
    TransformerDynamics dynamics(small_config());
    wake(*dynamics);
    const auto first = torch::randn({1, kC, kH, kW}, generator_for(8, 0)),
               warped = torch::randn({1, kC, kH, kW}, generator_for(8, 1));
    const DynamicsState start = dynamics->begin(first);
    const auto draw = [&](const Conditions& conditions) {
        DynamicsState state = copy_of(start);
        return dynamics->step(state, conditions, {}, generator_for(8, 2));
    };
    const auto reference = draw(walking(warped));
    CHECK(torch::equal(draw(walking(warped)), reference));
    Conditions other = walking(warped);
    other.action = action_tensor({.forward = 1, .turn = 1});
    CHECK(largest_difference(draw(other), reference) > 1e-6);
    other = walking(warped);
    other.text = said("a snowy night");
    CHECK(largest_difference(draw(other), reference) > 1e-6);
    other = walking(warped);
    other.rays = torch::ones({1, 6, kH, kW});
    CHECK(largest_difference(draw(other), reference) > 1e-6);
    CHECK(largest_difference(draw(walking(warped + 1)), reference) > 1e-6);

    // Same last latent, other frames before it: the memory is more than the last frame.
    DynamicsState a = dynamics->begin(first), b = dynamics->begin(first + 1);
    for (auto* state : {&a, &b}) dynamics->append(*state, warped);
    CHECK(largest_difference(walk(dynamics, a, 0, 1), walk(dynamics, b, 0, 1)) > 1e-6);
}

TEST_CASE("[TransformerDynamics] the first frame stays in the ring, and nothing grows") {
    torch::NoGradGuard no_grad;
    TransformerDynamics dynamics(small_config());
    wake(*dynamics);
    DynamicsState state = dynamics->begin(torch::randn({1, kC, kH, kW}, generator_for(9, 0)));
    const auto sink_keys = state.at("sink_keys").clone(),
               sink_values = state.at("values").select(3, 0).clone();
    CHECK(torch::equal(state.at("keys").select(3, 0), sink_keys.select(3, 0)));
    std::map<std::string, std::vector<int64_t>> shapes;
    for (const auto& [name, tensor] : state) shapes[name] = tensor.sizes().vec();
    walk(dynamics, state, 0, 30);
    CHECK(torch::equal(state.at("sink_keys"), sink_keys));
    CHECK(torch::equal(state.at("values").select(3, 0), sink_values));
    CHECK_FALSE(torch::equal(state.at("keys").select(3, 0), sink_keys.select(3, 0)));  // turned along
    CHECK(state.at("frames").item<int64_t>() == 31);
    for (const auto& [name, tensor] : state) CHECK(tensor.sizes().vec() == shapes.at(name));
}

TEST_CASE("[TransformerDynamics] copied, saved and restored states go on with the same bits") {
    torch::NoGradGuard no_grad;
    const TemporaryFolder folder;
    TransformerDynamics dynamics(small_config());
    wake(*dynamics);
    DynamicsState state = dynamics->begin(torch::randn({1, kC, kH, kW}, generator_for(10, 0)));
    walk(dynamics, state, 0, 8);
    DynamicsState copy = copy_of(state);
    write_checkpoint(folder / "state.safetensors", {state, {}});
    const auto future = walk(dynamics, state, 8, 7);
    CHECK(torch::equal(walk(dynamics, copy, 8, 7), future));
    DynamicsState restored = read_checkpoint(folder / "state.safetensors").tensors;
    CHECK(torch::equal(walk(dynamics, restored, 8, 7), future));
}

TEST_CASE("[TransformerDynamics] its checkpoint opens through the registry and predicts the same") {
    torch::NoGradGuard no_grad;
    const TemporaryFolder folder;
    TransformerDynamics dynamics(small_config());
    wake(*dynamics);
    write_checkpoint(folder / "dynamics.safetensors",
                     {state_of(*dynamics),
                      {{"kind", "transformer"}, {"config", nlohmann::json(dynamics->config()).dump()}}});
    const auto loaded = load_dynamics(folder / "dynamics.safetensors", torch::kCPU, torch::kFloat32);
    const auto first = torch::randn({1, kC, kH, kW}, generator_for(11, 0));
    DynamicsState a = dynamics->begin(first), b = loaded->begin(first);
    CHECK(torch::equal(dynamics->step(a, walking(first), {}, generator_for(11, 1)),
                       loaded->step(b, walking(first), {}, generator_for(11, 1))));
}

TEST_CASE("[TransformerDynamics] what makes no sense is said in one sentence") {
    const auto refused = [](auto change) {
        TransformerDynamicsConfig config = small_config();
        change(config.transformer);
        return message_of([&] { TransformerDynamics{config}; });
    };
    CHECK(contains(refused([](auto& c) { c.dim = 30; }), "multiple of four times the heads"));
    CHECK(contains(refused([](auto& c) { c.window = 1; }), "window"));
    CHECK(contains(refused([](auto& c) { c.sink = 5; }), "sink"));
    CHECK(contains(refused([](auto& c) { c.depth = 1; }), "depth"));
    CHECK(contains(refused([](auto& c) { c.patch = 0; }), "patch"));

    TransformerDynamics dynamics(small_config());
    CHECK(contains(message_of([&] { dynamics->begin(torch::zeros({1, kC + 1, kH, kW})); }), "(1, 4, h, w)"));
    CHECK(contains(message_of([&] { dynamics->begin(torch::zeros({1, kC, 20, 20})); }), "a larger patch"));
    DynamicsState state = dynamics->begin(torch::zeros({1, kC, kH, kW}));
    CHECK(contains(message_of([&] {
                       dynamics->append(state, torch::zeros({1, kC, kH, kW + 1}));
                   }),
                   "cannot follow"));
    CHECK(contains(
        message_of([&] {
            dynamics->step(state, walking(torch::zeros({1, kC, kH, kW + 1})), {}, generator_for(12, 0));
        }),
        "the reprojection has the shape"));

    const LatentCorpus corpus = drifting_corpus();
    TransformerLossConfig loss;
    loss.window_frames = 7;
    CHECK(contains(message_of([&] { TransformerDynamicsTask(corpus, small_config(), loss, "a"); }),
                   "window_frames"));
    TransformerDynamicsConfig wide = small_config();
    wide.transformer.window = 20;
    CHECK(contains(message_of([&] { TransformerDynamicsTask(corpus, wide, {}, "a"); }),
                   "20 frames of a window"));
}

TEST_CASE("[TransformerDynamicsTask] learns from past frames how a picture drifts") {
    const LatentCorpus corpus = drifting_corpus();
    const TemporaryFolder folder;
    TransformerDynamicsConfig config = small_config();
    config.transformer = {
        .patch = 1, .dim = 48, .depth = 4, .heads = 2, .mlp_ratio = 2, .window = 6, .sink = 1};
    TransformerLossConfig loss;
    loss.context_noise_mean = -3;
    loss.hidden_share = 0.1;
    torch::manual_seed(4);
    TransformerDynamicsTask task(corpus, config, loss, "a");
    TrainerConfig training;
    training.steps = 240;
    training.batch = 48;
    training.precision = "fp32";
    training.threads = 1;
    training.optimizer.learning_rate = 4e-3;
    training.optimizer.warmup_steps = 20;
    training.optimizer.ema_decay = 0.9;
    const TrainingResult result = train(task, training, folder / "run");
    MESSAGE("loss ", result.last_loss);
    CHECK(result.last_loss < 0.65);  // one is what predicting nothing costs
    const Checkpoint saved = read_checkpoint(folder / "run/dynamics.safetensors");
    CHECK(saved.metadata.at("kind") == "transformer");
    CHECK(saved.metadata.at("tokenizer") == "a");
}

TEST_CASE("[TransformerDynamicsTask] the parts of a batch that processes compute add up to the whole") {
    const LatentCorpus corpus = drifting_corpus();
    torch::manual_seed(4);
    TransformerDynamicsTask task(corpus, small_config(), {}, "a");
    tests::check_parts_add_up(task, 30, 3, 1e-4);
}
