#include <ATen/Parallel.h>

#include "engine/core/error.h"
#include "world_model/condition/warp_condition.h"
#include "world_model/frame_tensor.h"
#include "world_model/numerics.h"
#include "world_model/training/tasks.h"
#include "world_model/training/wear.h"

namespace rv::world_model {
namespace {

constexpr int64_t kStatisticsFrames = 256;
constexpr int64_t kKept = 2;         // older frames in one view
constexpr int64_t kLongestAgo = 64;  // frames
constexpr int kPaintSteps = 2;       // of the sampler, for frames that are painted to be remembered

// A pose that is a little off, as a rollout's is. @param amounts 6 standard normal draws
CameraPose astray(const CameraPose& motion, const float* amounts, double error) {
    const auto scale = static_cast<float>(error);
    const glm::vec3 turn = scale * glm::vec3(amounts[0], amounts[1], amounts[2]),
                    step = scale * glm::vec3(amounts[3], amounts[4], amounts[5]);
    const glm::quat about = glm::normalize(glm::quat(1, turn.x / 2, turn.y / 2, turn.z / 2));
    return {motion.position + step, glm::normalize(motion.orientation * about)};
}

}  // namespace

DecoderTask::DecoderTask(const FrameCorpus& corpus, Tokenizer& tokenizer, torch::Device device,
                         torch::ScalarType dtype, const DiffusionDecoderConfig& config,
                         const DecoderLossConfig& loss, const std::string& tokenizer_digest)
    : corpus_(corpus),
      tokenizer_(tokenizer),
      device_(device),
      dtype_(dtype),
      config_(loss),
      tokenizer_digest_(tokenizer_digest),
      decoder_(config) {
    torch::NoGradGuard no_grad;
    const auto rows =
        torch::linspace(0, static_cast<double>(corpus.size() - 1), kStatisticsFrames).to(torch::kInt64);
    const Seen seen = see(rows, 0, generator_for(0, 0));
    decoder_->set_detail_std((seen.frames - decoder_->enlarged(seen.decoded.frame)).std().item<double>());

    if (!decoder_->remembers()) {
        candidates_ = torch::arange(corpus.size());
        return;
    }
    if (!seen.decoded.inverse_depth.defined())
        throw UsageError("a decoder that remembers needs a tokenizer with depth", "remembers = false");
    begin_ = torch::tensor(corpus.episode_begin, torch::kInt64);
    const auto row = torch::arange(1, corpus.size() - config_.rollout_frames + 1);
    const auto last = begin_.index_select(0, row + config_.rollout_frames - 1);
    candidates_ = row.index({begin_.index_select(0, row - 1) == last});
    if (candidates_.size(0) == 0)
        throw UsageError("no episode is longer than rollout_frames", "a smaller rollout_frames");
}

DecoderTask::Seen DecoderTask::see(const torch::Tensor& rows, double noise, const Draws& draws) {
    torch::NoGradGuard no_grad;
    Seen seen;
    seen.frames = frames_from_bytes(corpus_.frames.index_select(0, rows)).to(device_);
    const int64_t enlarge = decoder_->enlarges();
    seen.latents =
        tokenizer_.encode((enlarge == 1 ? seen.frames : torch::avg_pool2d(seen.frames, enlarge)).to(dtype_));
    // Predicted latents are never exact.
    const auto level = draws.rand({rows.size(0), 1, 1, 1}) * noise;
    seen.latents = seen.latents + (level * draws.randn(seen.latents.sizes())).to(seen.latents.options());
    seen.decoded = tokenizer_.decode(seen.latents);
    seen.decoded.frame = seen.decoded.frame.to(torch::kFloat32);
    return seen;
}

std::vector<DecoderTask::Kept> DecoderTask::keep(const torch::Tensor& rows, const Draws& draws) {
    std::vector<Kept> kept;
    for (int64_t k = 0; k < kKept; ++k) {
        // The more recent the likelier.
        const auto ago = torch::pow(static_cast<double>(kLongestAgo), draws.rand({rows.size(0)}));
        const auto older = torch::maximum(rows - ago.to(torch::kInt64) - 1, begin_.index_select(0, rows));
        kept.push_back({older, see(older, config_.latent_noise, draws)});
    }
    return kept;
}

DecoderTask::Remembered DecoderTask::remember(const Kept& newest, const std::vector<Kept>& kept,
                                              const torch::Tensor& rows, const Draws& draws) {
    torch::NoGradGuard no_grad;
    const int64_t B = rows.size(0);
    const Intrinsics k = corpus_.intrinsics.resized(static_cast<int>(newest.seen.decoded.frame.size(3)),
                                                    static_cast<int>(newest.seen.decoded.frame.size(2)));
    const auto astray_by = draws.randn({B, kKept + 1, 6}) * draws.rand({B, 1, 1});
    const auto pose = [&](const Kept& from, int64_t i) {
        return corpus_.poses[static_cast<size_t>(from.rows[i].item<int64_t>())];
    };
    const auto cpu = [](const torch::Tensor& t) { return t.to(torch::kCPU, torch::kFloat32).contiguous(); };
    struct Pictures {
        torch::Tensor drafts, depths, shown;
    };
    std::vector<Pictures> pictures;
    const auto take = [&](const Kept& from) {
        pictures.push_back(
            {cpu(from.seen.decoded.frame), cpu(from.seen.decoded.inverse_depth), cpu(from.seen.frames)});
    };
    take(newest);
    for (const Kept& older : kept) take(older);
    auto shown = torch::empty_like(pictures[0].shown), validity = torch::empty_like(pictures[0].depths),
         picture = torch::empty_like(pictures[0].drafts);
    at::parallel_for(0, B, 1, [&](int64_t begin, int64_t end) {
        torch::NoGradGuard worker_no_grad;
        for (int64_t i = begin; i < end; ++i) {
            const CameraPose target = corpus_.poses[static_cast<size_t>(rows[i].item<int64_t>())];
            const auto posed = [&](size_t which, const Kept& from) {
                const auto amounts = astray_by[i][static_cast<int64_t>(which)].contiguous();
                const CameraPose to_target =
                    astray(relative(pose(from, i), target), amounts.data_ptr<float>(), config_.pose_error);
                // Placed so that `target` sees it from there.
                return PosedFrame{pictures[which].drafts[i], pictures[which].depths[i],
                                  target * relative(to_target, {}), 0, pictures[which].shown[i]};
            };
            const PosedFrame last = posed(0, newest);
            std::vector<PosedFrame> older;
            for (size_t j = 0; j < kept.size(); ++j) older.push_back(posed(j + 1, kept[j]));
            std::vector<const PosedFrame*> drawn;
            for (const PosedFrame& frame : older) drawn.push_back(&frame);
            const Reprojected view = draw_memory(last, drawn, target, k);
            shown[i].copy_(view.shown);
            picture[i].copy_(view.frame);
            validity[i].copy_(view.validity);
        }
    });
    const auto known_by_dynamics = validity;
    validity = validity * (draws.rand({B, 1, 1, 1}) >= config_.forgotten_share);
    const int64_t enlarge = decoder_->enlarges();
    const auto known = validity.repeat_interleave(enlarge, 2).repeat_interleave(enlarge, 3);
    shown = recolour(soften(shown, known, config_.softened_share, draws), config_.recoloured_share, draws);
    return {{shown.to(device_), validity.to(device_)}, picture, known_by_dynamics};
}

void DecoderTask::fall_back(Seen& seen, const Kept& newest, const Remembered& remembered,
                            const Draws& draws) {
    torch::NoGradGuard no_grad;
    const WarpCondition warp = encode_warp(tokenizer_, remembered.drawn, remembered.known, device_, dtype_);
    const auto last = newest.seen.latents.to(torch::kFloat32);
    const auto anchor = last + warp.validity * (warp.warped - last);
    const int64_t B = anchor.size(0);
    const auto amount = (draws.rand({B, 1, 1, 1}) * config_.lag).to(device_);
    const auto latents = seen.latents.to(torch::kFloat32);
    seen.latents = (latents + amount * (anchor - latents)).to(seen.latents.scalar_type());
    seen.decoded = tokenizer_.decode(seen.latents);
    seen.decoded.frame = seen.decoded.frame.to(torch::kFloat32);
}

torch::Tensor DecoderTask::loss(int64_t batch_size, const Draws& source) {
    const int64_t F = decoder_->remembers() ? config_.rollout_frames : 1;
    const Draws draws = source.of(std::max<int64_t>(1, batch_size / F));
    auto rows = candidates_.index_select(0, draws.randint(candidates_.size(0), {draws.count()}));
    Kept newest;
    std::vector<Kept> kept;
    if (decoder_->remembers()) {
        newest = {rows - 1, see(rows - 1, config_.latent_noise, draws)};
        kept = keep(rows - 1, draws);
    }
    torch::Tensor sum = torch::zeros({}, torch::TensorOptions().device(device_));
    for (int64_t f = 0;; ++f, rows = rows + 1) {
        Seen seen = see(rows, config_.latent_noise, draws);
        PaintedBefore before;
        if (decoder_->remembers()) {
            const Remembered remembered = remember(newest, kept, rows, draws);
            if (config_.lag > 0) fall_back(seen, newest, remembered, draws);
            before = remembered.painted;
        }
        sum = sum + decoder_->loss(seen.latents, seen.decoded.frame, before, seen.frames, draws);
        if (f + 1 == F) return sum * draws.weight() / static_cast<double>(F);
        seen.frames = decoder_->decode(seen.latents, seen.decoded, before, kPaintSteps, draws);
        newest = {rows, seen};
    }
}

std::map<std::string, std::string> DecoderTask::metadata() const {
    return {{"kind", "diffusion"},
            {"config", nlohmann::json(decoder_->config()).dump()},
            {"loss", nlohmann::json(config_).dump()},
            {"tokenizer", tokenizer_digest_}};
}

}  // namespace rv::world_model
