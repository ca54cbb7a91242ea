#include "world_model/training/latent_corpus.h"

#include <ATen/Parallel.h>

#include "engine/core/log.h"
#include "engine/core/progress.h"
#include "world_model/checkpoint.h"
#include "world_model/condition/motion_rays.h"
#include "world_model/condition/spatial_memory.h"
#include "world_model/condition/warp_condition.h"
#include "world_model/dynamics/ego_head.h"
#include "world_model/frame_tensor.h"

namespace rv::world_model {
namespace {

constexpr int64_t kChunk = 32;          // frames encoded at a time
constexpr const char* kVersion = "2:";  // of what a cache holds

// Tells data sets apart without reading every pixel.
std::string digest_of(const FrameCorpus& frames, const std::string& tokenizer) {
    const auto sample = frames.frames.slice(0, 0, frames.size(), std::max<int64_t>(1, frames.size() / 64));
    return kVersion + tokenizer + (frames.has_poses && frames.inverse_depth.defined() ? ":" : ":plain:") +
           std::to_string(frames.size()) + ":" +
           std::to_string(sample.to(torch::kInt64).sum().item<int64_t>());
}

// What does not need the tokenizer.
LatentCorpus geometry_of(const FrameCorpus& frames, int h, int w) {
    const int64_t N = frames.size();
    LatentCorpus corpus;
    corpus.rays = torch::zeros({N, 6, h, w}, torch::kBFloat16);
    corpus.motions = torch::zeros({N, 6});
    corpus.ups = torch::zeros({N, 3});
    corpus.actions = frames.actions;
    corpus.episode_begin = torch::tensor(frames.episode_begin, torch::kInt64);
    corpus.text = torch::tensor(frames.text, torch::kInt64);
    corpus.texts = frames.texts;
    corpus.intrinsics = frames.intrinsics;
    corpus.poses = frames.poses;
    corpus.has_warp = frames.has_poses && frames.inverse_depth.defined();
    if (!frames.has_poses) return corpus;
    for (int64_t t = 0; t < N; ++t) {
        const auto i = static_cast<size_t>(t);
        const glm::vec3 up = glm::conjugate(frames.poses[i].orientation) * glm::vec3(0, 1, 0);
        corpus.ups[t].copy_(torch::tensor({up.x, up.y, up.z}));
        if (t == frames.episode_begin[i]) continue;
        const CameraPose motion = relative(frames.poses[i - 1], frames.poses[i]);
        corpus.motions[t].copy_(motion_code(motion));
        corpus.rays[t].copy_(motion_rays(motion, frames.intrinsics, h, w));
    }
    return corpus;
}

// One episode on its way through the tokenizer.
struct EpisodeViews {
    int64_t begin = 0, end = 0;           // rows
    torch::Tensor drafts, inverse_depth;  // (T, 3, H, W), (T, 1, H, W): what the tokenizer gives back
    torch::Tensor pictures, known;        // (T, 3, H, W), (T, 1, H, W): the condition of each frame
    torch::Tensor keyframes;              // (T, kDrawn)
};

// What a rollout along the true camera would see of its own past.
void draw_memories(EpisodeViews& episode, const FrameCorpus& frames) {
    torch::NoGradGuard no_grad;
    episode.pictures = torch::zeros_like(episode.drafts);
    episode.known = torch::zeros_like(episode.inverse_depth);
    episode.keyframes = torch::full(
        {episode.end - episode.begin, static_cast<int64_t>(SpatialMemory::kDrawn)}, -1, torch::kInt64);
    auto keyframe = episode.keyframes.accessor<int64_t, 2>();
    SpatialMemory memory;
    for (int64_t t = 0; t + 1 < episode.end - episode.begin; ++t) {
        const auto row = static_cast<size_t>(episode.begin + t);
        const CameraPose& next = frames.poses[row + 1];
        const PosedFrame newest{episode.drafts[t], episode.inverse_depth[t], frames.poses[row], t};
        memory.follow_prompt(frames.texts[static_cast<size_t>(frames.text[row + 1])], t);
        const auto chosen = memory.choose(next, frames.intrinsics);
        for (size_t i = 0; i < chosen.size(); ++i)
            keyframe[t + 1][static_cast<int64_t>(i)] = episode.begin + chosen[i]->time;
        const Reprojected view = draw_memory(newest, chosen, next, frames.intrinsics);
        episode.pictures[t + 1].copy_(view.frame);
        episode.known[t + 1].copy_(view.validity);
        memory.offer(newest, frames.intrinsics);
    }
}

}  // namespace

LatentCorpus encode_corpus(const FrameCorpus& frames, Tokenizer& tokenizer, torch::Device device,
                           torch::ScalarType dtype, const std::filesystem::path& cache,
                           const std::string& tokenizer_digest) {
    torch::NoGradGuard no_grad;
    const int64_t N = frames.size(), C = tokenizer.latent_channels();
    const int64_t h = frames.frames.size(1) / tokenizer.downscale(),
                  w = frames.frames.size(2) / tokenizer.downscale();
    LatentCorpus corpus = geometry_of(frames, static_cast<int>(h), static_cast<int>(w));
    const std::string digest = digest_of(frames, tokenizer_digest);
    if (std::filesystem::exists(cache)) {
        Checkpoint kept = read_checkpoint(cache);
        if (kept.metadata["digest"] == digest) {
            corpus.latents = kept.tensors.at("latents");
            corpus.warped = kept.tensors.at("warped");
            corpus.validity = kept.tensors.at("validity");
            corpus.keyframes = kept.tensors.at("keyframes");
            log::info("using the latents in {}", cache.string());
            return corpus;
        }
    }
    corpus.latents = torch::zeros({N, C, h, w}, torch::kBFloat16);
    corpus.warped = torch::zeros({N, C, h, w}, torch::kBFloat16);
    corpus.validity = torch::zeros({N, 1, h, w}, torch::kBFloat16);
    corpus.keyframes = torch::full({N, static_cast<int64_t>(SpatialMemory::kDrawn)}, -1, torch::kInt64);
    ProgressBar progress("encode", "frames", static_cast<uint64_t>(N));
    const auto group = static_cast<size_t>(std::max(1, at::get_num_threads()));  // episodes drawn at a time
    for (int64_t begin = 0; begin < N;) {
        std::vector<EpisodeViews> episodes;
        for (; begin < N && episodes.size() < group; begin = episodes.back().end) {
            EpisodeViews episode{.begin = begin,
                                 .end = begin + 1,
                                 .drafts = {},
                                 .inverse_depth = {},
                                 .pictures = {},
                                 .known = {},
                                 .keyframes = {}};
            while (episode.end < N && frames.episode_begin[static_cast<size_t>(episode.end)] == begin)
                ++episode.end;
            std::vector<torch::Tensor> drafts, depths;
            for (int64_t at = begin; at < episode.end; at += kChunk) {
                const int64_t past = std::min(at + kChunk, episode.end);
                const auto latents =
                    tokenizer.encode(frames_from_bytes(frames.frames.slice(0, at, past)).to(device, dtype));
                corpus.latents.slice(0, at, past).copy_(latents);
                if (!corpus.has_warp) continue;
                const Decoded decoded = tokenizer.decode(latents);
                drafts.push_back(decoded.frame.clamp(-1, 1).to(torch::kCPU, torch::kFloat32).contiguous());
                depths.push_back(decoded.inverse_depth.to(torch::kCPU, torch::kFloat32).contiguous());
            }
            if (corpus.has_warp) {
                episode.drafts = torch::cat(drafts);
                episode.inverse_depth = torch::cat(depths);
            }
            episodes.push_back(std::move(episode));
        }
        progress.update(static_cast<uint64_t>(begin));
        if (!corpus.has_warp) continue;
        at::parallel_for(0, static_cast<int64_t>(episodes.size()), 1, [&](int64_t from, int64_t to) {
            for (int64_t i = from; i < to; ++i) draw_memories(episodes[static_cast<size_t>(i)], frames);
        });
        for (const EpisodeViews& episode : episodes) {
            corpus.keyframes.slice(0, episode.begin, episode.end).copy_(episode.keyframes);
            for (int64_t at = episode.begin; at < episode.end; at += kChunk) {
                const int64_t past = std::min(at + kChunk, episode.end), t = at - episode.begin;
                const WarpCondition warp =
                    encode_warp(tokenizer, episode.pictures.slice(0, t, t + past - at),
                                episode.known.slice(0, t, t + past - at), device, dtype);
                corpus.warped.slice(0, at, past).copy_(warp.warped);
                corpus.validity.slice(0, at, past).copy_(warp.validity);
            }
            // An episode's first frame has no last one.
            corpus.warped[episode.begin].zero_();
            corpus.validity[episode.begin].zero_();
        }
    }
    progress.finish();
    write_checkpoint(cache, {{{"latents", corpus.latents},
                              {"warped", corpus.warped},
                              {"validity", corpus.validity},
                              {"keyframes", corpus.keyframes}},
                             {{"digest", digest}}});
    return corpus;
}

}  // namespace rv::world_model
