#include "tools/measure.h"

#include <cmath>

#include "engine/asset/image.h"
#include "engine/core/clock.h"
#include "engine/core/error.h"
#include "world_model/evaluation/prediction.h"
#include "world_model/evaluation/recorded.h"
#include "world_model/evaluation/tokenizer_quality.h"

namespace rv::tools {
namespace {

namespace wm = world_model;

constexpr int64_t kSheetGuesses = 6;

Measurement begin(const wm::World& world) {
    const wm::WorldInfo& info = world.info();
    Measurement measurement;
    nlohmann::json& j = measurement.json;
    j["world"] = info.name;
    j["device"] = world.device_name();
    j["width"] = info.width;
    j["height"] = info.height;
    return measurement;
}

// Adds what `work` finds, and the time it takes.
template <class Work>
void add_part(Measurement& to, const std::string& part, Work&& work) {
    const TimePoint begin = Clock::now();
    wm::Report report = work();
    to.json["seconds"][part] = std::round(seconds_between(begin, Clock::now()));
    wm::put_figures(to.json, report);
    to.report.append(std::move(report));
    to.json["remarks"] = to.report.remarks;
}

void check_sizes(const std::vector<wm::Clip>& clips, const wm::WorldInfo& info,
                 const std::filesystem::path& dataset) {
    for (const wm::Clip& clip : clips) {
        const int64_t width = clip.frames.size(2), height = clip.frames.size(1);
        if (width == info.width && height == info.height) continue;
        throw UsageError(dataset.string() + " has frames of " + std::to_string(width) + " x " +
                         std::to_string(height) + ", but the world has " + std::to_string(info.width) +
                         " x " + std::to_string(info.height));
    }
}

void save_sheet(const torch::Tensor& rgb, const std::filesystem::path& file) {
    const auto opaque = torch::full({rgb.size(0), rgb.size(1), 1}, 255, torch::kUInt8);
    const auto rgba = torch::cat({rgb, opaque}, 2).contiguous();
    asset::save_png(file, {rgba.data_ptr<uint8_t>(), static_cast<int>(rgba.size(1)),
                           static_cast<int>(rgba.size(0)), static_cast<size_t>(rgba.size(1)) * 4});
}

}  // namespace

Measurement measure(wm::World& world, const EvaluationPlan& plan, const std::vector<std::string>& parts) {
    Evaluation evaluation(world, plan);
    Measurement result = begin(world);
    result.title = world.info().title + " on " + std::to_string(plan.episodes) + " unseen episodes";
    result.json["seed_start"] = plan.seed_start;
    result.json["episodes"] = plan.episodes;
    for (const std::string& part : parts.empty() ? Evaluation::parts() : parts)
        add_part(result, part, [&] { return evaluation.run(part); });
    return result;
}

Measurement measure_on(wm::World& world, const std::filesystem::path& dataset, const EvaluationPlan& plan) {
    constexpr int64_t kTokenizerStride = 8;
    const std::vector<wm::Clip> clips = wm::load_clips(dataset);
    check_sizes(clips, world.info(), dataset);
    Measurement result = begin(world);
    result.title = world.info().title + " on " + std::to_string(clips.size()) + " recordings";
    result.json["data"] = dataset.string();
    result.json["episodes"] = clips.size();
    wm::GuessPlan guess_plan;
    guess_plan.horizon = plan.horizon;
    guess_plan.sampler_steps = plan.sampler_steps;
    const auto guesses = wm::continue_clips(world, clips, guess_plan, "predict");
    if (guesses.empty())
        throw UsageError(dataset.string() + " has no episode that is long enough to predict from",
                         "longer recordings or a smaller horizon");
    add_part(result, "tokenizer", [&] { return wm::report_tokenizer(world, clips, kTokenizerStride); });
    add_part(result, "prediction", [&] { return wm::report_prediction(guesses, "prediction"); });
    result.sheet = wm::comparison_sheet(guesses, kSheetGuesses);
    return result;
}

void write_measurement(const std::filesystem::path& folder, const Measurement& measurement) {
    wm::write_report(folder, measurement.json, measurement.title, measurement.report);
    if (measurement.sheet.defined()) save_sheet(measurement.sheet, folder / "sheet.png");
}

}  // namespace rv::tools
