#include <doctest/doctest.h>
#include <torch/torch.h>

#include "engine/core/error.h"
#include "world_model/condition/depth.h"
#include "world_model/condition/plucker.h"
#include "world_model/condition/reprojection.h"
#include "world_model/condition/spatial_memory.h"
#include "world_model/condition/text.h"
#include "world_model/numerics.h"

using namespace rv;
using namespace rv::world_model;

namespace {

const Intrinsics kCamera = Intrinsics::from_vertical_fov(32, 24, 1.0f);

torch::Tensor flat_depth(float metres) {
    return torch::full({1, kCamera.height, kCamera.width}, inverse_depth_from_metres(metres));
}

// A smooth picture, so that half-pixel shifts can be checked.
torch::Tensor gradient_picture() {
    const auto x = torch::linspace(-0.8, 0.8, kCamera.width).reshape({1, 1, -1});
    return x.expand({3, kCamera.height, kCamera.width}).contiguous();
}

}  // namespace

TEST_CASE("[depth] metres survive the code, and the sky is at its end") {
    for (const float m : {0.2f, 1.0f, 4.0f, 30.0f})
        CHECK(metres_from_inverse_depth(inverse_depth_from_metres(m)) == doctest::Approx(m).epsilon(1e-4));
    CHECK(inverse_depth_from_metres(kDepthScaleM) == doctest::Approx(0));
    CHECK(metres_from_inverse_depth(-1) == 1000);
    CHECK(metres_from_inverse_depth(2) == doctest::Approx(0.05f));
}

TEST_CASE("[reproject] standing still changes nothing and knows everything") {
    const auto picture = torch::rand({3, kCamera.height, kCamera.width}, generator_for(1, 0)) * 2 - 1;
    const Reprojected r = reproject({picture, flat_depth(3), {}}, kCamera);
    CHECK(r.validity.min().item<float>() == 1);
    CHECK((r.frame - picture).abs().max().item<float>() < 1e-3f);
}

TEST_CASE("[reproject] knows ground that falls away to the horizon, standing and after a small step") {
    // Eyes 1.2 m above flat ground, the horizon in the middle of the picture.
    auto ground = torch::full({1, kCamera.height, kCamera.width}, -1.0f);
    for (int y = kCamera.height / 2; y < kCamera.height; ++y) {
        const float slope = (static_cast<float>(y) + 0.5f - kCamera.cy) / kCamera.fy;
        ground[0][y].fill_(inverse_depth_from_metres(1.2f / std::max(slope, 1e-3f)));
    }
    const auto known = [&](float step) {
        return reproject({gradient_picture(), ground, {{0, 0, -step}, glm::quat(1, 0, 0, 0)}}, kCamera)
            .validity.mean()
            .item<float>();
    };
    CHECK(known(0) == 1);
    CHECK(known(0.1f) > 0.95f);
}

TEST_CASE("[reproject] a step to the right moves the picture left by the expected pixels") {
    const float depth = 2, step = 0.2f;
    const float shift = kCamera.fx * step / depth;  // pixels
    const auto picture = gradient_picture();
    const Reprojected r =
        reproject({picture, flat_depth(depth), {{step, 0, 0}, glm::quat(1, 0, 0, 0)}}, kCamera);
    const float slope = 1.6f / static_cast<float>(kCamera.width - 1);
    const float expected = picture[0][12][16].item<float>() + slope * shift;
    CHECK(r.frame[0][12][16].item<float>() == doctest::Approx(expected).epsilon(0.01));
    // What enters at the right edge was never seen.
    CHECK(r.validity[0][12][kCamera.width - 1].item<float>() == 0);
    CHECK(r.validity[0][12][0].item<float>() == 1);
}

TEST_CASE("[reproject] turning right moves the picture left whatever the depth") {
    const CameraPose motion = CameraPose::from_yaw_pitch({}, 0.1f, 0);
    const auto near = reproject({gradient_picture(), flat_depth(1), motion}, kCamera);
    const auto far = reproject({gradient_picture(), flat_depth(50), motion}, kCamera);
    CHECK(near.frame[0][12][16].item<float>() > gradient_picture()[0][12][16].item<float>());
    CHECK(near.frame[0][12][16].item<float>() ==
          doctest::Approx(far.frame[0][12][16].item<float>()).epsilon(1e-3));
}

TEST_CASE("[reproject] what is near hides what is far") {
    auto depth = flat_depth(10);
    depth.slice(2, 10, 20).fill_(inverse_depth_from_metres(1));
    auto picture = torch::full({3, kCamera.height, kCamera.width}, -1.0f);
    picture.slice(2, 10, 20).fill_(1.0f);
    const Reprojected r = reproject({picture, depth, {{0.1f, 0, 0}, glm::quat(1, 0, 0, 0)}}, kCamera);
    const int shift = static_cast<int>(std::round(kCamera.fx * 0.1f / 1.0f));
    CHECK(r.frame[0][12][14 - shift].item<float>() == doctest::Approx(1));
    // Behind its right edge a strip of the far wall comes into view that the old camera could not see.
    CHECK(r.validity[0][12][19 - shift + 1].item<float>() == 0);
}

TEST_CASE("[reproject] what was shown at twice the size moves along, keeping its own detail") {
    const auto picture = gradient_picture();
    const auto shown = torch::rand({3, 2 * kCamera.height, 2 * kCamera.width}, generator_for(3, 0)) * 2 - 1;
    const Reprojected still = reproject({picture, flat_depth(3), {}, shown}, kCamera);
    CHECK((still.shown - shown).abs().max().item<float>() < 1e-3f);
    // A turn about the axis of view would be no shift; a step by one pixel of the geometry is two of these.
    const float step = 3 / kCamera.fx;
    const Reprojected moved =
        reproject({picture, flat_depth(3), {{step, 0, 0}, glm::quat(1, 0, 0, 0)}, shown}, kCamera);
    const int64_t W = shown.size(2);
    CHECK((moved.shown.slice(2, 4, W - 6) - shown.slice(2, 6, W - 4)).abs().max().item<float>() < 1e-2f);
    CHECK_FALSE(reproject({picture, flat_depth(3), {}}, kCamera).shown.defined());
}

TEST_CASE("[plucker] rays look along the camera's axis and their moments are c x d") {
    const CameraPose pose{{1, 2, 3}, glm::angleAxis(0.3f, glm::vec3(0, 1, 0))};
    const auto rays = plucker_rays(pose, kCamera, 3, 5);
    CHECK(rays.sizes() == torch::IntArrayRef({6, 3, 5}));
    const auto at = [&](int i) { return rays[i][1][2].item<float>(); };
    const glm::vec3 d(at(0), at(1), at(2)), m(at(3), at(4), at(5));
    CHECK(glm::length(d - pose.forward()) < 1e-5f);
    CHECK(glm::length(m - glm::cross(pose.position, d)) < 1e-5f);
    CHECK(rays[0].square().add(rays[1].square()).add(rays[2].square()).sub(1).abs().max().item<float>() <
          1e-5f);
}

TEST_CASE("[hash_words] case and punctuation do not matter, order and words do") {
    CHECK(hash_words("A snowy, NIGHT!", 4096) == hash_words("a snowy night", 4096));
    CHECK(hash_words("a snowy night", 4096).size() == 5);  // three words, two pairs
    CHECK(hash_words("night snowy a", 4096) != hash_words("a snowy night", 4096));
    CHECK(hash_words("", 4096).empty());
    for (const auto h : hash_words("any words at all", 16)) CHECK((h >= 0 && h < 16));
}

TEST_CASE("[TextFeatures] no prompt is zeros, and sentences of one meaning are alike") {
    for (const char* kind : {"hashed", "sentence"}) {
        INFO(kind);
        const auto features = create_text_features({.features = kind});
        CHECK(features->of("").abs().max().item<float>() == 0);
        CHECK(features->of("a snowy night").sizes() == torch::IntArrayRef({features->size()}));
    }
    const auto features = create_text_features({.features = "sentence"});
    const auto likeness = [&](const char* a, const char* b) {
        return torch::cosine_similarity(features->of(a), features->of(b), 0).item<double>();
    };
    CHECK(likeness("snow at dusk", "a frosty evening") >
          likeness("snow at dusk", "a hot noon in the desert"));
    CHECK(features->of("snow").square().mean().item<double>() == doctest::Approx(1).epsilon(1e-3));
    CHECK_THROWS_AS(create_text_features({.features = "tarot"}), UsageError);
}

TEST_CASE("[SpatialMemory] shows a kept frame where the newest one has lost its detail") {
    const auto sharp = torch::rand({3, kCamera.height, kCamera.width}, generator_for(2, 0)) * 2 - 1;
    const PosedFrame kept{sharp, flat_depth(3), {}, 0},
        newest{torch::zeros_like(sharp), flat_depth(3), {}, 1};
    SpatialMemory memory;
    CHECK(memory.view(newest, {}, kCamera).frame.abs().max().item<float>() < 1e-3f);
    memory.offer(kept, kCamera);
    CHECK((memory.view(newest, {}, kCamera).frame - sharp).abs().max().item<float>() < 1e-3f);
}

TEST_CASE("[SpatialMemory] shows kept frames as they were shown where it shows them at all") {
    const auto picture = torch::zeros({3, kCamera.height, kCamera.width});
    const auto painted = torch::rand({3, 2 * kCamera.height, 2 * kCamera.width}, generator_for(4, 0)) * 2 - 1;
    const PosedFrame kept{picture, flat_depth(3), {}, 0, painted},
        newest{picture, flat_depth(3), {}, 1, torch::zeros_like(painted)};
    SpatialMemory memory;
    memory.offer(kept, kCamera);
    CHECK((memory.view(newest, {}, kCamera).shown - painted).abs().max().item<float>() < 1e-3f);
}

TEST_CASE("[SpatialMemory] what came nearer since is not painted over") {
    const auto wall = torch::full({3, kCamera.height, kCamera.width}, 1.0f);
    SpatialMemory memory;
    memory.offer({wall, flat_depth(10), {}, 0}, kCamera);
    const PosedFrame newest{-wall, flat_depth(1), {}, 1};
    CHECK(memory.view(newest, {}, kCamera).frame.max().item<float>() == doctest::Approx(-1));
}

TEST_CASE("[SpatialMemory] what is seen from much nearer now is not replaced by the view from afar") {
    const auto wall = torch::full({3, kCamera.height, kCamera.width}, 1.0f);
    SpatialMemory memory;
    memory.offer({wall, flat_depth(10), {}, 0}, kCamera);
    const CameraPose near{{0, 0, -8}, glm::quat(1, 0, 0, 0)}, a_step_on{{0, 0, -1}, glm::quat(1, 0, 0, 0)};
    CHECK(memory.view({-wall, flat_depth(2), near, 9}, near, kCamera).frame.max().item<float>() ==
          doctest::Approx(-1));
    const auto still_sharp = memory.view({-wall, flat_depth(9), a_step_on, 1}, a_step_on, kCamera).frame;
    CHECK(still_sharp[0][12][16].item<float>() == doctest::Approx(1));
}

TEST_CASE("[SpatialMemory] remembers what is behind after a full turn") {
    SpatialMemory memory;
    const auto grey = torch::zeros({3, kCamera.height, kCamera.width});
    const auto turned = [](int i) { return CameraPose::from_yaw_pitch({}, static_cast<float>(i) * 0.3f, 0); };
    const auto first = torch::full_like(grey, 0.5f);
    for (int i = 0; i < 20; ++i) memory.offer({i == 0 ? first : grey, flat_depth(3), turned(i), i}, kCamera);
    const Reprojected back = memory.view({grey, flat_depth(3), turned(20), 20}, {}, kCamera);
    CHECK(back.frame[0][12][16].item<float>() == doctest::Approx(0.5));
    CHECK(back.validity.mean().item<float>() > 0.95);
}

TEST_CASE("[SpatialMemory] keeps new views only, and when full lets one go that others show too") {
    const auto picture = torch::zeros({3, kCamera.height, kCamera.width});
    SpatialMemory memory;
    for (int i = 0; i < 3; ++i) memory.offer({picture, flat_depth(3), {}, i}, kCamera);
    CHECK(memory.state().frames.size() == 1);
    const auto there = [](int i) {
        return CameraPose{{static_cast<float>(i) * 20.0f, 0, 0}, glm::quat(1, 0, 0, 0)};
    };
    // Places apart from each other, and once, at the third, a second view of nearly the same.
    for (int i = 1; memory.state().frames.size() < SpatialMemory::kCapacity; ++i) {
        memory.offer({picture, flat_depth(3), there(i), i}, kCamera);
        if (i != 3) continue;
        CameraPose beside = there(3);
        beside.position.x += 2.0f;
        memory.offer({picture, flat_depth(3), beside, 1000}, kCamera);
        CHECK(memory.state().frames.back().time == 1000);
    }
    memory.offer({picture, flat_depth(3), there(100), 100}, kCamera);
    REQUIRE(memory.state().frames.size() == SpatialMemory::kCapacity);
    CHECK(memory.state().frames[0].time == 0);
    CHECK(memory.state().frames[3].time == 1000);  // the third was the older of the two
    CHECK(memory.state().frames.back().time == 100);
}

TEST_CASE("[SpatialMemory] another prompt empties it, and it waits until the new look is there") {
    const PosedFrame frame{torch::zeros({3, kCamera.height, kCamera.width}), flat_depth(3), {}, 0};
    const auto at = [&](int64_t time) {
        PosedFrame later = frame;
        later.time = time;
        return later;
    };
    SpatialMemory memory;
    memory.follow_prompt("noon", 0);
    memory.offer(at(0), kCamera);
    memory.follow_prompt("noon", 1);
    CHECK(memory.state().frames.size() == 1);
    memory.follow_prompt("night", 10);
    CHECK(memory.state().frames.empty());
    memory.offer(at(10 + SpatialMemory::kSettlingFrames - 1), kCamera);
    CHECK(memory.state().frames.empty());
    memory.offer(at(10 + SpatialMemory::kSettlingFrames), kCamera);
    CHECK(memory.state().frames.size() == 1);
}
