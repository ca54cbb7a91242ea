#include "world_model/training/frame_corpus.h"

#include <unordered_map>

#include "engine/core/error.h"
#include "engine/core/progress.h"
#include "engine/dataset/dataset_reader.h"
#include "world_model/condition/depth.h"

namespace rv::world_model {
namespace {

using dataset::DatasetReader;
using dataset::Episode;

// Metres -> inverse depth, as depth.h says, on whole tensors.
torch::Tensor inverse_depth_of(const Episode& e) {
    const auto half = torch::from_blob(const_cast<uint16_t*>(e.depth.data()), {e.frames, e.height, e.width},
                                       torch::kFloat16);
    return (2 * kDepthScaleM / (kDepthScaleM + half.to(torch::kFloat32)) - 1).to(torch::kFloat16);
}

void check_same_camera(const Intrinsics& a, const Intrinsics& b, const std::filesystem::path& folder) {
    if (a.width != b.width || a.height != b.height || a.fx != b.fx) {
        throw FileError(folder.string(),
                        "its frames have another size or field of view than the data before it",
                        "collect both with the same --width and --height");
    }
}

}  // namespace

FrameCorpus load_frames(const std::vector<std::filesystem::path>& folders) {
    std::vector<DatasetReader> readers;
    int64_t total = 0;
    for (const auto& folder : folders) {
        readers.push_back(DatasetReader::open(folder));
        total += readers.back().total_frames();
    }
    if (total == 0) throw UsageError("there is no episode in the training data", "reverie collect");
    FrameCorpus corpus;
    corpus.intrinsics = readers.front().info().intrinsics;
    corpus.frame_rate = readers.front().info().frame_rate;
    const int64_t H = corpus.intrinsics.height, W = corpus.intrinsics.width;
    corpus.frames = torch::empty({total, H, W, 3}, torch::kUInt8);
    corpus.inverse_depth = torch::empty({total, H, W}, torch::kFloat16);
    corpus.actions = torch::empty({total, static_cast<int64_t>(kActionSize)});

    std::unordered_map<std::string, int64_t> text_index;
    ProgressBar progress("load", "frames", static_cast<uint64_t>(total));
    int64_t at = 0;
    for (const DatasetReader& reader : readers) {
        check_same_camera(corpus.intrinsics, reader.info().intrinsics, reader.folder());
        for (size_t i = 0; i < reader.size(); ++i) {
            Episode e =
                reader.load(i, {.frames = true, .depth = true, .normals = false, .segmentation = false});
            const int64_t T = e.frames;
            corpus.frames.slice(0, at, at + T)
                .copy_(torch::from_blob(e.rgb.data(), {T, H, W, 3}, torch::kUInt8));
            corpus.inverse_depth.slice(0, at, at + T).copy_(inverse_depth_of(e));
            corpus.actions.slice(0, at, at + T)
                .copy_(torch::from_blob(e.actions.data(), {T, corpus.actions.size(1)}));
            for (int t = 0; t < e.frames; ++t) {
                corpus.poses.push_back(e.pose(t));
                corpus.episode_begin.push_back(at);
                const dataset::PromptSpan* span = e.prompt_at(t);
                const std::string& text = span != nullptr ? span->text : std::string();
                const auto [found, added] =
                    text_index.try_emplace(text, static_cast<int64_t>(corpus.texts.size()));
                if (added) corpus.texts.push_back(text);
                corpus.text.push_back(found->second);
            }
            at += T;
            progress.update(static_cast<uint64_t>(at));
        }
    }
    progress.finish();
    return corpus;
}

}  // namespace rv::world_model
