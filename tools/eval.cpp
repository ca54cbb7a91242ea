/// reverie eval: how well a world predicts the simulator that taught it, on places it never saw.

#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "engine/app/resources.h"
#include "engine/core/error.h"
#include "tools/command.h"
#include "tools/evaluate_recorded.h"
#include "tools/truth.h"
#include "tools/world_options.h"
#include "world_model/evaluation/prediction.h"

namespace rv::tools {
namespace {

namespace wm = world_model;

struct Options {
    WorldOptions world;
    TruthPlan truth;
    wm::PredictionConfig prediction;
    bool json = false;
    std::string data, sheet;
};

constexpr uint64_t kFirstEvaluationSeed = 1'000'000;

// Two digits are what the noise of such a measurement leaves; null where nothing was measured.
nlohmann::json rounded(double v) {
    if (!std::isfinite(v)) return nullptr;
    return std::round(v * 100) / 100;
}

nlohmann::json horizon(const wm::PredictionResult& result, size_t frames) {
    const size_t i = frames - 1;
    return {{"psnr_db", rounded(result.psnr_db[i])},
            {"ssim", std::round(result.ssim[i] * 1000) / 1000},
            {"copy_last_psnr_db", rounded(result.copy_last_psnr_db[i])},
            {"frames", result.count[i]}};
}

nlohmann::json prediction_json(const wm::PredictionResult& result) {
    nlohmann::json j;
    j["next"] = horizon(result, 1);
    for (const size_t h : {4, 16, 64}) {
        if (h <= result.psnr_db.size()) j["h" + std::to_string(h)] = horizon(result, h);
    }
    return j;
}

void print_rows(const char* name, const nlohmann::json& prediction) {
    for (const auto& [horizon, row] : prediction.items()) {
        std::printf("| %s, %s | %s | %s | %s |\n", name, horizon.c_str(), row["psnr_db"].dump().c_str(),
                    row["ssim"].dump().c_str(), row["copy_last_psnr_db"].dump().c_str());
    }
}

int evaluate_on_data(const Options& options) {
    const auto measured =
        evaluate_recorded(app::find_world(options.world.world), options.world.open(), options.data,
                          {.horizon = options.prediction.horizon}, options.sheet);
    std::printf("%s\n", options.json ? measured.dump(2).c_str() : recorded_table(measured).c_str());
    return 0;
}

int evaluate(const Options& given) {
    if (!given.data.empty()) return evaluate_on_data(given);
    Options options = given;
    if (options.truth.seed_start < kFirstEvaluationSeed) {
        throw UsageError("seeds below 1,000,000 are for training", "--seed-start 2000000");
    }
    const auto world = wm::open_world(app::find_world(options.world.world), options.world.open());
    const wm::WorldInfo& info = world->info();
    if (info.environment.empty()) throw UsageError(info.title + " has no simulator to compare with", "--data with recordings");
    options.truth.environment = info.environment;
    options.truth.width = info.width;
    options.truth.height = info.height;
    options.prediction.sampler_steps = options.world.steps;
    const auto clips = play_truth(options.truth);

    nlohmann::json j;
    j["world"] = info.name;
    j["device"] = world->device_name();
    j["seed_start"] = options.truth.seed_start;
    j["episodes"] = options.truth.episodes;
    j["tokenizer"]["psnr_db"] = rounded(wm::evaluate_tokenizer(*world, clips, 8));
    j["prediction"] = prediction_json(wm::evaluate_prediction(*world, clips, options.prediction));
    options.prediction.true_poses = true;
    j["prediction_true_poses"] = prediction_json(wm::evaluate_prediction(*world, clips, options.prediction));

    if (options.json) {
        std::printf("%s\n", j.dump(2).c_str());
        return 0;
    }
    std::printf("%s on %d unseen episodes: the tokenizer gives a frame back with %s dB.\n\n",
                info.title.c_str(), options.truth.episodes, j["tokenizer"]["psnr_db"].dump().c_str());
    std::printf("| steered by, horizon | PSNR dB | SSIM | copy-last dB |\n|---|---|---|---|\n");
    print_rows("actions", j["prediction"]);
    print_rows("true camera poses", j["prediction_true_poses"]);
    return 0;
}

const Command kEval("eval", "Measure a world against its simulator, on unseen places",
                    [](CLI::App& app) -> Run {
                        auto options = std::make_shared<Options>();
                        options->world.declare(app);
                        app.add_option("--seed-start", options->truth.seed_start,
                                       "First seed of the simulator, from 1,000,000 on")
                            ->capture_default_str();
                        app.add_option("--episodes", options->truth.episodes, "How many episodes")
                            ->capture_default_str()
                            ->check(CLI::Range(1, 100000));
                        app.add_option("--frames", options->truth.frames, "Frames of an episode")
                            ->capture_default_str()
                            ->check(CLI::Range(24, 100000));
                        app.add_option("--horizon", options->prediction.horizon,
                                       "Frames predicted from each start")
                            ->capture_default_str()
                            ->check(CLI::Range(1, 10000));
                        app.add_option("--data", options->data,
                                       "A dataset that the world was not trained on, instead of the simulator");
                        app.add_option("--sheet", options->sheet,
                                       "With --data: a PNG of true frames and, below each row, generated ones");
                        app.add_flag("--json", options->json, "Print one JSON object");
                        app.footer(
                            "PSNR counts frames whose camera moved against the last frame shown. "
                            "\"prediction\" gives the world the actions alone;\n"
                            "\"prediction_true_poses\" also the simulator's camera poses.");
                        return [options] { return evaluate(*options); };
                    });

}  // namespace
}  // namespace rv::tools
