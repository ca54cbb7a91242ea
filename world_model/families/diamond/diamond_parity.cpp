/// The reference cases of DIAMOND: agent.pt, config.json and rollout.safetensors.

#include "world_model/families/diamond/diamond_model.h"
#include "world_model/families/parity_cases.h"
#include "world_model/families/read_json.h"

namespace rv::world_model::families {
namespace {

using namespace diamond;

constexpr double kCallBar = 1e-4, kShareBar = 0.99;

torch::Tensor hot(const torch::Tensor& indices, int64_t count) {
    return torch::one_hot(indices.to(torch::kInt64), count).to(torch::kFloat32);
}

// The network alone, scaled as the denoiser does it (Karras et al. 2022, Table 1).
torch::Tensor call(const Denoiser& denoiser, const torch::Tensor& noisy, double level,
                   const torch::Tensor& context, const torch::Tensor& actions) {
    const DenoiserConfig& c = denoiser.config();
    const double sigma = std::hypot(level, c.sigma_offset_noise);
    return denoiser.inner(noisy / std::hypot(sigma, c.sigma_data), torch::full({1}, std::log(sigma) / 4),
                          torch::zeros({1}), context / c.sigma_data, actions);
}

}  // namespace

ParityReport diamond_parity(const std::filesystem::path& folder) {
    const auto config = config_of_file<DenoiserConfig>(folder / "config.json");
    config.check();
    const auto file = open_weights(folder / "agent.pt");
    FileWeights weights(file, wrapping_prefix(*file) + "denoiser.", torch::kCPU, torch::kFloat32);
    const DiamondModel model(
        Denoiser(config, weights), std::nullopt,
        atari_actions(std::vector<std::string>(static_cast<size_t>(config.num_actions))));
    const Reference rollout(folder / "rollout.safetensors");

    ParityReport report{.family = "diamond", .stages = {}};
    const auto context = rollout.at("context_frames")[0];
    const auto actions = hot(rollout.at("actions")[0], config.num_actions);
    const int64_t T = config.num_steps_conditioning;
    const auto probe =
        call(model.denoiser(), rollout.at("probe_noisy"), rollout.at("probe_sigma").item<float>(),
             context.flatten(0, 1).unsqueeze(0), actions.slice(0, 0, T).unsqueeze(0));
    report.stages.push_back(compare("first call", probe, rollout.at("probe_output"), kCallBar));

    const auto noise = rollout.at("noise")[0], theirs = rollout.at("frames")[0];
    TensorMap state = model.begin_with(context, actions.slice(0, 0, T));
    std::vector<torch::Tensor> frames;
    for (int64_t i = 0; i < noise.size(0); ++i) {
        const Noise given = [&](at::IntArrayRef) { return noise.slice(0, i, i + 1); };
        frames.push_back(model.next_frame(state, actions[T - 1 + i], config.num_steps_denoising, given));
    }
    const auto ours = torch::stack(frames);
    Difference pictures = compare("rollout, frames", ours, theirs, 0);
    const auto steps = ((ours - theirs).abs() * 127.5).round();
    pictures.share_within_one_step = (steps <= 1).to(torch::kFloat64).mean().item<double>();
    pictures.share_bar = kShareBar;
    report.stages.push_back(pictures);
    return report;
}

}  // namespace rv::world_model::families
