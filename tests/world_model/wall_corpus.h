#pragma once
/// A data set that is small and can be learned from: two short episodes of a camera that walks along a
/// coloured wall.

#include "world_model/condition/depth.h"
#include "world_model/numerics.h"
#include "world_model/training/frame_corpus.h"

namespace rv::tests {

inline world_model::FrameCorpus wall_corpus() {
    constexpr int64_t kFrames = 12, H = 24, W = 40;
    world_model::FrameCorpus corpus;
    corpus.intrinsics = Intrinsics::from_vertical_fov(W, H, 1.0f);
    const auto wall = torch::rand({H, W + kFrames, 3}, world_model::generator_for(1, 0)) * 255;
    corpus.frames = torch::empty({kFrames, H, W, 3}, torch::kUInt8);
    corpus.inverse_depth =
        torch::full({kFrames, H, W}, world_model::inverse_depth_from_metres(3)).to(torch::kFloat16);
    corpus.actions = torch::zeros({kFrames, 6});
    corpus.texts = {"a wall", "another wall"};
    for (int64_t t = 0; t < kFrames; ++t) {
        const int64_t begin = t < 6 ? 0 : 6;
        corpus.frames[t].copy_(wall.slice(1, t, t + W));
        if (t != begin) corpus.actions[t][1] = 1;
        corpus.poses.push_back({{0.1f * static_cast<float>(t), 0, 0}, glm::quat(1, 0, 0, 0)});
        corpus.episode_begin.push_back(begin);
        corpus.text.push_back(begin == 0 ? 0 : 1);
    }
    return corpus;
}

}  // namespace rv::tests
