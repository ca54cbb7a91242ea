/// reverie import-tokenizer: makes a tokenizer that a world can name out of two TorchScript files.
/// docs/families/cosmos.md

#include <cstdio>

#include "engine/core/error.h"
#include "tools/command.h"
#include "world_model/checkpoint.h"
#include "world_model/evaluation/recorded.h"
#include "world_model/frame_tensor.h"
#include "world_model/numerics.h"
#include "world_model/tokenizer/torchscript.h"

namespace rv::tools {
namespace {

namespace wm = world_model;

constexpr int64_t kStatisticsFrames = 256;

struct Options {
    std::string encoder, decoder, out, data;
    int threads = 0;
};

// Mean and standard deviation of each channel, over frames taken evenly from all episodes.
void measure_statistics(wm::TorchScriptTokenizer& tokenizer, const std::string& data) {
    torch::NoGradGuard no_grad;
    const std::vector<wm::Clip> clips = wm::load_clips(data);
    int64_t total = 0;
    for (const wm::Clip& clip : clips) total += clip.size();
    const int64_t stride = std::max<int64_t>(1, total / kStatisticsFrames), side = tokenizer->downscale();
    std::vector<torch::Tensor> codes;
    for (const wm::Clip& clip : clips) {
        const int64_t H = clip.frames.size(1) / side * side, W = clip.frames.size(2) / side * side;
        if (H == 0 || W == 0) throw UsageError(data + " has frames smaller than one latent", "other data");
        for (int64_t t = 0; t < clip.size(); t += stride) {
            const auto frame = clip.frames.slice(0, t, t + 1).slice(1, 0, H).slice(2, 0, W);
            const auto code = tokenizer->encode_raw(wm::frames_from_bytes(frame).unsqueeze(2));
            codes.push_back(code.transpose(0, 1).flatten(1));  // (C, h w)
        }
    }
    if (codes.empty()) throw UsageError(data + " has no frames", "other data");
    const auto all = torch::cat(codes, 1);
    tokenizer->set_latent_statistics(all.mean(1), all.std(1).clamp_min(1e-3));
}

int import_tokenizer(const Options& options) {
    wm::use_threads(options.threads);
    const auto config = wm::examine_torchscript(std::filesystem::absolute(options.encoder),
                                                std::filesystem::absolute(options.decoder));
    wm::TorchScriptTokenizer tokenizer(config, options.out);
    if (!options.data.empty()) measure_statistics(tokenizer, options.data);
    wm::write_checkpoint(options.out, {wm::state_of(*tokenizer),
                                       {{"kind", "torchscript"}, {"config", nlohmann::json(config).dump()}}});
    std::printf("%s: %s, %s; one latent of %lld channels for %lld x %lld pixels", options.out.c_str(),
                config.discrete ? "discrete" : "continuous", config.video ? "films" : "pictures",
                static_cast<long long>(config.latent_channels), static_cast<long long>(config.space),
                static_cast<long long>(config.space));
    if (config.video) std::printf(" and %lld frames", static_cast<long long>(config.time));
    std::printf("\n");
    if (options.data.empty())
        std::printf(
            "its latents are not normalised: give --data to measure them, before a dynamics learns\n");
    return 0;
}

const Command kImportTokenizer(
    "import-tokenizer", "Make a tokenizer of encoder.jit and decoder.jit", [](CLI::App& app) -> Run {
        auto options = std::make_shared<Options>();
        app.add_option("--encoder", options->encoder, "TorchScript file; it is a program and will be run")
            ->required()
            ->check(CLI::ExistingFile);
        app.add_option("--decoder", options->decoder, "TorchScript file; it is a program and will be run")
            ->required()
            ->check(CLI::ExistingFile);
        app.add_option("--out", options->out, "File to write, tokenizer.safetensors; it refers to the two")
            ->required();
        app.add_option("--data", options->data, "A dataset on whose frames the latents are measured")
            ->check(CLI::ExistingDirectory);
        app.add_option("--threads", options->threads, "CPU threads, 0: one a core")->capture_default_str();
        app.footer("docs/families/cosmos.md says where such files come from. Import only what you trust.");
        return [options] { return import_tokenizer(*options); };
    });

}  // namespace
}  // namespace rv::tools
