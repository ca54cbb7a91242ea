#include "world_model/evaluation/recorded.h"

#include <algorithm>

#include "engine/dataset/dataset_reader.h"

namespace rv::world_model {
namespace {

Clip clip_of(dataset::Episode& episode, const dataset::DatasetInfo& info) {
    const int64_t T = episode.frames;
    Clip clip;
    clip.frames =
        torch::from_blob(episode.rgb.data(), {T, episode.height, episode.width, 3}, torch::kUInt8).clone();
    clip.has_poses = info.has_poses;
    clip.intrinsics = info.intrinsics;
    clip.seed = episode.info.seed;
    for (int t = 0; t < T; ++t) {
        clip.actions.push_back(episode.action(t));
        clip.poses.push_back(episode.pose(t));
        const dataset::PromptSpan* prompt = episode.prompt_at(t);
        clip.prompts.push_back(prompt == nullptr ? "" : prompt->text);
        clip.looks.push_back(prompt == nullptr ? "" : prompt->look);
    }
    return clip;
}

// A guess and its truth, at horizons that double.
torch::Tensor rows_of(const Guess& guess, int64_t horizon) {
    const torch::Tensor& true_frames = guess.truth->frames;
    std::vector<torch::Tensor> truth = {true_frames[guess.first - 1]}, made = truth;
    for (int64_t h = 1; h <= horizon; h *= 2) {
        truth.push_back(true_frames[guess.first + h - 1]);
        made.push_back(guess.frames[h - 1]);
    }
    return torch::cat({torch::cat(truth, 1), torch::cat(made, 1)}, 0);
}

}  // namespace

std::vector<Clip> load_clips(const std::filesystem::path& dataset) {
    const auto reader = dataset::DatasetReader::open(dataset);
    std::vector<Clip> clips;
    for (size_t i = 0; i < reader.size(); ++i) {
        auto episode = reader.load(i, {.depth = false, .normals = false, .segmentation = false});
        clips.push_back(clip_of(episode, reader.info()));
    }
    return clips;
}

torch::Tensor comparison_sheet(std::span<const Guess> guesses, int64_t most) {
    const auto count = std::min(guesses.size(), static_cast<size_t>(most));
    int64_t horizon = guesses.front().size();
    for (const Guess& guess : guesses) horizon = std::min(horizon, guess.size());
    std::vector<torch::Tensor> rows;
    for (size_t i = 0; i < count; ++i) rows.push_back(rows_of(guesses[i * guesses.size() / count], horizon));
    return torch::cat(rows, 0).contiguous();
}

}  // namespace rv::world_model
