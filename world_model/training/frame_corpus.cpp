#include "world_model/training/frame_corpus.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <unordered_map>

#include "engine/core/error.h"
#include "engine/core/progress.h"
#include "engine/dataset/dataset_reader.h"
#include "world_model/condition/depth.h"

namespace rv::world_model {
namespace {

using dataset::DatasetReader;
using dataset::Episode;

// The kept frames of (T, H, W, ...) in float32, (T', 1 or 3, H', W').
torch::Tensor reduced(const torch::Tensor& pictures, const CorpusSelection& selection) {
    auto kept = pictures.slice(0, 0, pictures.size(0), selection.stride).to(torch::kFloat32);
    return selection.reduce == 1 ? kept : torch::avg_pool2d(kept, selection.reduce);
}

// (T', H', W', 3) uint8
torch::Tensor frames_of(Episode& e, const CorpusSelection& selection) {
    const auto rgb = torch::from_blob(e.rgb.data(), {e.frames, e.height, e.width, 3}, torch::kUInt8);
    if (selection.reduce == 1) return rgb.slice(0, 0, e.frames, selection.stride);
    return reduced(rgb.permute({0, 3, 1, 2}), selection).round().to(torch::kUInt8).permute({0, 2, 3, 1});
}

// (T', H', W') float16; metres -> inverse depth, as depth.h says, on whole tensors.
torch::Tensor inverse_depth_of(Episode& e, const CorpusSelection& selection) {
    const auto half = torch::from_blob(e.depth.data(), {e.frames, 1, e.height, e.width}, torch::kFloat16);
    const auto depth_m = half.slice(0, 0, e.frames, selection.stride).to(torch::kFloat32);
    const auto inverse = 2 * kDepthScaleM / (kDepthScaleM + depth_m) - 1;
    return reduced(inverse, {.reduce = selection.reduce, .stride = 1, .episode_stride = 1})
        .squeeze(1)
        .to(torch::kFloat16);
}

void check_same_camera(const Intrinsics& a, const Intrinsics& b, const std::filesystem::path& folder) {
    if (a.width != b.width || a.height != b.height || a.fx != b.fx) {
        throw FileError(folder.string(),
                        "its frames have another size or field of view than the data before it",
                        "collect both with the same --width and --height");
    }
}

}  // namespace

FrameCorpus load_frames(const std::vector<std::filesystem::path>& folders, const CorpusSelection& selection) {
    std::vector<DatasetReader> readers;
    int64_t total = 0;
    if (selection.stride < 1 || selection.episode_stride < 1)
        throw UsageError("the training data are taken with a stride below 1", "corpus.stride = 1");
    const auto every = static_cast<size_t>(selection.episode_stride);
    for (const auto& folder : folders) {
        readers.push_back(DatasetReader::open(folder));
        const auto& episodes = readers.back().episodes();
        for (size_t i = 0; i < episodes.size(); i += every)
            total += (episodes[i].frames + selection.stride - 1) / selection.stride;
    }
    if (total == 0) throw UsageError("there is no episode in the training data", "reverie collect");
    FrameCorpus corpus;
    const Intrinsics& recorded = readers.front().info().intrinsics;
    const auto reduce = static_cast<int>(selection.reduce);
    if (recorded.width % reduce != 0 || recorded.height % reduce != 0) {
        throw UsageError("frames of " + std::to_string(recorded.width) + " x " +
                             std::to_string(recorded.height) + " cannot be reduced " +
                             std::to_string(reduce) + " times",
                         "another reduce in the configuration");
    }
    corpus.intrinsics = recorded.resized(recorded.width / reduce, recorded.height / reduce);
    corpus.frame_rate = readers.front().info().frame_rate;
    const int64_t H = corpus.intrinsics.height, W = corpus.intrinsics.width;
    corpus.frames = torch::empty({total, H, W, 3}, torch::kUInt8);
    const bool has_depth = std::ranges::all_of(readers, [](const auto& r) { return r.info().has_maps; });
    corpus.has_poses = std::ranges::all_of(readers, [](const auto& r) { return r.info().has_poses; });
    if (has_depth) corpus.inverse_depth = torch::empty({total, H, W}, torch::kFloat16);
    corpus.actions = torch::empty({total, static_cast<int64_t>(kActionSize)});

    // Episodes are read by all threads, a group at a time, and listed in their order.
    struct Place {
        const DatasetReader* reader;
        size_t episode;
        int64_t begin, end;  // rows of the corpus
    };
    std::vector<Place> places;
    for (const DatasetReader& reader : readers) {
        check_same_camera(recorded, reader.info().intrinsics, reader.folder());
        for (size_t i = 0; i < reader.size(); i += every) {
            const int64_t begin = places.empty() ? 0 : places.back().end;
            const int64_t T = (reader.episodes()[i].frames + selection.stride - 1) / selection.stride;
            places.push_back({&reader, i, begin, begin + T});
        }
    }
    const auto read = [&](const Place& place) {
        Episode e = place.reader->load(
            place.episode, {.frames = true, .depth = has_depth, .normals = false, .segmentation = false});
        corpus.frames.slice(0, place.begin, place.end).copy_(frames_of(e, selection));
        if (has_depth)
            corpus.inverse_depth.slice(0, place.begin, place.end).copy_(inverse_depth_of(e, selection));
        const auto actions = torch::from_blob(e.actions.data(), {e.frames, corpus.actions.size(1)});
        corpus.actions.slice(0, place.begin, place.end)
            .copy_(actions.slice(0, 0, e.frames, selection.stride));
        e.rgb = {};
        e.depth = {};
        return e;
    };

    std::unordered_map<std::string, int64_t> text_index;
    ProgressBar progress("load", "frames", static_cast<uint64_t>(total));
    const auto group = static_cast<size_t>(std::max(1, at::get_num_threads()));
    for (size_t first = 0; first < places.size(); first += group) {
        std::vector<Episode> episodes(std::min(group, places.size() - first));
        at::parallel_for(0, static_cast<int64_t>(episodes.size()), 1, [&](int64_t from, int64_t to) {
            for (int64_t i = from; i < to; ++i)
                episodes[static_cast<size_t>(i)] = read(places[first + static_cast<size_t>(i)]);
        });
        for (size_t i = 0; i < episodes.size(); ++i) {
            const Episode& e = episodes[i];
            for (int t = 0; t < e.frames; t += static_cast<int>(selection.stride)) {
                corpus.poses.push_back(corpus.has_poses ? e.pose(t) : CameraPose{});
                corpus.episode_begin.push_back(places[first + i].begin);
                const dataset::PromptSpan* span = e.prompt_at(t);
                const std::string& text = span != nullptr ? span->text : std::string();
                const auto [found, added] =
                    text_index.try_emplace(text, static_cast<int64_t>(corpus.texts.size()));
                if (added) corpus.texts.push_back(text);
                corpus.text.push_back(found->second);
            }
            progress.update(static_cast<uint64_t>(places[first + i].end));
        }
    }
    progress.finish();
    return corpus;
}

}  // namespace rv::world_model
