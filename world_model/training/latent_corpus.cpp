#include "world_model/training/latent_corpus.h"

#include "engine/core/log.h"
#include "engine/core/progress.h"
#include "world_model/checkpoint.h"
#include "world_model/condition/motion_rays.h"
#include "world_model/condition/warp_condition.h"
#include "world_model/frame_tensor.h"

namespace rv::world_model {
namespace {

constexpr int64_t kChunk = 32;  // frames encoded at a time

// Tells data sets apart without reading every pixel.
std::string digest_of(const FrameCorpus& frames, const std::string& tokenizer) {
    const auto sample = frames.frames.slice(0, 0, frames.size(), std::max<int64_t>(1, frames.size() / 64));
    return tokenizer + ":" + std::to_string(frames.size()) + ":" +
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
            log::info("using the latents in {}", cache.string());
            return corpus;
        }
    }
    corpus.latents = torch::zeros({N, C, h, w}, torch::kBFloat16);
    corpus.warped = torch::zeros({N, C, h, w}, torch::kBFloat16);
    corpus.validity = torch::zeros({N, 1, h, w}, torch::kBFloat16);
    ProgressBar progress("encode", "frames", static_cast<uint64_t>(N));
    for (int64_t begin = 0; begin < N; begin += kChunk) {
        const int64_t end = std::min(N, begin + kChunk);
        const auto pictures = frames_from_bytes(frames.frames.slice(0, begin, end)).to(device, dtype);
        const auto latents = tokenizer.encode(pictures);
        corpus.latents.slice(0, begin, end).copy_(latents);

        // Every frame but an episode's last is the "last frame" of the one behind it.
        std::vector<int64_t> sources;
        std::vector<CameraPose> motions;
        for (int64_t t = begin; t < end; ++t) {
            const auto i = static_cast<size_t>(t);
            if (t + 1 >= N || frames.episode_begin[i + 1] == t + 1) continue;
            sources.push_back(t - begin);
            motions.push_back(relative(frames.poses[i], frames.poses[i + 1]));
        }
        if (!sources.empty()) {
            const auto rows = torch::tensor(sources, torch::kInt64);
            const Decoded decoded = tokenizer.decode(latents.index_select(0, rows.to(device)));
            const WarpCondition warp =
                warp_condition(tokenizer, decoded.frame.clamp(-1, 1), decoded.inverse_depth, motions,
                               frames.intrinsics, device, dtype);
            const auto targets = rows + begin + 1;
            corpus.warped.index_copy_(0, targets, warp.warped.to(torch::kCPU, torch::kBFloat16));
            corpus.validity.index_copy_(0, targets, warp.validity.to(torch::kCPU, torch::kBFloat16));
        }
        progress.update(static_cast<uint64_t>(end));
    }
    progress.finish();
    write_checkpoint(cache,
                     {{{"latents", corpus.latents}, {"warped", corpus.warped}, {"validity", corpus.validity}},
                      {{"digest", digest}}});
    return corpus;
}

}  // namespace rv::world_model
