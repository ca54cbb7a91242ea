#include "world_model/frame_tensor.h"
#include "world_model/training/tasks.h"

namespace rv::world_model {
namespace {

constexpr int64_t kStatisticsFrames = 256;

}  // namespace

DecoderTask::DecoderTask(const FrameCorpus& corpus, Tokenizer& tokenizer, torch::Device device,
                         torch::ScalarType dtype, const DiffusionDecoderConfig& config, double latent_noise,
                         const std::string& tokenizer_digest)
    : corpus_(corpus),
      tokenizer_(tokenizer),
      device_(device),
      dtype_(dtype),
      latent_noise_(latent_noise),
      tokenizer_digest_(tokenizer_digest),
      decoder_(config) {
    torch::NoGradGuard no_grad;
    const auto rows =
        torch::linspace(0, static_cast<double>(corpus.size() - 1), kStatisticsFrames).to(torch::kInt64);
    const auto frames = frames_from_bytes(corpus.frames.index_select(0, rows)).to(device_);
    const auto draft = tokenizer_.decode(tokenizer_.encode(reduced(frames))).frame;
    decoder_->set_detail_std((frames - decoder_->enlarged(draft)).std().item<double>());
}

torch::Tensor DecoderTask::reduced(const torch::Tensor& frames) const {
    const int64_t enlarge = decoder_->enlarges();
    return (enlarge == 1 ? frames : torch::avg_pool2d(frames, enlarge)).to(dtype_);
}

torch::Tensor DecoderTask::loss(int64_t batch, torch::Generator generator) {
    const auto rows = torch::randint(corpus_.size(), {batch}, generator, torch::kInt64);
    const auto frames = frames_from_bytes(corpus_.frames.index_select(0, rows)).to(device_);
    torch::Tensor latents, draft;
    {
        torch::NoGradGuard no_grad;
        latents = tokenizer_.encode(reduced(frames));
        // Predicted latents are never exact.
        const auto level = torch::rand({batch, 1, 1, 1}, generator) * latent_noise_;
        latents = latents + (level * torch::randn(latents.sizes(), generator)).to(latents.options());
        draft = tokenizer_.decode(latents).frame.to(torch::kFloat32);
    }
    return decoder_->loss(latents, draft, frames, generator);
}

std::map<std::string, std::string> DecoderTask::metadata() const {
    return {{"kind", "diffusion"},
            {"config", nlohmann::json(decoder_->config()).dump()},
            {"latent_noise", std::to_string(latent_noise_)},
            {"tokenizer", tokenizer_digest_}};
}

}  // namespace rv::world_model
