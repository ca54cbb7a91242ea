#include "world_model/world_parts.h"

#include <algorithm>

#include "engine/core/error.h"
#include "world_model/numerics.h"
#include "world_model/part_scope.h"

namespace rv::world_model {

WorldParts open_parts(const WorldFile& file, const std::filesystem::path& folder,
                      const OpenOptions& options) {
    WorldParts parts;
    use_threads(options.threads);
    parts.info = info_from(file, folder);
    parts.device = torch_device(options.device);
    parts.dtype = fast_dtype(parts.device);
    parts.context_noise = file.context_noise;
    parts.decoder_steps = file.decoder_steps;
    parts.prompt_guidance = file.prompt_guidance;
    parts.trust = file.trust;
    parts.memory = file.memory;
    parts.tokenizer = load_tokenizer(folder / file.tokenizer, parts.device, parts.dtype);
    parts.dynamics = load_dynamics(folder / file.dynamics, parts.device, parts.dtype);
    if (!file.decoder.empty()) parts.decoder = load_decoder(folder / file.decoder, parts.device, parts.dtype);
    const auto enlarges = static_cast<int>(parts.decoder ? parts.decoder->enlarges() : 1);
    const int scale = enlarges * static_cast<int>(parts.tokenizer->downscale());
    if (file.width % scale != 0 || file.height % scale != 0) {
        throw FileError((folder / kWorldFile).string(),
                        "width and height must be multiples of " + std::to_string(scale) +
                            ", what its tokenizer and decoder make of one cell of a latent");
    }
    parts.intrinsics = parts.info.intrinsics.resized(file.width / enlarges, file.height / enlarges);
    parts.digest = file_digest(folder / kWorldFile) + file_digest(folder / file.tokenizer) +
                   file_digest(folder / file.dynamics);
    if (!file.decoder.empty()) parts.digest += file_digest(folder / file.decoder);
    return parts;
}

torch::Tensor WorldParts::for_tokenizer(const torch::Tensor& frame) const {
    auto picture = frame.unsqueeze(0).to(device, torch::kFloat32);
    const int64_t reduce = decoder ? decoder->enlarges() : 1;
    if (reduce > 1) picture = torch::avg_pool2d(picture, reduce);
    return picture.to(dtype).contiguous(torch::MemoryFormat::ChannelsLast);
}

torch::Tensor WorldParts::paint(const torch::Tensor& latent, const Decoded& decoded,
                                const PaintedBefore& before, Noise noise) const {
    if (decoder) {
        const PartScope part("decoder");
        return decoder->decode(latent, decoded, before, decoder_steps, noise)[0];
    }
    return decoded.frame[0].to(torch::kFloat32).clamp(-1, 1);
}

SamplerSettings WorldParts::sampler(const StepInput& input, bool settling) const {
    const int wanted = input.sampler_steps > 0 ? input.sampler_steps : info.default_sampler_steps;
    const double usual = settling ? prompt_guidance : 1.0;
    return {.steps = std::clamp(wanted, 1, info.max_sampler_steps),
            .context_noise = context_noise,
            .guidance = input.guidance > 0 ? input.guidance : usual,
            .trust = settling ? 0.0 : trust};
}

}  // namespace rv::world_model
