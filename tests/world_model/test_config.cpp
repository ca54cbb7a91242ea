// clang-format off
#include <torch/torch.h>  // first: it has a CHECK of its own
#include <doctest/doctest.h>
// clang-format on

#include "tests/support/messages.h"
#include "world_model/config.h"
#include "world_model/dynamics/convolutional.h"
#include "world_model/training/trainer.h"

using namespace rv::world_model;
using rv::tests::contains;
using rv::tests::message_of;

namespace {

template <class Config>
std::string refusal(const std::string& toml, const std::string& where) {
    return message_of([&] { config_from<Config>(parse_toml(toml, "text"), where); });
}

}  // namespace

TEST_CASE("[config_from] what is not said keeps its default, also within tables of tables") {
    const auto config = config_from<ConvolutionalDynamicsConfig>(
        parse_toml("cond = 7\nunet.blocks = 1\nedm.sample_sigma_min = 0.5", "text"), "x.toml, [model]");
    CHECK(config.cond == 7);
    CHECK(config.unet.blocks == 1);
    CHECK(config.unet.channels == ConvolutionalDynamicsConfig{}.unet.channels);
    CHECK(config.edm.sample_sigma_min == 0.5);
    CHECK(config.context_frames == ConvolutionalDynamicsConfig{}.context_frames);
}

TEST_CASE("[config_from] an unknown key is refused in every table, with its table and those that are known") {
    const auto model = [](const std::string& toml) {
        return refusal<ConvolutionalDynamicsConfig>(toml, "x.toml, [model]");
    };
    CHECK(contains(model("conds = 1"), "x.toml, [model] has unknown keys: conds"));
    CHECK(contains(model("unet.chanels = [32]"), "x.toml, [model.unet] has unknown keys: chanels"));
    CHECK(contains(model("unet.chanels = [32]"), "one of attention, blocks, channels"));
    CHECK(contains(model("[text]\nwidht = 8\nbucket = 2"),
                   "x.toml, [model.text] has unknown keys: bucket, widht"));
    CHECK(contains(refusal<TrainerConfig>("optimizer.learning_rat = 1", "x.toml"),
                   "x.toml, [optimizer] has unknown keys: learning_rat"));
    CHECK(contains(model("unet = 3"), "x.toml, [model.unet] is not a table"));
}
