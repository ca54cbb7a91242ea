#include "tools/eval_tokenizer.h"

#include <cstdio>

#include "world_model/evaluation/codec_quality.h"
#include "world_model/evaluation/recorded.h"
#include "world_model/numerics.h"
#include "world_model/parts.h"

namespace rv::tools {
namespace {

namespace wm = world_model;

struct Options {
    std::string file, data, device = "cpu", precision = "auto";
    int threads = 0;
    int64_t stride = 8;
    bool json = false;
};

int evaluate(const Options& options) {
    wm::use_threads(options.threads);
    const torch::Device device = wm::torch_device(wm::device_kind(options.device));
    const torch::ScalarType dtype = wm::dtype_named(options.precision, device);
    const auto tokenizer = wm::load_tokenizer(options.file, device, dtype);
    const std::vector<wm::Clip> clips = wm::load_clips(options.data);
    const wm::Report report = wm::report_codec(*tokenizer, device, dtype, clips, options.stride);
    if (options.json) {
        nlohmann::json json = {{"tokenizer_file", options.file}, {"data", options.data}};
        wm::put_figures(json, report);
        std::printf("%s\n", json.dump(2).c_str());
    } else {
        std::printf("%s", wm::markdown(report).c_str());
    }
    return 0;
}

}  // namespace

void declare_eval_tokenizer(CLI::App& app) {
    CLI::App* part = app.add_subcommand("tokenizer", "A tokenizer alone, on recordings");
    auto options = std::make_shared<Options>();
    part->add_option("FILE", options->file, "Checkpoint of a tokenizer, or what import-tokenizer made")
        ->required()
        ->check(CLI::ExistingFile);
    part->add_option("--data", options->data, "A dataset that it was not trained on")
        ->required()
        ->check(CLI::ExistingDirectory);
    part->add_option("--stride", options->stride,
                     "Every n-th frame is measured, and a film that begins there")
        ->check(CLI::Range(1, 1000000))
        ->capture_default_str();
    part->add_option("--device", options->device, "cpu or cuda")->capture_default_str();
    part->add_option("--precision", options->precision, "bf16, fp32 or auto")->capture_default_str();
    part->add_option("--threads", options->threads, "CPU threads, 0: one a core")->capture_default_str();
    part->add_flag("--json", options->json, "Print one JSON object");
    part->callback([options] { throw CLI::RuntimeError(evaluate(*options)); });
}

}  // namespace rv::tools
