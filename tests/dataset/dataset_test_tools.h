#pragma once
/// Small datasets with known content.

#include <cmath>
#include <vector>

#include "engine/dataset/dataset_reader.h"
#include "engine/dataset/dataset_writer.h"
#include "engine/dataset/episode_writer.h"
#include "tests/video/video_test_tools.h"

namespace rv::test {

inline constexpr int kWidth = 32, kHeight = 18;

inline dataset::DatasetInfo small_info() {
    dataset::DatasetInfo info;
    info.environment = "village";
    info.frame_rate = 15.0;
    info.intrinsics = Intrinsics::from_vertical_fov(kWidth, kHeight, 0.96f);
    info.action_names.assign(kActionNames.begin(), kActionNames.end());
    info.max_turn_rad_per_frame = 0.084f;
    info.max_step_m_per_frame = 0.16f;
    info.has_prompt = true;
    info.segment_names = {"sky", "ground", "house"};
    info.settings = {{"frames", "20"}, {"seed-start", "0"}};
    return info;
}

/// Everything that frame t of an episode with a seed shows.
struct Sample {
    Picture picture;
    std::vector<float> depth;
    std::vector<std::int8_t> normals;
    std::vector<std::uint8_t> segmentation;
    CameraPose pose;
    Action action;
    bool collided;

    Sample(std::uint64_t seed, int t)
        : picture(kWidth, kHeight, t + static_cast<int>(seed) * 1000, 20),
          pose(CameraPose::from_yaw_pitch({0.1f * static_cast<float>(t), 1.6f, -2.0f},
                                          0.05f * static_cast<float>(t), 0.1f)),
          collided(t % 5 == 4) {
        if (t > 0) action = {1, 0, std::sin(static_cast<float>(t)), 0, t % 2 ? 1.0f : 0.0f, 0};
        for (int y = 0; y < kHeight; ++y)
            for (int x = 0; x < kWidth; ++x) {
                const bool sky = y < 4;
                depth.push_back(sky ? 1000.0f
                                    : 20.0f / static_cast<float>(y - 3) +
                                          0.01f * static_cast<float>((x * 7 + t) % 13));
                for (const int n : {x + t - 60, sky ? 0 : 127, -y, 99})
                    normals.push_back(static_cast<std::int8_t>(n));
                segmentation.push_back(static_cast<std::uint8_t>(sky ? 0 : 1 + (x / 8 + t) % 2));
            }
    }
    [[nodiscard]] dataset::FrameRecord record() const {
        return {picture.view(), depth, normals, segmentation, pose, action, collided};
    }
};

inline dataset::EpisodeInfo write_episode(const std::filesystem::path& folder,
                                          const dataset::DatasetInfo& info, int index, std::uint64_t seed,
                                          int frames = 20) {
    dataset::EpisodeWriter writer(folder, info, index, seed);
    writer.set_prompt("a foggy morning", "dawn, fog, meadow");
    writer.set_tag("ego", "walk");
    for (int t = 0; t < frames; ++t) {
        if (t == 12) writer.set_prompt("snow at night", "night, snow, meadow");
        writer.add(Sample(seed, t).record());
    }
    return writer.finish();
}

}  // namespace rv::test
