#include <doctest/doctest.h>
#include <torch/torch.h>

#include <fstream>

#include "engine/core/error.h"
#include "engine/video/video_writer.h"
#include "tests/support/messages.h"
#include "tests/support/temporary_folder.h"
#include "tests/world_model/world_folder.h"
#include "world_model/checkpoint.h"
#include "world_model/numerics.h"
#include "world_model/world.h"

using namespace rv;
using namespace rv::world_model;
using rv::tests::contains;
using rv::tests::message_of;
using rv::tests::TemporaryFolder;

namespace {

std::unique_ptr<World> open(const WorldFolder& folder) {
    return open_world(folder.path(), {.device = DeviceKind::Cpu, .threads = 1});
}

StepInput walk(float turn = 0, std::string_view prompt = "noon") {
    return {.action = {.forward = 1, .turn = turn}, .pose = {}, .prompt = prompt, .sampler_steps = 0};
}

torch::Tensor roll(Rollout& rollout, int frames, const StepInput& input) {
    for (int i = 0; i < frames; ++i) rollout.step(input);
    return rollout.frame().clone();
}

}  // namespace

TEST_CASE("[World] says what it is without loading weights") {
    const WorldFolder folder;
    const WorldInfo info = read_world_info(folder.path());
    CHECK(info.title == "Test");
    CHECK(info.width == kWidth);
    CHECK(info.default_sampler_steps == 2);
    CHECK(info.start_prompts == std::vector<std::string>{"noon"});
    CHECK(list_worlds(folder.path().parent_path() / "no such folder").empty());
}

TEST_CASE("[Rollout] frame 0 is the start frame, and the same seed and inputs give the same bits") {
    const WorldFolder folder;
    const auto world = open(folder);
    const auto a = world->start({.seed = 3, .frame = 0, .prompt = {}}),
               b = world->start({.seed = 3, .frame = 0, .prompt = {}});
    std::vector<uint8_t> rgba(static_cast<size_t>(kWidth) * kHeight * 4);
    a->copy_frame(rgba);
    CHECK(a->frame_index() == 0);
    CHECK(rgba[0] == 0);
    CHECK(rgba[1] == 7);
    CHECK(rgba[3] == 255);
    CHECK(torch::equal(roll(*a, 3, walk()), roll(*b, 3, walk())));
    CHECK(a->frame_index() == 3);
    const auto other = world->start({.seed = 4, .frame = 0, .prompt = {}});
    CHECK_FALSE(torch::equal(roll(*other, 3, walk()), a->frame()));
}

TEST_CASE("[Rollout] the action, pose and prompt of a step show in that step's frame") {
    const WorldFolder folder;
    const auto world = open(folder);
    const auto start = world->start({.seed = 5, .frame = 0, .prompt = {}});
    const auto frame_after = [&](const StepInput& input) { return roll(*start->copy(), 1, input); };
    const auto reference = frame_after(walk());
    CHECK(torch::equal(frame_after(walk()), reference));
    CHECK_FALSE(torch::equal(frame_after(walk(1)), reference));
    CHECK_FALSE(torch::equal(frame_after(walk(0, "a snowy night")), reference));
    StepInput flown = walk();
    flown.pose = CameraPose{{0, 0.5f, 0}, glm::quat(1, 0, 0, 0)};
    CHECK_FALSE(torch::equal(frame_after(flown), reference));
}

TEST_CASE("[Rollout] a given pose is where the camera is afterwards") {
    const WorldFolder folder;
    const auto world = open(folder);
    const auto rollout = world->start({});
    StepInput input = walk();
    input.pose = CameraPose::from_yaw_pitch({0.1f, 0, -0.2f}, 0.05f, 0);
    roll(*rollout, 2, input);
    CHECK(glm::length(rollout->pose().position - input.pose->position) < 1e-5f);
    CHECK(glm::length(rollout->pose().forward() - input.pose->forward()) < 1e-5f);
}

TEST_CASE("[World] begins with any picture, cut to its frame, and says when it does not know such pictures") {
    const WorldFolder folder;
    const auto world = open(folder);
    // Wider than the frame, and larger: left half black, right half white.
    constexpr int kWide = 200, kHigh = 48;
    std::vector<uint8_t> pixels(static_cast<size_t>(kWide) * kHigh * 3);
    for (size_t i = 0; i < pixels.size(); ++i) pixels[i] = (i / 3) % kWide < kWide / 2 ? 0 : 255;
    stbi_write_png((folder / "wide.png").c_str(), kWide, kHigh, 3, pixels.data(), kWide * 3);
    const auto rollout = world->start({.seed = 1, .frame = 0, .prompt = {}, .picture = folder / "wide.png"});
    CHECK(rollout->frame().sizes() == torch::IntArrayRef({3, kHeight, kWidth}));
    CHECK(rollout->frame()[0][12][5].item<float>() == doctest::Approx(-1).epsilon(0.02));
    CHECK(rollout->frame()[0][12][kWidth - 5].item<float>() == doctest::Approx(1).epsilon(0.02));
    CHECK(contains(world->remark(), "wide.png"));  // random weights know nothing
    CHECK_THROWS_AS(world->start({.seed = 1, .frame = 0, .prompt = {}, .picture = folder / "none.png"}),
                    FileError);
    static_cast<void>(world->start({}));
    CHECK(world->remark().empty());
}

TEST_CASE("[World] begins with the end of a video, at the world's own pace") {
    const WorldFolder folder;
    const auto world = open(folder);
    {
        // Three times as fast as the world, and each frame brighter than the one before.
        rv::video::VideoWriter writer(folder / "clip.mkv", 80, 48, {45, 1}, {.codec = "ffv1"});
        for (int i = 0; i < 50; ++i) {
            std::vector<uint8_t> rgba(80 * 48 * 4, static_cast<uint8_t>(5 * i));
            writer.write({rgba.data(), 80, 48, 80 * 4});
        }
        writer.finish();
    }
    const auto rollout = world->start({.seed = 1, .frame = 0, .prompt = {}, .picture = folder / "clip.mkv"});
    CHECK(rollout->frame_index() == 7);  // eight frames of the past
    CHECK(rollout->frame().mean().item<float>() == doctest::Approx(5 * 49 / 127.5 - 1).epsilon(0.05));
    CHECK(glm::length(rollout->pose().position) == 0);
    const auto frame = rollout->frame().clone();
    roll(*rollout, 1, walk());
    CHECK(rollout->frame_index() == 8);
    std::ofstream(folder / "none.mp4") << "no video at all";
    CHECK(contains(message_of([&] {
                       world->start({.seed = 1, .frame = 0, .prompt = {}, .picture = folder / "none.mp4"});
                   }),
                   "not a picture or a video"));
}

TEST_CASE("[Rollout] a fade lies between its prompts, and guidance changes the frame") {
    const WorldFolder folder;
    const auto world = open(folder);
    const auto start = world->start({.seed = 5, .frame = 0, .prompt = {}});
    const auto frame_after = [&](PromptFade fade, double guidance = 0) {
        StepInput input = walk(0, "a snowy night");
        input.fade = std::move(fade);
        input.guidance = guidance;
        return roll(*start->copy(), 1, input);
    };
    const auto night = frame_after({}), nearly = frame_after({"noon", 0.95}),
               begun = frame_after({"noon", 0.01});
    const auto noon = roll(*start->copy(), 1, walk(0, "noon"));
    CHECK_FALSE(torch::equal(nearly, night));
    CHECK((begun - noon).abs().mean().item<float>() < (begun - night).abs().mean().item<float>());
    CHECK((nearly - night).abs().mean().item<float>() < (noon - night).abs().mean().item<float>());
    CHECK_FALSE(torch::equal(frame_after({}, 3), night));
    CHECK(torch::equal(frame_after({}, 1), night));  // as learned
}

TEST_CASE("[Rollout] shows its depth and its latent as pictures, those of a restored one too") {
    WorldFolder folder;
    const auto world = open(folder);
    const auto rollout = world->start({});
    roll(*rollout, 2, walk());
    const auto view_of = [](const Rollout& of, InnerView view) {
        std::vector<uint8_t> rgba(static_cast<size_t>(kWidth) * kHeight * 4);
        of.copy_view(view, rgba);
        return rgba;
    };
    const auto depth = view_of(*rollout, InnerView::Depth), latent = view_of(*rollout, InnerView::Latent);
    CHECK(depth != latent);
    rollout->save(folder / "state.safetensors");
    const auto restored = world->start({});
    CHECK(view_of(*restored, InnerView::Latent) != latent);
    restored->restore(folder / "state.safetensors");
    CHECK(view_of(*restored, InnerView::Depth) == depth);
    CHECK(view_of(*restored, InnerView::Latent) == latent);
    Checkpoint older = read_checkpoint(folder / "state.safetensors");
    older.tensors.erase("latent");
    write_checkpoint(folder / "older.safetensors", older);
    restored->restore(folder / "older.safetensors");
    CHECK(torch::equal(restored->frame(), rollout->frame()));
}

TEST_CASE("[Rollout] copied, saved and restored rollouts go on as if nothing had happened") {
    WorldFolder folder;
    SUBCASE("with a convolutional dynamics") {}
    SUBCASE("with a transformer") {
        folder.take_transformer();
    }
    SUBCASE("with a decoder that remembers") {
        folder.take_decoder();
    }
    const auto world = open(folder);
    const auto original = world->start({.seed = 6, .frame = 0, .prompt = {}});
    roll(*original, 3, walk(0.5f));
    const auto branch = original->copy();
    original->save(folder / "state.safetensors");
    const auto future = roll(*original, 4, walk(-0.5f));
    roll(*branch, 2, walk(1));  // a branch of its own leaves the original alone
    const auto restored = world->start({});
    restored->restore(folder / "state.safetensors");
    CHECK(restored->frame_index() == 3);
    CHECK(torch::equal(roll(*restored, 4, walk(-0.5f)), future));
    CHECK(restored->frame_index() == 7);
}

TEST_CASE("[Rollout] refuses states of other worlds and damaged ones, and keeps its own") {
    const WorldFolder folder;
    const auto world = open(folder);
    const auto rollout = world->start({.seed = 7, .frame = 0, .prompt = {}});
    roll(*rollout, 1, walk());
    const auto before = rollout->frame().clone();
    rollout->save(folder / "good.safetensors");
    Checkpoint state = read_checkpoint(folder / "good.safetensors");
    Checkpoint foreign = state;
    foreign.metadata["world"] = "other";
    write_checkpoint(folder / "foreign.safetensors", foreign);
    CHECK(contains(message_of([&] { rollout->restore(folder / "foreign.safetensors"); }), "another world"));
    Checkpoint cut = state;
    cut.tensors.erase("dynamics.context");
    write_checkpoint(folder / "cut.safetensors", cut);
    CHECK(contains(message_of([&] { rollout->restore(folder / "cut.safetensors"); }), "dynamics.context"));
    CHECK(torch::equal(rollout->frame(), before));
}

TEST_CASE("[Rollout] memory does not grow with the number of frames") {
    const WorldFolder folder;
    const auto world = open(folder);
    const auto rollout = world->start({});
    roll(*rollout, 200, walk(0.3f));  // by now the memory of frames is full
    rollout->save(folder / "early.safetensors");
    roll(*rollout, 60, walk(0.3f));
    rollout->save(folder / "late.safetensors");
    const auto early = read_checkpoint(folder / "early.safetensors").tensors,
               late = read_checkpoint(folder / "late.safetensors").tensors;
    REQUIRE(early.size() == late.size());
    for (const auto& [name, tensor] : early) CHECK(late.at(name).sizes() == tensor.sizes());
}

TEST_CASE("[World] bad worlds get one sentence that names the file") {
    WorldFolder folder;
    CHECK(contains(message_of([] { read_world_info("/no/such/world"); }), "no such folder"));
    folder.write_toml("colour = 3");
    CHECK(contains(message_of([&] { read_world_info(folder.path()); }), "unknown keys: colour"));
    folder.write_toml("", 44);
    CHECK(contains(message_of([&] { open(folder); }), "multiples of 8"));
    folder.write_toml("", 48);
    const auto wide = open(folder);
    CHECK(contains(message_of([&] { wide->start({}); }), "40 x 24"));
    folder.write_toml("");
    std::filesystem::resize_file(folder / "dynamics.safetensors", 1000);
    CHECK(contains(message_of([&] { open(folder); }), "dynamics.safetensors"));
    CHECK(contains(message_of([&] { open(WorldFolder())->start({.seed = 0, .frame = 9, .prompt = {}}); }),
                   "no start frame 9"));
}
