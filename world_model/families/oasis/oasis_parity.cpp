/// The reference cases of Oasis: dit.safetensors, vae.safetensors, config.json and rollout.safetensors.

#include "world_model/families/oasis/oasis_model.h"
#include "world_model/families/parity_cases.h"
#include "world_model/families/read_json.h"

namespace rv::world_model::families {
namespace {

using namespace oasis;

constexpr double kCallBar = 1e-4, kRolloutBar = 1e-3;

struct Prompt {
    int64_t prompt_frames = 1;
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Prompt, prompt_frames)

struct Case {
    std::filesystem::path folder;
    OasisConfig config;
    int64_t prompt_frames = 1;
    Reference rollout;
};

OasisModel model_of(const Case& c, Mode mode) {
    FileWeights dit(open_weights(c.folder / "dit.safetensors"), "", torch::kCPU, torch::kFloat32);
    FileWeights vae(open_weights(c.folder / "vae.safetensors"), "", torch::kCPU, torch::kFloat32);
    return {c.config, dit, vae, mode};
}

// The reference's loop: (T, C, h, w), the prompt's latents first.
torch::Tensor rollout(const OasisModel& model, const Case& c) {
    const auto prompt = model.vae().encode(c.rollout.at("prompt")[0] * 2 - 1);
    const auto actions = c.rollout.at("actions")[0], noise = c.rollout.at("noise")[0];
    TensorMap state = model.begin_with(prompt, actions.slice(0, 0, c.prompt_frames));
    std::vector<torch::Tensor> latents = {prompt};
    for (int64_t i = 0; i < noise.size(0); ++i) {
        const int64_t t = c.prompt_frames + i;
        latents.push_back(model.next_latent(state, actions.slice(0, t, t + 1), noise.slice(0, i, i + 1),
                                            c.config.ddim_steps));
    }
    return torch::cat(latents);
}

torch::Tensor pictures(const OasisModel& model, const torch::Tensor& latents, const torch::Tensor& theirs) {
    const auto frames = (model.vae().decode(latents) + 1) / 2;
    // Some references keep frames as they come, some clipped to what can be shown.
    const bool clipped = theirs.min().item<float>() >= 0 && theirs.max().item<float>() <= 1;
    return clipped ? frames.clamp(0, 1) : frames;
}

}  // namespace

ParityReport oasis_parity(const std::filesystem::path& folder) {
    const auto file = folder / "config.json";
    Case c{folder, config_of_file<OasisConfig>(file), config_of_file<Prompt>(file).prompt_frames,
           Reference(folder / "rollout.safetensors")};
    c.config.check();

    const OasisModel recompute = model_of(c, Mode::Recompute), cached = model_of(c, Mode::Cached);
    ParityReport report{.family = "oasis", .stages = {}};
    const auto add = [&](const char* stage, const torch::Tensor& ours, const torch::Tensor& theirs,
                         double bar) { report.stages.push_back(compare(stage, ours, theirs, bar)); };

    const auto prompt = c.rollout.at("prompt")[0];
    add("prompt latents", recompute.vae().encode(prompt * 2 - 1), c.rollout.at("prompt_latents")[0],
        kCallBar);

    const auto x = c.rollout.at("first_x")[0],
               levels = c.rollout.at("first_t")[0].to(torch::kInt64).contiguous();
    const std::vector<int64_t> t(levels.data_ptr<int64_t>(), levels.data_ptr<int64_t>() + levels.numel());
    const auto actions = c.rollout.at("actions")[0].slice(0, 0, x.size(0));
    add("first call", recompute.dit().forward(x, t, actions), c.rollout.at("first_v")[0], kCallBar);

    const auto theirs = c.rollout.at("latents")[0], frames = c.rollout.at("frames");
    const auto exact = rollout(recompute, c), fast = rollout(cached, c);
    const int64_t window = std::min(c.config.max_frames, theirs.size(0));
    add("rollout, recompute, latents", exact, theirs, kRolloutBar);
    add("rollout, recompute, frames", pictures(recompute, exact, frames), frames, kRolloutBar);
    add("rollout, cached, latents within the window", fast.slice(0, 0, window), exact.slice(0, 0, window),
        kRolloutBar);
    add("rollout, cached, frames within the window", pictures(cached, fast.slice(0, 0, window), frames),
        frames.slice(0, 0, window), kRolloutBar);
    if (window < theirs.size(0)) {
        add("rollout, cached, latents behind the window", fast.slice(0, window), exact.slice(0, window), 0);
        report.stages.back().judged = false;
    }
    return report;
}

}  // namespace rv::world_model::families
