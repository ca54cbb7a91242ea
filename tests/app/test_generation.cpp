#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "engine/app/generation.h"
#include "engine/core/error.h"
#include "tests/app/hash_world.h"
#include "tests/support/temporary_folder.h"

using rv::tests::TemporaryFolder;
using namespace rv::app;
using rv::world_model::Start;

namespace {

class Frames : public FrameSink {
  public:
    void begin_world(const rv::world_model::WorldInfo& info) override {
        ++worlds;
        bytes_ = static_cast<std::size_t>(info.width) * static_cast<std::size_t>(info.height) * 4;
    }
    void publish(const rv::world_model::Rollout& rollout, const FrameMetadata& metadata) override {
        CHECK(rollout.frame_index() == metadata.index);
        seen.push_back(metadata);
        pictures.emplace_back(bytes_);
        rollout.copy_frame(pictures.back());
    }
    void publish_beside(std::span<const std::uint8_t> rgba, const FrameMetadata& metadata) override {
        CHECK(rgba.size() == bytes_);
        beside.push_back(metadata);
    }
    void end_beside() override { ++ended; }
    int worlds = 0, ended = 0;
    std::vector<FrameMetadata> seen, beside;
    std::vector<std::vector<std::uint8_t>> pictures;

  private:
    std::size_t bytes_ = 0;
};

Steering walking(float forward, std::string prompt = {}) {
    Steering steering;
    steering.action.forward = forward;
    steering.prompt = std::move(prompt);
    return steering;
}

}  // namespace

TEST_CASE("[Generation] publishes the start frame, then every step with what steered it") {
    Frames frames;
    Generation generation(frames, hash_world::opener(std::make_shared<hash_world::Probe>()));
    CHECK_FALSE(generation.has_world());
    generation.open("hash", {}, {});
    Steering steering = walking(2);  // out of range: clamped
    steering.input_time = steering.sampled_time = rv::TimePoint(std::chrono::seconds(1));
    generation.step(steering);
    generation.step(walking(0.5f, "dusk"));
    generation.step(walking(0));

    REQUIRE(frames.seen.size() == 4);
    CHECK(frames.worlds == 1);
    CHECK(frames.seen[0].index == 0);
    CHECK(frames.seen[0].prompt == "noon");
    CHECK(frames.seen[0].action == rv::Action{});
    CHECK(frames.seen[1].index == 1);
    CHECK(frames.seen[1].action.forward == 1);
    CHECK(frames.seen[1].prompt == "noon");
    CHECK(frames.seen[1].input_time == rv::TimePoint(std::chrono::seconds(1)));
    CHECK(frames.seen[1].pose.position.z == -1);
    CHECK(frames.seen[2].prompt == "dusk");
    CHECK_FALSE(frames.seen[2].input_time);
    CHECK(frames.seen[3].prompt == "dusk");
}

TEST_CASE("[Generation] a restart begins a new epoch with the start's own prompt") {
    Frames frames;
    Generation generation(frames, hash_world::opener(std::make_shared<hash_world::Probe>()));
    generation.open("hash", {}, {});
    generation.step(walking(1, "dusk"));
    generation.restart(Start{5, 1, ""});
    generation.restart(Start{5, 1, "fog"});
    REQUIRE(frames.seen.size() == 4);
    CHECK(frames.seen[2].prompt == "night");
    CHECK(frames.seen[3].prompt == "fog");
    CHECK(frames.seen[3].index == 0);
    CHECK(frames.seen[3].epoch == frames.seen[0].epoch + 2);
    CHECK(generation.start() == Start{5, 1, "fog"});
}

TEST_CASE("[Generation] a world that fails to open leaves the old one in place") {
    Frames frames;
    Generation generation(frames, hash_world::opener(std::make_shared<hash_world::Probe>()));
    generation.open("hash", {}, {});
    CHECK_THROWS_AS(generation.open("missing", {}, {}), rv::FileError);
    CHECK_THROWS_AS(generation.open("hash", {}, Start{0, 9, ""}), rv::UsageError);
    generation.step(walking(1));
    CHECK(frames.seen.size() == 2);
    CHECK(frames.worlds == 1);
}

TEST_CASE("[Generation] goes back to any kept moment, and what is made there is what would have been") {
    Frames frames;
    Generation generation(frames, hash_world::opener(std::make_shared<hash_world::Probe>()), 1 << 20);
    CHECK_FALSE(generation.rewind({0, 1}));
    generation.open("hash", {}, {});
    for (int i = 0; i < 6; ++i)
        generation.step(walking(static_cast<float>(i) * 0.1f, i < 3 ? "dusk" : "night"));
    REQUIRE(generation.rewind({0, 2}));
    CHECK(generation.frame().index == 2);
    CHECK(generation.frame().prompt == "dusk");
    for (int i = 2; i < 6; ++i)
        generation.step(walking(static_cast<float>(i) * 0.1f, i < 3 ? "dusk" : "night"));
    for (std::size_t i = 0; i < 4; ++i) CHECK(frames.pictures[8 + i] == frames.pictures[3 + i]);
    CHECK(generation.history().tree().branches.size() == 2);
    CHECK(generation.history().tree().now == Moment{1, 6});
    generation.open("other", {}, {});
    CHECK(generation.history().tree().branches.size() == 1);
}

TEST_CASE("[Generation] going back over a restart brings its start back too") {
    Frames frames;
    Generation generation(frames, hash_world::opener(std::make_shared<hash_world::Probe>()), 1 << 20);
    generation.open("hash", {}, {5, 0, ""});
    generation.step(walking(1));
    generation.restart({6, 1, ""});
    CHECK(generation.start().seed == 6);
    REQUIRE(generation.rewind({0, 1}));
    CHECK(generation.start().seed == 5);
}

TEST_CASE(
    "[Generation] another branch goes on beside the present one, with the same actions and its own prompt") {
    Frames frames;
    Generation generation(frames, hash_world::opener(std::make_shared<hash_world::Probe>()), 1 << 20);
    generation.open("hash", {}, {});
    generation.step(walking(1, "noon"));
    CHECK_FALSE(generation.show_beside(0));
    generation.rewind({0, 0});
    generation.step(walking(1, "night"));
    REQUIRE(generation.show_beside(0));
    generation.step(walking(0.5f));
    CHECK(frames.beside.size() == 2);
    CHECK(frames.beside.back().index == 2);
    CHECK(frames.beside.back().prompt == "noon");
    CHECK(frames.beside.back().action.forward == 0.5f);
    CHECK(frames.seen.back().prompt == "night");
    CHECK(generation.history().tree().branches[0].last == 2);
    generation.rewind({0, 2});  // it becomes the present, which is not shown twice
    CHECK_FALSE(generation.beside());
    CHECK(frames.ended == 1);
}

namespace {

// A simulator whose picture is one grey that grows with every step.
class GreyTruth : public Truth {
  public:
    explicit GreyTruth(std::size_t bytes) : rgba_(bytes) {}
    void step(const rv::Action& action, std::string_view prompt) override {
        for (auto& byte : rgba_) ++byte;
        CHECK(action.forward == 1);
        CHECK(prompt == "noon");
    }
    [[nodiscard]] std::span<const std::uint8_t> rgba() const override { return rgba_; }

  private:
    std::vector<std::uint8_t> rgba_;
};

}  // namespace

TEST_CASE("[Generation] the simulator beside begins where the world begins, and moves with it") {
    Frames frames;
    int opened = 0;
    const TruthOpener open_truth = [&](const rv::world_model::WorldInfo& info, int frame) {
        if (frame == 1) throw rv::UsageError("no simulator");
        ++opened;
        return std::make_unique<GreyTruth>(static_cast<std::size_t>(info.width) * hash_world::kHeight * 4);
    };
    Generation generation(frames, hash_world::opener(std::make_shared<hash_world::Probe>()), 1 << 20,
                          open_truth);
    generation.open("hash", {}, {});
    CHECK_FALSE(generation.truth_psnr_db());
    generation.step(walking(1));
    generation.show_truth();
    CHECK(generation.frame().index == 0);
    CHECK(frames.beside.size() == 1);
    generation.step(walking(1));
    CHECK(frames.beside.size() == 2);
    CHECK(*generation.truth_psnr_db() > 0);
    generation.restart({3, 0, ""});  // with a simulator of its own
    CHECK(opened == 2);
    CHECK(generation.truth_psnr_db());
    generation.step(walking(1));
    generation.rewind({0, 1});  // a simulator cannot go back
    CHECK_FALSE(generation.truth_psnr_db());
    CHECK(frames.ended > 0);
    generation.restart({3, 1, ""});
    CHECK_THROWS_AS(generation.show_truth(), rv::UsageError);
}

TEST_CASE("[Generation] shows the inside of each frame beside it, where the world has one") {
    Frames frames;
    Generation generation(frames, hash_world::opener(std::make_shared<hash_world::Probe>()), 1 << 20);
    generation.open("hash", {}, {});
    CHECK_THROWS_AS(generation.show_view(rv::world_model::InnerView::Depth), rv::UsageError);
    CHECK(frames.beside.empty());
    generation.show_view(rv::world_model::InnerView::Latent);
    CHECK(frames.beside.size() == 1);
    generation.step(walking(1));
    generation.step(walking(1));
    CHECK(frames.beside.size() == 3);
    CHECK(frames.beside.back().index == 2);
    generation.rewind({0, 1});
    CHECK(frames.beside.back().index == 1);
    generation.restart({});
    CHECK(frames.beside.back().index == 0);  // it stays
    generation.show_beside(0);               // a branch takes its place
    CHECK_FALSE(generation.view());
    generation.show_view(rv::world_model::InnerView::Latent);
    CHECK_FALSE(generation.beside());
    generation.end_beside();
    CHECK_FALSE(generation.view());
}

TEST_CASE("[Truth] nearness and difference of pictures have known values") {
    const std::vector<std::uint8_t> black{0, 0, 0, 255}, grey{10, 10, 10, 255}, white{255, 255, 255, 0};
    CHECK(psnr_db(black, black) == 99);
    CHECK(psnr_db(black, white) == doctest::Approx(0));
    CHECK(psnr_db(black, grey) == doctest::Approx(20 * std::log10(25.5)));
    std::vector<std::uint8_t> out(4);
    write_difference(grey, black, out);
    CHECK(out == std::vector<std::uint8_t>{20, 20, 20, 255});
    write_difference(white, black, out);
    CHECK(out[0] == 255);
}

TEST_CASE("[Generation] of a recording that is discarded nothing stays") {
    const TemporaryFolder folder;
    Frames frames;
    Generation generation(frames, hash_world::opener(std::make_shared<hash_world::Probe>()));
    generation.open("hash", {}, {});
    generation.step(walking(1));
    std::filesystem::create_directory(folder / "videos");
    generation.start_recording({.video = folder / "videos" / "a.mp4"});  // with a state: it begins midway
    generation.step(walking(1));
    CHECK_FALSE(std::filesystem::is_empty(folder / "videos"));
    generation.discard_recording();
    CHECK(std::filesystem::is_empty(folder / "videos"));
    CHECK(generation.recording() == nullptr);
    CHECK(generation.take_recording_error().empty());
}

TEST_CASE("[Generation] a recording that fails ends by itself and the world goes on") {
    const TemporaryFolder folder;
    Frames frames;
    auto probe = std::make_shared<hash_world::Probe>();
    Generation generation(frames, hash_world::opener(probe));
    generation.open("hash", {}, {});
    generation.start_recording({.video = folder.path() / "a.mp4"});
    CHECK(generation.recording() != nullptr);
    probe->width = 32;  // the next world's frames do not fit the video
    generation.open("wide", {}, {});
    CHECK(generation.recording() == nullptr);
    CHECK(generation.take_recording_error().find("size") != std::string::npos);
    CHECK(generation.take_recording_error().empty());
    generation.step(walking(1));
    CHECK(std::filesystem::file_size(folder.path() / "a.mp4") > 0);
}
