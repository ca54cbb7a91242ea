#include "world_model/training/probe_corpus.h"

#include <algorithm>

#include "engine/core/error.h"
#include "engine/core/progress.h"
#include "engine/dataset/dataset_reader.h"
#include "world_model/dynamics/ego_head.h"

namespace rv::world_model {
namespace {

using dataset::DatasetReader;
using dataset::Episode;

constexpr int kSettlingFrames = 40;  // a new prompt's look needs some time

struct Rows {
    std::vector<torch::Tensor> frames, motions, actions;
    std::vector<std::string> looks;
    std::vector<int64_t> moved, settled;
    int64_t count = 0;
};

// (T, H, W, 3) -> (T, height, width, 3), both uint8.
torch::Tensor reduced_bytes(const torch::Tensor& bytes, const ProbeConfig& config) {
    if (bytes.size(1) == config.height && bytes.size(2) == config.width) return bytes.clone();
    std::vector<torch::Tensor> parts;
    for (const auto& part : bytes.split(32)) {
        const auto planes = part.permute({0, 3, 1, 2}).to(torch::kFloat32);
        parts.push_back(torch::adaptive_avg_pool2d(planes, {config.height, config.width})
                            .round_()
                            .to(torch::kUInt8)
                            .permute({0, 2, 3, 1}));
    }
    return torch::cat(parts).contiguous();
}

void add(Rows& rows, Episode& e, const ProbeConfig& config) {
    rows.frames.push_back(reduced_bytes(
        torch::from_blob(e.rgb.data(), {e.frames, e.height, e.width, 3}, torch::kUInt8), config));
    for (int t = 0; t < e.frames; ++t) {
        const dataset::PromptSpan* span = e.prompt_at(t);
        rows.looks.push_back(span != nullptr ? span->look : std::string());
        if (span == nullptr || span->frame == 0 || t >= span->frame + kSettlingFrames)
            rows.settled.push_back(rows.count + t);
        if (t > 0) rows.moved.push_back(rows.count + t);
        rows.motions.push_back(t > 0 ? motion_code(relative(e.pose(t - 1), e.pose(t))) : torch::zeros({6}));
        const auto classes = action_classes(e.action(t));
        rows.actions.push_back(torch::tensor(std::vector<int64_t>(classes.begin(), classes.end())));
    }
    rows.count += e.frames;
}

// The values that occur, and for each row which of them it has.
torch::Tensor number_looks(const std::vector<std::string>& looks, ProbeConfig& config) {
    config.values.clear();
    for (const std::string& look : looks) {
        const auto values = look_values(look);
        config.values.resize(std::max(config.values.size(), values.size()));
        for (size_t a = 0; a < values.size(); ++a) {
            auto& known = config.values[a];
            if (std::ranges::find(known, values[a]) == known.end()) known.push_back(values[a]);
        }
    }
    for (auto& known : config.values) std::ranges::sort(known);
    auto numbers = torch::zeros(
        {static_cast<int64_t>(looks.size()), static_cast<int64_t>(config.values.size())}, torch::kInt64);
    for (size_t i = 0; i < looks.size(); ++i) {
        const auto values = look_values(looks[i]);
        for (size_t a = 0; a < values.size(); ++a) {
            const auto& known = config.values[a];
            numbers[static_cast<int64_t>(i)][static_cast<int64_t>(a)] =
                std::ranges::find(known, values[a]) - known.begin();
        }
    }
    return numbers;
}

}  // namespace

ProbeCorpus load_probe_corpus(const std::vector<std::filesystem::path>& folders, int64_t episodes) {
    ProbeCorpus corpus;
    Rows rows;
    for (const auto& folder : folders) {
        const DatasetReader reader = DatasetReader::open(folder);
        corpus.config.environment = reader.info().environment;
        const auto there = static_cast<int64_t>(reader.size());
        const int64_t count = std::min(episodes, there);
        const Intrinsics& camera = reader.info().intrinsics;
        corpus.config.width = std::min<int64_t>(corpus.config.width, camera.width);
        corpus.config.height = corpus.config.width * camera.height / camera.width;
        ProgressBar progress("load", "episodes", static_cast<uint64_t>(count));
        for (int64_t i = 0; i < count; ++i) {
            Episode e =
                reader.load(static_cast<size_t>(i * there / count),
                            {.frames = true, .depth = false, .normals = false, .segmentation = false});
            const auto ego = e.tags.find("ego");
            if (ego == e.tags.end() || ego->second != "drive") add(rows, e, corpus.config);
            progress.update(static_cast<uint64_t>(i + 1));
        }
        progress.finish();
    }
    if (rows.count == 0) throw UsageError("there is no walk in the training data", "reverie collect");
    corpus.frames = torch::cat(rows.frames);
    corpus.motions = torch::stack(rows.motions);
    corpus.actions = torch::stack(rows.actions);
    corpus.looks = number_looks(rows.looks, corpus.config);
    corpus.moved = torch::tensor(rows.moved);
    corpus.settled = torch::tensor(rows.settled);
    if (corpus.config.values.size() == 3) corpus.config.attributes = {"time", "weather", "biome"};
    return corpus;
}

}  // namespace rv::world_model
