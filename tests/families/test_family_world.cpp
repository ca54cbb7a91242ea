#include <doctest/doctest.h>

#include <fstream>

#include "engine/core/error.h"
#include "tests/families/small_networks.h"
#include "tests/support/files.h"
#include "tests/support/messages.h"
#include "tests/support/temporary_folder.h"
#include "world_model/families/import_world.h"
#include "world_model/world.h"

using namespace rv;
using namespace rv::tests;
using namespace rv::world_model;
using namespace rv::world_model::families;

namespace fs = std::filesystem;

namespace {

const fs::path kOasis = kFamilyCases / "oasis_tiny", kDiamond = kFamilyCases / "diamond_tiny";

// A world of a reference case; rollout.safetensors there is no part of the model.
ImportResult import_oasis(const fs::path& out, bool copy = false) {
    return import_world({.paths = {kOasis / "dit.safetensors", kOasis / "vae.safetensors"},
                         .out = out,
                         .copy = copy,
                         .start = {},
                         .title = {}});
}

ImportResult import_diamond(const fs::path& out) {
    return import_world(
        {.paths = {kDiamond / "agent.pt"}, .out = out, .copy = true, .start = {}, .title = "Game"});
}

std::vector<uint8_t> shown(const World& world, const Rollout& rollout) {
    std::vector<uint8_t> rgba(static_cast<size_t>(world.info().width * world.info().height * 4));
    rollout.copy_frame(rgba);
    return rgba;
}

StepInput walking() {
    StepInput input;
    input.action.forward = 1;
    input.action.turn = 0.3f;
    return input;
}

// What every rollout promises: world_model/world.h.
void check_promises(const fs::path& folder) {
    const TemporaryFolder saved;
    const auto world = open_world(folder, {.threads = 1});
    const auto first = world->start({.seed = 5, .prompt = {}}),
               again = world->start({.seed = 5, .prompt = {}}),
               other = world->start({.seed = 6, .prompt = {}});
    for (int i = 0; i < 3; ++i) {
        first->step(walking());
        again->step(walking());
        other->step(walking());
    }
    CHECK(first->frame_index() == 3);
    CHECK(shown(*world, *first) == shown(*world, *again));
    CHECK_FALSE(shown(*world, *first) == shown(*world, *other));
    CHECK(torch::isfinite(first->frame()).all().item<bool>());
    CHECK(first->times().total_ms >= 0);

    const auto branch = first->copy();
    first->save(saved / "state.safetensors");
    CHECK(fs::file_size(saved / "state.safetensors") > 0);
    for (int i = 0; i < 5; ++i) first->step(walking());  // beyond the window
    const auto late = shown(*world, *first);
    for (int i = 0; i < 5; ++i) branch->step(walking());
    CHECK(shown(*world, *branch) == late);
    other->restore(saved / "state.safetensors");
    CHECK(other->frame_index() == 3);
    for (int i = 0; i < 5; ++i) other->step(walking());
    CHECK(shown(*world, *other) == late);
    CHECK(other->copy_bytes() > 0);
    CHECK_FALSE(world->digest().empty());
}

}  // namespace

TEST_CASE("[FamilyWorld] Oasis plays with the promises of every world") {
    const TemporaryFolder folder;
    const ImportResult result = import_oasis(folder / "blocks");
    CHECK(result.family == "oasis");
    REQUIRE(result.parts.size() == 2);
    CHECK(result.parts[0].matched == 48);
    CHECK(result.parts[0].unexpected.empty());
    check_promises(folder / "blocks");
}

TEST_CASE("[FamilyWorld] both modes of Oasis make nearly the same frames within the window") {
    const TemporaryFolder folder;
    import_oasis(folder / "blocks");
    std::string text = bytes_of(folder / "blocks" / "world.toml");
    const auto second_frame = [&] {
        const auto world = open_world(folder / "blocks", {.threads = 1});
        const auto rollout = world->start({.seed = 1, .prompt = {}});
        rollout->step(walking());
        rollout->step(walking());
        return rollout->frame().clone();
    };
    const auto cached = second_frame();
    REQUIRE(contains(text, "cached"));
    text.replace(text.find("cached"), 6, "recompute");
    put_bytes(folder / "blocks" / "world.toml", text);
    CHECK(largest_difference(second_frame(), cached) < 0.1);  // bfloat16 where the machine has it
    text.replace(text.find("recompute"), 9, "sideways");
    put_bytes(folder / "blocks" / "world.toml", text);
    CHECK(contains(message_of([&] { open_world(folder / "blocks"); }), "cached or recompute"));
}

TEST_CASE("[FamilyWorld] DIAMOND plays with the promises of every world") {
    const TemporaryFolder folder;
    const ImportResult result = import_diamond(folder / "game");
    CHECK(result.family == "diamond");
    CHECK(open_world(folder / "game")->info().title == "Game");
    check_promises(folder / "game");
}

TEST_CASE("[FamilyWorld] says its keys without loading weights, and starts from any picture") {
    const TemporaryFolder folder;
    import_oasis(folder / "blocks");
    const WorldInfo info = read_world_info(folder / "blocks");
    CHECK(info.width == 24);
    CHECK(info.height == 16);
    CHECK_FALSE(info.has_pose);
    CHECK(info.buttons.size() == 17);
    CHECK(info.buttons[0].name == "inventory");

    const auto world = open_world(folder / "blocks", {.threads = 1});
    const auto rollout = world->start({.seed = 1, .prompt = {}, .picture = folder / "blocks" / "start.png"});
    CHECK(shown(*world, *rollout) == shown(*world, *world->start({.seed = 1, .prompt = {}})));
    CHECK(world->reconstruct(rollout->frame()).sizes() == rollout->frame().sizes());
    CHECK(contains(message_of([&] { world->start({.frame = 3, .prompt = {}}); }), "no start frame 3"));
}

TEST_CASE("[Import] refers to the weights, or holds them") {
    const TemporaryFolder folder;
    import_oasis(folder / "near", true);
    CHECK(fs::exists(folder / "near" / "dit.safetensors"));
    fs::rename(folder / "near", folder / "moved");
    CHECK_NOTHROW(open_world(folder / "moved", {.threads = 1}));

    fs::copy(kOasis, folder / "weights");
    fs::remove(folder / "weights" / "rollout.safetensors");
    import_world(
        {.paths = {folder / "weights"}, .out = folder / "far", .copy = false, .start = {}, .title = {}});
    CHECK_FALSE(fs::exists(folder / "far" / "dit.safetensors"));
    CHECK_NOTHROW(open_world(folder / "far", {.threads = 1}));
    fs::remove_all(folder / "weights");
    CHECK(contains(message_of([&] { open_world(folder / "far"); }), "reverie import again"));
}

TEST_CASE("[Import] counts what a file holds besides, also within an entry of its own") {
    const TemporaryFolder folder;
    Checkpoint dit = read_checkpoint(kOasis / "dit.safetensors"), wrapped;
    for (const auto& [name, tensor] : dit.tensors) wrapped.tensors.emplace("state_dict." + name, tensor);
    wrapped.tensors.emplace("state_dict.optimizer_step", torch::zeros({1}));
    write_checkpoint(folder / "wrapped.safetensors", wrapped);
    fs::copy(kOasis / "config.json", folder / "config.json");
    const ImportResult result =
        import_world({.paths = {folder / "wrapped.safetensors", kOasis / "vae.safetensors"},
                      .out = folder / "world",
                      .copy = false,
                      .start = {},
                      .title = {}});
    CHECK(result.parts[0].unexpected == std::vector<std::string>{"state_dict.optimizer_step"});
    CHECK_NOTHROW(open_world(folder / "world", {.threads = 1}));
}

TEST_CASE("[Import] refuses what is incomplete or unknown, and leaves nothing behind") {
    const TemporaryFolder folder;
    const auto refusal = [&](const std::vector<fs::path>& paths) {
        return message_of([&] {
            import_world({.paths = paths, .out = folder / "world", .copy = false, .start = {}, .title = {}});
        });
    };
    CHECK(contains(refusal({kOasis / "dit.safetensors"}), "needs its autoencoder"));
    CHECK(contains(refusal({kOasis / "rollout.safetensors"}), "no family of world models"));
    Checkpoint dit = read_checkpoint(kOasis / "dit.safetensors");
    dit.tensors.erase("blocks.1.t_attn.to_out.weight");
    write_checkpoint(folder / "dit.safetensors", dit);
    fs::copy(kOasis / "config.json", folder / "config.json");
    CHECK(contains(refusal({folder / "dit.safetensors", kOasis / "vae.safetensors"}),
                   "missing blocks.1.t_attn.to_out.weight"));
    CHECK_FALSE(fs::exists(folder / "world"));
    fs::create_directories(folder / "empty");
    CHECK(contains(refusal({folder / "empty"}), "holds no weights"));
}

TEST_CASE("[FamilyWorld] a family that nobody knows is refused by name") {
    const TemporaryFolder folder;
    put_bytes(
        folder / "world.toml",
        "width = 8\nheight = 8\n[family]\nkind = \"unheard\"\n[[start]]\nname = \"a\"\nfile = \"a.png\"\n");
    CHECK(contains(message_of([&] { read_world_info(folder.path()); }), "oasis or diamond"));
}
