/// reverie eval: how good a world is, measured against the simulator that taught it, on places it never saw,
/// or on recordings.

#include <cstdio>

#include "engine/app/resources.h"
#include "engine/core/error.h"
#include "tools/collect.h"
#include "tools/command.h"
#include "tools/eval_tokenizer.h"
#include "tools/measure.h"
#include "tools/world_options.h"

namespace rv::tools {
namespace {

namespace wm = world_model;

struct Options {
    WorldOptions world;
    EvaluationPlan plan;
    std::vector<std::string> only;
    std::string data, report;
    bool json = false;
};

int evaluate(const Options& options) {
    if (options.plan.seed_start < kFirstEvaluationSeed) {
        throw UsageError("seeds below 1,000,000 are for training", "--seed-start 2000000");
    }
    const auto world = wm::open_world(app::find_world(options.world.world), options.world.open());
    EvaluationPlan plan = options.plan;
    plan.sampler_steps = options.world.steps;
    const Measurement measured =
        options.data.empty() ? measure(*world, plan, options.only) : measure_on(*world, options.data, plan);
    if (!options.report.empty()) write_measurement(options.report, measured);
    if (options.json)
        std::printf("%s\n", measured.json.dump(2).c_str());
    else
        std::printf("%s\n\n%s", measured.title.c_str(), wm::markdown(measured.report).c_str());
    return 0;
}

const Command kEval("eval", "Measure a world on places that it has never seen", [](CLI::App& app) -> Run {
    auto options = std::make_shared<Options>();
    EvaluationPlan& plan = options->plan;
    options->world.declare(app);
    CLI::Option* only =
        app.add_option("--only", options->only, "Parts to run instead of all, separated by commas")
            ->delimiter(',')
            ->check(CLI::IsMember(Evaluation::parts()));
    app.add_option("--data", options->data,
                   "A dataset that the world was not trained on, instead of the simulator: tokenizer and "
                   "prediction alone")
        ->check(CLI::ExistingDirectory)
        ->excludes(only);
    app.add_option("--seed-start", plan.seed_start, "First seed of the simulator, from 1,000,000 on")
        ->capture_default_str();
    app.add_option("--episodes", plan.episodes, "How many episodes")
        ->capture_default_str()
        ->check(CLI::Range(1, 10000));
    app.add_option("--frames", plan.frames, "Frames of an episode")
        ->capture_default_str()
        ->check(CLI::Range(24, 100000));
    app.add_option("--horizon", plan.horizon, "Frames predicted from each start")
        ->capture_default_str()
        ->check(CLI::Range(1, 10000));
    app.add_option("--drift-frames", plan.drift_frames, "Frames of each long rollout")
        ->capture_default_str()
        ->check(CLI::Range(20, 1000000));
    app.add_option("--actions", plan.actions,
                   "A script (docs/scripts.md) that walks the episodes instead of the simulator's agent")
        ->check(CLI::ExistingFile);
    app.add_option("--probe", plan.probe,
                   "Network that reads actions and looks from pictures, instead of the one in assets/probes")
        ->check(CLI::ExistingFile);
    app.add_option(
        "--report", options->report,
        "Folder for evaluation.md, evaluation.json and plots; with --data also pictures, sheet.png");
    app.add_flag("--json", options->json, "Print one JSON object");
    app.require_subcommand(0, 1);
    declare_eval_tokenizer(app);
    app.footer("docs/evaluation.md says what each figure means.");
    return [options] { return evaluate(*options); };
});

}  // namespace
}  // namespace rv::tools
