#include <doctest/doctest.h>
#include <torch/torch.h>

#include <fstream>

#include "engine/dataset/recordings.h"
#include "engine/video/video_writer.h"
#include "tests/support/temporary_folder.h"
#include "tests/world_model/paint_world.h"
#include "world_model/evaluation/prediction.h"
#include "world_model/evaluation/recorded.h"

using namespace rv;
using namespace rv::world_model;
using rv::tests::TemporaryFolder;

namespace {

constexpr int kWidth = 40, kHeight = 24, kFrames = 24;

int level(int t) {
    return 6 * t;
}

// A film of even greys whose action says each frame's brightness: a PaintWorld predicts it all.
void record(const std::filesystem::path& folder) {
    std::filesystem::create_directories(folder);
    video::VideoWriter video(folder / "a.mp4", kWidth, kHeight, {15, 1});
    std::ofstream rows(folder / "a.csv");
    rows << "forward,prompt\n";
    for (int t = 0; t < kFrames; ++t) {
        const std::vector<uint8_t> rgba(static_cast<size_t>(kWidth) * kHeight * 4,
                                        static_cast<uint8_t>(level(t)));
        video.write({rgba.data(), kWidth, kHeight, static_cast<size_t>(kWidth) * 4});
        rows << level(t) / 127.5 - 1 << (t < 10 ? ",noon\n" : ",night\n");
    }
    video.finish();
}

}  // namespace

TEST_CASE("[load_clips] recordings are clips without poses, of which every frame counts") {
    const TemporaryFolder folder;
    record(folder / "films");
    REQUIRE(dataset::import_recordings(dataset::find_recordings(folder / "films"), folder / "data",
                                       {.width = kWidth, .height = kHeight}));
    const auto clips = load_clips(folder / "data");
    REQUIRE(clips.size() == 1);
    const Clip& clip = clips.front();
    REQUIRE(clip.size() == kFrames);
    CHECK_FALSE(clip.has_poses);
    CHECK_FALSE(clip.inverse_depth.defined());
    CHECK(clip.prompts[9] == "noon");
    CHECK(clip.prompts[10] == "night");
    CHECK(clip.actions[20].forward == doctest::Approx(level(20) / 127.5 - 1));
    CHECK(clip.frames[20].to(torch::kFloat32).mean().item<double>() ==
          doctest::Approx(level(20)).epsilon(0.03));

    PaintWorld world;
    GuessPlan plan;
    plan.horizon = 10;
    plan.stride = 5;
    const auto guesses = continue_clips(world, clips, plan, "predict");
    REQUIRE(guesses.size() == 3);  // from frames 0, 5 and 10
    const std::vector<int64_t> horizons = {1, 10};
    for (const HorizonQuality& quality : compare_guesses(guesses, horizons, true)) {
        CAPTURE(quality.horizon);
        CHECK(quality.psnr_db.count() == 3);
        CHECK(quality.psnr_db.mean() > quality.copy_last_psnr_db.mean() + 5);
    }

    // Shown, 1, 2, 4 and 8 frames on; the truth above what was generated.
    const torch::Tensor sheet = comparison_sheet(guesses, 2);
    REQUIRE(sheet.sizes() == torch::IntArrayRef({4 * kHeight, 5 * kWidth, 3}));
    CHECK(torch::equal(sheet.slice(0, 0, kHeight).slice(1, 2 * kWidth, 3 * kWidth), clip.frames[5]));
    CHECK(torch::equal(sheet.slice(0, kHeight, 2 * kHeight).slice(1, 2 * kWidth, 3 * kWidth),
                       guesses[0].frames[1]));
    CHECK(torch::equal(sheet.slice(0, 0, kHeight).slice(1, 0, kWidth),
                       sheet.slice(0, kHeight, 2 * kHeight).slice(1, 0, kWidth)));
}
