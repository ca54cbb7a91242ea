#include <doctest/doctest.h>
#include <torch/torch.h>

#include <fstream>

#include "engine/core/error.h"
#include "tests/support/messages.h"
#include "tests/support/temporary_folder.h"
#include "world_model/checkpoint.h"
#include "world_model/config.h"
#include "world_model/dynamics/convolutional.h"
#include "world_model/parts.h"
#include "world_model/tokenizer/convolutional.h"

using namespace rv;
using namespace rv::world_model;
using rv::tests::contains;
using rv::tests::message_of;
using rv::tests::TemporaryFolder;

TEST_CASE("[Checkpoint] tensors of every type and layout come back as they were") {
    const TemporaryFolder folder;
    Checkpoint saved;
    saved.metadata = {{"kind", "test"}};
    saved.tensors = {{"a", torch::randn({2, 3})},
                     {"b", torch::randn({2, 3, 4, 5}).contiguous(torch::MemoryFormat::ChannelsLast)},
                     {"c", torch::randn({3}).to(torch::kBFloat16)},
                     {"d", torch::arange(5)},
                     {"e", torch::tensor(1.5)},
                     {"f", torch::randn({4, 6}).t()}};
    write_checkpoint(folder / "x.safetensors", saved);
    const Checkpoint read = read_checkpoint(folder / "x.safetensors");
    CHECK(read.metadata.at("kind") == "test");
    REQUIRE(read.tensors.size() == saved.tensors.size());
    for (const auto& [name, tensor] : saved.tensors) {
        INFO(name);
        CHECK(read.tensors.at(name).dtype() == tensor.dtype());
        CHECK(torch::equal(read.tensors.at(name), tensor));
    }
}

TEST_CASE("[load_state] names every tensor that is missing, unexpected or of another shape") {
    ConvolutionalTokenizer tokenizer(ConvolutionalTokenizerConfig{4, 32, 32, 1, 1});
    TensorMap state = state_of(*tokenizer);
    CHECK_NOTHROW(load_state(*tokenizer, state, "file"));
    state.erase("latent_mean");
    state["surplus"] = torch::zeros({1});
    state["latent_std"] = torch::zeros({7});
    const std::string message = message_of([&] { load_state(*tokenizer, state, "some.safetensors"); });
    CHECK(contains(message, "some.safetensors"));
    CHECK(contains(message, "missing latent_mean"));
    CHECK(contains(message, "unexpected surplus"));
    CHECK(contains(message, "latent_std [7]"));
}

TEST_CASE("[load_tokenizer] refuses unknown kinds and configurations") {
    const TemporaryFolder folder;
    const auto file = folder / "x.safetensors";
    const auto load = [&] { load_tokenizer(file, torch::kCPU, torch::kFloat32); };
    CHECK(contains(message_of(load), "x.safetensors"));  // not there
    write_checkpoint(file, {{{"a", torch::zeros({1})}}, {{"kind", "quantum"}}});
    CHECK(contains(message_of(load), "one of convolutional"));
    write_checkpoint(
        file, {{{"a", torch::zeros({1})}}, {{"kind", "convolutional"}, {"config", R"({"wings": 2})"}}});
    CHECK(contains(message_of(load), "unknown keys: wings"));
    write_checkpoint(file, {{{"a", torch::zeros({1})}}, {{"kind", "convolutional"}, {"config", "{"}}});
    CHECK(contains(message_of(load), "not JSON"));
}

TEST_CASE("[load_tokenizer] a saved network computes the same function") {
    const TemporaryFolder folder;
    const ConvolutionalTokenizerConfig config{4, 32, 32, 1, 1};
    ConvolutionalTokenizer tokenizer(config);
    write_checkpoint(
        folder / "t.safetensors",
        {state_of(*tokenizer), {{"kind", "convolutional"}, {"config", nlohmann::json(config).dump()}}});
    const auto loaded = load_tokenizer(folder / "t.safetensors", torch::kCPU, torch::kFloat32);
    const auto frames = torch::randn({1, 3, 16, 24});
    torch::NoGradGuard no_grad;
    CHECK(torch::allclose(loaded->encode(frames), tokenizer->encode(frames), 1e-4, 1e-5));
}

TEST_CASE("[config] wrong kinds of values and bad TOML are named") {
    CHECK(contains(message_of([] {
                       config_from<ConvolutionalTokenizerConfig>({{"wide_channels", "many"}}, "here");
                   }),
                   "here"));
    CHECK(config_from<ConvolutionalTokenizerConfig>({{"wide_channels", 48}}, "here").wide_channels == 48);
    const TemporaryFolder folder;
    std::ofstream(folder / "bad.toml") << "a = [1,\nb = 2\n";
    CHECK(contains(message_of([&] { read_toml(folder / "bad.toml"); }), "line 2"));
}
