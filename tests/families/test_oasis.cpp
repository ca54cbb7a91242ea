#include <doctest/doctest.h>

#include "engine/core/error.h"
#include "tests/families/small_networks.h"
#include "tests/support/messages.h"
#include "tests/support/temporary_folder.h"
#include "world_model/families/oasis/actions.h"
#include "world_model/families/oasis/oasis_bench.h"
#include "world_model/families/oasis/oasis_model.h"
#include "world_model/numerics.h"

using namespace rv;
using namespace rv::tests;
using namespace rv::world_model;
using namespace rv::world_model::families;
using namespace rv::world_model::families::oasis;

namespace {

Dit random_dit(uint64_t seed = 1) {
    RandomWeights weights(seed, torch::kFloat32);
    return {small_oasis(), weights};
}

struct Clip {
    torch::Tensor x, actions;
    std::vector<int64_t> levels;

    explicit Clip(int64_t frames) {
        const OasisConfig c = small_oasis();
        auto generator = generator_for(7, 0);
        x = torch::randn({frames, c.in_channels, c.input_h, c.input_w}, generator);
        actions = torch::rand({frames, c.external_cond_dim}, generator);
        for (int64_t i = 0; i < frames; ++i) levels.push_back(14 + 100 * (i % 3));
    }
    [[nodiscard]] torch::Tensor frame(int64_t i) const { return x.slice(0, i, i + 1); }
    [[nodiscard]] torch::Tensor action(int64_t i) const { return actions.slice(0, i, i + 1); }
};

TensorMap dit_tensors() {
    WeightList list;
    static_cast<void>(Dit(small_oasis(), list));
    return random_tensors(list, 1);
}

Dit dit_from(const TensorMap& tensors, const TemporaryFolder& folder) {
    write_checkpoint(folder / "dit.safetensors", {tensors, {}});
    FileWeights weights(open_weights(folder / "dit.safetensors"), "", torch::kCPU, torch::kFloat32);
    return {small_oasis(), weights};
}

}  // namespace

TEST_CASE("[Dit] kept keys and values give what the whole window gives, up to the window's length") {
    torch::NoGradGuard no_grad;
    const Dit dit = random_dit();
    const Clip clip(small_oasis().max_frames);
    const auto whole = dit.forward(clip.x, clip.levels, clip.actions);
    DitCache cache = dit.make_cache();
    for (int64_t i = 0; i < clip.x.size(0); ++i) {
        const int64_t level = clip.levels[static_cast<size_t>(i)];
        dit.step(clip.frame(i), 900, clip.action(i), cache);  // leaves no trace
        const auto alone = dit.step(clip.frame(i), level, clip.action(i), cache);
        CHECK(largest_difference(alone[0], whole[i]) < 1e-5);
        dit.remember(clip.frame(i), level, clip.action(i), cache);
    }
}

TEST_CASE("[Dit] behind the window the oldest frame gives way and memory does not grow") {
    torch::NoGradGuard no_grad;
    const Dit dit = random_dit();
    const Clip clip(12);
    DitCache cache = dit.make_cache();
    const auto sizes = cache.keys.sizes().vec();
    for (int64_t i = 0; i < 12; ++i) dit.remember(clip.frame(i), 14, clip.action(i), cache);
    CHECK(cache.keys.sizes().vec() == sizes);
    CHECK(cache.frames.item<int64_t>() == 12);
    const auto v = dit.step(clip.frame(0), 500, clip.action(0), cache);
    CHECK(torch::isfinite(v).all().item<bool>());
    // The first layer's keys in the slot of frame 11 are frame 11's alone.
    DitCache short_cache = dit.make_cache();
    short_cache.frames.fill_(11);
    dit.remember(clip.frame(11), 14, clip.action(11), short_cache);
    const int64_t slot = 11 % small_oasis().max_frames;
    CHECK(largest_difference(cache.keys[0].select(2, slot), short_cache.keys[0].select(2, slot)) < 1e-6);
}

TEST_CASE("[Dit] no frame depends on a later one, and each on its own action and level") {
    torch::NoGradGuard no_grad;
    const Dit dit = random_dit();
    const Clip clip(4);
    const auto before = dit.forward(clip.x, clip.levels, clip.actions);
    auto x = clip.x.clone();
    x[3].normal_();
    CHECK(largest_difference(dit.forward(x, clip.levels, clip.actions).slice(0, 0, 3),
                             before.slice(0, 0, 3)) < 1e-6);
    auto actions = clip.actions.clone();
    actions[3][11] += 1;
    const auto after = dit.forward(clip.x, clip.levels, actions);
    CHECK(largest_difference(after.slice(0, 0, 3), before.slice(0, 0, 3)) < 1e-6);
    CHECK(largest_difference(after[3], before[3]) > 1e-4);
    auto levels = clip.levels;
    levels[3] += 300;
    CHECK(largest_difference(dit.forward(clip.x, levels, clip.actions)[3], before[3]) > 1e-4);
}

TEST_CASE("[Dit] shared frequencies are found under any of their names, and computed without one") {
    torch::NoGradGuard no_grad;
    const TemporaryFolder folder;
    const Clip clip(3);
    const TensorMap plain = dit_tensors();
    const auto computed = dit_from(plain, folder).forward(clip.x, clip.levels, clip.actions);
    for (const char* name : {"temporal_rotary_emb.freqs", "blocks.1.t_attn.rotary_emb.freqs"}) {
        TensorMap named = plain;
        named.emplace(name, language_frequencies(8, 10000));
        named.emplace("blocks.0.s_attn.rotary_emb.freqs", pixel_frequencies(4, 256));
        CHECK(largest_difference(dit_from(named, folder).forward(clip.x, clip.levels, clip.actions),
                                 computed) < 1e-6);
        named.at(name).mul_(2);  // and they count
        CHECK(largest_difference(dit_from(named, folder).forward(clip.x, clip.levels, clip.actions),
                                 computed) > 1e-4);
    }
}

TEST_CASE("[Dit] a file without all tensors is refused, naming what is missing") {
    const TemporaryFolder folder;
    TensorMap tensors = dit_tensors();
    tensors.erase("blocks.1.s_mlp.fc2.bias");
    CHECK(contains(message_of([&] { dit_from(tensors, folder); }), "blocks.1.s_mlp.fc2.bias"));
    tensors.emplace("blocks.1.s_mlp.fc2.bias", torch::zeros({31}));
    CHECK(contains(message_of([&] { dit_from(tensors, folder); }), "(31) instead of (32)"));
}

TEST_CASE("[Weights] tensors of the wanted type stay in the file's own memory") {
    const TemporaryFolder folder;
    write_checkpoint(folder / "a.safetensors", {{{"w", torch::ones({64, 64})}}, {}});
    const auto file = open_weights(folder / "a.safetensors");
    const auto within = [&](const torch::Tensor& t) {
        const auto bytes = file->contents();
        const auto* data = static_cast<const std::byte*>(t.data_ptr());
        return data >= bytes.data() && data < bytes.data() + bytes.size();
    };
    FileWeights same(file, "", torch::kCPU, torch::kFloat32), other(file, "", torch::kCPU, torch::kBFloat16);
    CHECK(within(same.take("w", {64, 64})));
    CHECK_FALSE(within(other.take("w", {64, 64})));
    CHECK(same.take("w", {64, 64}).sum().item<float>() == 64 * 64);  // also after pages were given back
}

TEST_CASE("[Schedule] levels are spaced as published, and a step goes to the level that it is told") {
    const Schedule schedule{OasisConfig{}};
    CHECK(schedule.levels(10) == std::vector<int64_t>{999, 899, 799, 699, 599, 499, 399, 299, 199, 99});
    CHECK(schedule.levels(3) == std::vector<int64_t>{999, 665, 332});
    CHECK(schedule.context_level() == 14);

    // With v = 0 the predicted start is sqrt(alpha) x, which tells alpha.
    const auto one = torch::ones({1}), zero = torch::zeros({1});
    const auto root_alpha = [&](int64_t level) { return schedule.step(one, zero, level, -1).item<double>(); };
    CHECK(root_alpha(0) > 0.99);
    CHECK(root_alpha(999) < 0.02);
    CHECK(root_alpha(499) < root_alpha(99));
    const double a = root_alpha(699), b = root_alpha(599), s = 0.3, n = -1.2;
    const double noise_a = std::sqrt(1 - a * a), noise_b = std::sqrt(1 - b * b);
    const auto x = torch::full({1}, a * s + noise_a * n), v = torch::full({1}, a * n - noise_a * s);
    CHECK(schedule.step(x, v, 699, -1).item<double>() == doctest::Approx(s).epsilon(1e-4));
    CHECK(schedule.step(x, v, 699, 599).item<double>() == doctest::Approx(b * s + noise_b * n).epsilon(1e-4));
}

TEST_CASE("[Oasis] actions stand in the published order and scale") {
    CHECK(kActions[0] == "inventory");
    CHECK(kActions[11] == "forward");
    CHECK(kActions[15] == "cameraX");
    CHECK(kActions[24] == "drop");
    CHECK(action_vector({}).abs().sum().item<float>() == 0);

    Action action{.forward = 1, .sideways = -1, .turn = 0.5f, .look = 0.25f, .run = 1, .jump = 1};
    const auto list = buttons();
    for (size_t i = 0; i < list.size(); ++i)
        if (list[i].name == "attack") action.buttons |= 1u << i;
    const auto v = action_vector(action)[0];
    const auto at = [&](size_t i) { return v[static_cast<int64_t>(i)].item<float>(); };
    CHECK(at(11) == 1);       // forward
    CHECK(at(12) == 0);       // back
    CHECK(at(13) == 1);       // left
    CHECK(at(15) == -0.25f);  // the camera's pitch grows downwards
    CHECK(at(16) == 0.5f);
    CHECK(at(17) == 1);  // jump
    CHECK(at(19) == 1);  // sprint
    CHECK(at(21) == 1);  // attack
    CHECK(v.abs().sum().item<float>() == doctest::Approx(5.75));
    CHECK(list.size() <= 32);
}

TEST_CASE("[OasisBench] times both ways and counts the published parameters") {
    OasisBenchOptions options;
    options.size = "small";
    options.rounds = 1;
    options.cached_frames = 1;
    options.steps = 1;
    const OasisBenchResult result = bench_oasis(options);
    CHECK(result.recompute_ms > 0);
    CHECK(result.cached_ms > 0);
    CHECK(result.window == 32);
    CHECK(contains(to_json(result), "\"ratio\""));
    CHECK(contains(message_of([] { config_of_size("huge"); }), "small or full"));
}

TEST_CASE("[Oasis] the published size has the published number of parameters") {
    const auto count = [](const WeightList& list) {
        int64_t sum = 0;
        for (const auto& [name, shape] : list.required) {
            int64_t elements = 1;
            for (const int64_t extent : shape) elements *= extent;
            sum += elements;
        }
        return sum;
    };
    WeightList dit, vae;
    static_cast<void>(Dit(OasisConfig{}, dit));
    static_cast<void>(Vae(OasisConfig{}, vae));
    CHECK(count(dit) / 100'000 == 6079);
    CHECK(dit.required.size() == 300);  // 302 with them
    CHECK(vae.required.size() == 228);
    CHECK(count(vae) / 100'000 == 2292);
}
