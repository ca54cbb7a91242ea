#include "world_model/world_parts.h"

#include <algorithm>

#include "world_model/part_scope.h"

namespace rv::world_model {

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
