/// Makes a whole world by a recipe: data, trainings, bundle, evaluation. What is finished stays; what was
/// interrupted goes on.

#include "tools/train_recipe.h"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <functional>
#include <map>
#include <optional>
#include <thread>

#include "engine/core/atomic_file.h"
#include "engine/core/clock.h"
#include "engine/core/error.h"
#include "engine/core/log.h"
#include "engine/core/progress.h"
#include "engine/dataset/dataset_reader.h"
#include "engine/dataset/recordings.h"
#include "tools/bundle.h"
#include "tools/collect.h"
#include "tools/measure.h"
#include "tools/recipe.h"
#include "tools/train.h"
#include "world_model/numerics.h"
#include "world_model/parts.h"
#include "world_model/training/launch.h"

namespace rv::tools {
namespace {

namespace fs = std::filesystem;
namespace wm = world_model;
using nlohmann::json;

constexpr int kInterrupted = 130;

struct Options {
    std::string recipe, out, world, from, device;
    int threads = -1;
    double minutes_scale = 1;
    std::vector<std::string> set;
};

/// Which stages are finished, with what settings, how long they took and what came out: recipe.json.
class Journal {
  public:
    explicit Journal(fs::path file) : file_(std::move(file)) {
        if (!fs::exists(file_)) return;
        std::ifstream in(file_);
        stages_ = json::parse(in, nullptr, false);
        if (!stages_.is_object())
            throw FileError(file_.string(), "is not the journal of a recipe", "another --out");
    }
    [[nodiscard]] bool finished(const std::string& stage) const {
        return entry(stage).value("finished", false);
    }
    [[nodiscard]] json settings(const std::string& stage) const {
        return entry(stage).value("settings", json());
    }
    [[nodiscard]] double seconds(const std::string& stage) const {
        return entry(stage).value("seconds", 0.0);
    }
    [[nodiscard]] std::string figure(const std::string& stage) const {
        return entry(stage).value("figure", std::string());
    }
    void put(const std::string& stage, bool finished, const json& settings, double seconds,
             const std::string& figure) {
        stages_[stage] = {
            {"finished", finished}, {"settings", settings}, {"seconds", seconds}, {"figure", figure}};
        write_file_atomically(file_, stages_.dump(1) + "\n");
    }

  private:
    [[nodiscard]] json entry(const std::string& stage) const { return stages_.value(stage, json::object()); }

    fs::path file_;
    json stages_ = json::object();
};

/// What a stage came to; nothing: it was interrupted.
using Figure = std::optional<std::string>;

std::string text(const char* pattern, double value) {
    char buffer[64];
    std::snprintf(buffer, sizeof buffer, pattern, value);
    return buffer;
}

void print_line(const std::string& stage, double seconds, const std::string& figure) {
    std::printf("%-10s %8s  %s\n", stage.c_str(), format_duration(seconds).c_str(), figure.c_str());
    std::fflush(stdout);
}

/// Training settings that do not change what comes out, or only how well.
json lasting(json file) {
    for (const char* key : {"out", "data", "tokenizer", "initial"}) file.erase(key);
    if (file.contains("trainer"))
        for (const char* key : {"minutes", "steps", "device", "threads", "checkpoint_seconds", "log_steps"})
            file["trainer"].erase(key);
    return file;
}

class RecipeRun {
  public:
    RecipeRun(Recipe recipe, const Options& options)
        : recipe_(std::move(recipe)),
          from_(options.from),
          minutes_scale_(options.minutes_scale),
          out_(options.out.empty() ? fs::path("runs") / recipe_.folder.filename() : fs::path(options.out)),
          world_(options.world.empty() ? out_ / "world" : fs::path(options.world)),
          journal_((fs::create_directories(out_), out_ / "recipe.json")) {
        if (!options.device.empty()) recipe_.device = options.device;
        if (options.threads >= 0) recipe_.threads = options.threads;
        if (recipe_.data.recordings && from_.empty())
            throw UsageError("this recipe learns from your own recordings", "--from with their folder");
        if (!recipe_.data.recordings && !from_.empty())
            throw UsageError("this recipe makes its own data and has no use for --from", "--recipe own");
        static_cast<void>(wm::device_kind(recipe_.device));
    }

    /// @return the exit status
    int run() {
        std::vector<std::function<bool()>> stages = {[this] { return data(); }};
        for (const RecipeStage& plan : recipe_.stages)
            stages.emplace_back([this, &plan] { return training(plan); });
        stages.emplace_back([this] { return bundle(); });
        stages.emplace_back([this] { return evaluation(); });
        for (const auto& next : stages) {
            if (next()) continue;
            std::fprintf(stderr, "train: interrupted; the same command continues\n");
            return kInterrupted;
        }
        summary();
        return 0;
    }

  private:
    enum class IfChanged { Again, Refuse };

    // Runs a stage unless it is finished with these settings. @return false if it was interrupted.
    bool stage(const std::string& name, const json& settings, const fs::path& result, IfChanged if_changed,
               const std::function<Figure()>& work) {
        names_.push_back(name);
        if (journal_.finished(name) && fs::exists(result)) {
            if (journal_.settings(name) == settings) {
                print_line(name, journal_.seconds(name), journal_.figure(name) + " (finished before)");
                return true;
            }
            if (if_changed == IfChanged::Refuse)
                throw UsageError(
                    result.parent_path().string() + " was trained with other settings or on other data",
                    "another --out, or delete this folder to train it again");
        }
        std::fprintf(stderr, "== %s\n", name.c_str());
        const TimePoint begin = Clock::now();
        const double before = journal_.finished(name) ? 0 : journal_.seconds(name);
        journal_.put(name, false, settings, before, "");
        const Figure figure = work();
        const double seconds = before + seconds_between(begin, Clock::now());
        journal_.put(name, figure.has_value(), settings, seconds, figure.value_or(""));
        if (figure) print_line(name, seconds, *figure);
        return figure.has_value();
    }

    [[nodiscard]] fs::path data_folder() const { return out_ / "data"; }
    [[nodiscard]] fs::path held_out_folder() const { return out_ / "held_out"; }
    [[nodiscard]] fs::path evaluation_folder() const { return out_ / "eval"; }

    bool data() {
        json settings = recipe_.data;
        for (const char* key : {"processes", "minutes"}) settings.erase(key);
        if (!from_.empty()) settings["from"] = fs::absolute(from_).lexically_normal().string();
        const bool recordings = recipe_.data.recordings;
        return stage(recordings ? "import" : "collect", settings, data_folder() / dataset::kManifestName,
                     IfChanged::Again, [&]() -> Figure {
                         if (!(recordings ? import() : simulate())) return std::nullopt;
                         const auto made = dataset::DatasetReader::open(data_folder());
                         return std::to_string(made.total_frames()) + " frames in " +
                                std::to_string(made.size()) + (recordings ? " recordings" : " episodes");
                     });
    }

    bool simulate() {
        const RecipeData& data = recipe_.data;
        const int cores = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
        return collect({.plan = {.environment = data.environment,
                                 .width = data.width,
                                 .height = data.height,
                                 .frames = data.frames,
                                 .prompt_switches = data.prompt_switches,
                                 .drive_fraction = static_cast<float>(data.drive_fraction)},
                        .episodes = data.episodes,
                        .out = data_folder().string(),
                        .seed_start = data.seed_start,
                        .processes = data.processes > 0    ? data.processes
                                     : recipe_.threads > 0 ? recipe_.threads
                                                           : cores,
                        .minutes = data.minutes * minutes_scale_}) == 0;
    }

    bool import() {
        const auto all = dataset::find_recordings(from_);
        const auto n = all.size();
        // At least one of a few is kept apart; a single one is all there is.
        const double share = std::clamp(recipe_.data.held_out_share, 0.0, 0.5);
        const auto kept = n < 2 || share == 0
                              ? size_t{0}
                              : std::max<size_t>(1, static_cast<size_t>(share * static_cast<double>(n)));
        std::vector<dataset::Recording> learned, held_out;
        for (size_t i = 0; i < n; ++i) {
            const bool apart = (i + 1) * kept / n > i * kept / n;
            (apart ? held_out : learned).push_back(all[i]);
        }
        const dataset::ImportOptions options{.width = recipe_.data.width,
                                             .height = recipe_.data.height,
                                             .frame_rate = recipe_.data.frame_rate,
                                             .tolerance_frames = recipe_.data.tolerance_frames};
        if (!dataset::import_recordings(learned, data_folder(), options)) return false;
        return held_out.empty() || dataset::import_recordings(held_out, held_out_folder(), options);
    }

    // Trains in out/`name`, from what the stages before it made.
    bool training(const RecipeStage& plan) {
        const fs::path folder = out_ / plan.name, checkpoint = folder / (plan.part + ".safetensors");
        json file = plan.file;
        json inputs = {{"frames", dataset::DatasetReader::open(data_folder()).total_frames()}};
        const auto take = [&](const std::string& key, const std::string& part) {
            file[key] = trained_.at(part).string();
            inputs[key] = wm::file_digest(trained_.at(part));
        };
        if (plan.part != "tokenizer") take("tokenizer", "tokenizer");
        if (trained_.contains(plan.part)) {
            take("initial", plan.part);
            share_latents(trained_.at(plan.part).parent_path(), folder);
        }
        json& trainer = file["trainer"];
        if (plan.minutes > 0) trainer["minutes"] = plan.minutes * minutes_scale_;
        trainer["device"] = recipe_.device;
        trainer["threads"] = recipe_.threads;
        file["data"] = json::array({data_folder().string()});
        file["out"] = folder.string();
        trained_[plan.part] = checkpoint;
        const json settings = {{"file", lasting(file)}, {"inputs", inputs}};
        const std::string where = plan.config.string() + " (stage " + plan.name + ")";
        return stage(plan.name, settings, checkpoint, IfChanged::Refuse, [&]() -> Figure {
            const wm::TrainingResult result = train_part(plan.part, file, where);
            if (!result.finished) return std::nullopt;
            // A run that was only finished up has no loss of its own to tell.
            const std::string loss = result.last_loss > 0 ? ", loss " + text("%.4f", result.last_loss) : "";
            return std::to_string(result.steps) + " steps" + loss + ", " + megabytes(checkpoint);
        });
    }

    // The same data through the same tokenizer is encoded once.
    static void share_latents(const fs::path& from, const fs::path& to) {
        std::error_code ignored;
        fs::create_directories(to);
        fs::create_hard_link(from / "latents.safetensors", to / "latents.safetensors", ignored);
    }

    bool bundle() {
        const RecipeBundle& plan = recipe_.bundle;
        BundleOptions options{.environment = recipe_.data.environment,
                              .title = recipe_.title,
                              .description = recipe_.description,
                              .data = recipe_.data.recordings ? data_folder().string() : "",
                              .tokenizer = trained_.at("tokenizer").string(),
                              .dynamics = trained_.at("dynamics").string(),
                              .decoder = trained_.contains("decoder") ? trained_.at("decoder").string() : "",
                              .out = world_.string(),
                              .width = recipe_.data.width,
                              .height = recipe_.data.height,
                              .starts = plan.starts,
                              .walk = plan.walk,
                              .prompts = plan.prompts,
                              .sampler_steps = plan.sampler_steps,
                              .decoder_steps = plan.decoder_steps,
                              .context_noise = plan.context_noise,
                              .prompt_guidance = plan.prompt_guidance,
                              .trust = plan.trust};
        if (options.title.empty())
            options.title = (from_.empty() ? recipe_.folder : fs::absolute(from_ / ".").parent_path())
                                .filename()
                                .string();
        bundled_ = {{"plan", plan},
                    {"title", options.title},
                    {"description", options.description},
                    {"world", fs::absolute(world_).string()}};
        for (const auto& [part, checkpoint] : trained_) bundled_[part] = wm::file_digest(checkpoint);
        return stage("bundle", bundled_, world_ / "world.toml", IfChanged::Again, [&]() -> Figure {
            tools::bundle(options);
            return std::to_string(plan.starts) + " starting frames";
        });
    }

    bool evaluation() {
        if (recipe_.data.recordings && !fs::exists(held_out_folder() / dataset::kManifestName)) {
            log::warn("no recording was kept apart, so there is nothing to evaluate on");
            return true;
        }
        const json settings = {{"plan", recipe_.eval}, {"bundle", bundled_}};
        return stage(
            "eval", settings, evaluation_folder() / "evaluation.json", IfChanged::Again, [&]() -> Figure {
                const auto world = wm::open_world(world_, {wm::device_kind(recipe_.device), recipe_.threads});
                EvaluationPlan plan;
                plan.episodes = recipe_.eval.episodes;
                plan.frames = recipe_.eval.frames;
                plan.horizon = recipe_.eval.horizon;
                const Measurement measured = recipe_.data.recordings
                                                 ? measure_on(*world, held_out_folder(), plan)
                                                 : measure(*world, plan, recipe_.eval.parts);
                write_measurement(evaluation_folder(), measured);
                return next_frame(measured.json);
            });
    }

    static std::string next_frame(const json& measured) {
        if (!measured.contains("prediction")) return "measured";
        const json& next = measured["prediction"]["next"];
        return "next frame " + next["psnr_db"].dump() + " dB, repeating the last one " +
               next["copy_last_psnr_db"].dump() + " dB";
    }

    static std::string megabytes(const fs::path& file) {
        return text("%.1f MiB", static_cast<double>(fs::file_size(file)) / (1 << 20));
    }

    void summary() const {
        std::printf("\n%s\n",
                    recipe_.title.empty() ? recipe_.folder.filename().c_str() : recipe_.title.c_str());
        double total_s = 0;
        for (const std::string& name : names_) {
            print_line(name, journal_.seconds(name), journal_.figure(name));
            total_s += journal_.seconds(name);
        }
        print_line("in all", total_s, "");
        if (fs::exists(evaluation_folder()))
            std::printf("\nFigures: %s\n", (evaluation_folder() / "evaluation.md").c_str());
        std::printf("\n./reverie play --world %s\n", world_.c_str());
    }

    Recipe recipe_;
    fs::path from_;
    double minutes_scale_;
    fs::path out_, world_;
    Journal journal_;
    std::vector<std::string> names_;           // of the stages so far
    std::map<std::string, fs::path> trained_;  // the newest checkpoint of each part
    json bundled_;
};

int train_recipe(const Options& options) {
    if (options.recipe.empty()) {
        throw UsageError("there is nothing named to train",
                         "--recipe village, or one of the parts that reverie train --help lists");
    }
    if (wm::launch_from_environment().size > 1) {
        throw UsageError("a recipe is made by one process, and this is one of several",
                         "several for each training alone, with its training file (docs/training.md)");
    }
    return RecipeRun(read_recipe(find_recipe(options.recipe), options.set), options).run();
}

}  // namespace

Run declare_recipe(CLI::App& app) {
    auto options = std::make_shared<Options>();
    app.add_option("--recipe", options->recipe,
                   "Make a whole world: a recipe of assets/recipes, or a folder with a recipe.toml");
    app.add_option("--out", options->out, "Folder of the recipe's data and runs; runs/NAME if not given");
    app.add_option("--world", options->world, "Folder of the finished world; OUT/world if not given");
    app.add_option("--from", options->from,
                   "For --recipe own: a folder of videos with actions (docs/own_worlds.md)");
    app.add_option("--device", options->device, "cpu or cuda, instead of the recipe's");
    app.add_option("--threads", options->threads, "CPU threads, 0: one a core; instead of the recipe's");
    app.add_option("--minutes-scale", options->minutes_scale, "Multiplies the time of every stage")
        ->check(CLI::PositiveNumber);
    app.add_option("--set", options->set, "Changes a key of the recipe, as in \"data.episodes = 40\"")
        ->allow_extra_args(false);
    return [options] { return train_recipe(*options); };
}

}  // namespace rv::tools
