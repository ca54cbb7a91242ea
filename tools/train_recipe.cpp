/// Makes a whole world by a recipe: data, tokenizer, dynamics, dynamics on its own rollouts, decoder, bundle,
/// evaluation. What is finished stays; what was interrupted goes on.

#include "tools/train_recipe.h"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <functional>
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
#include "tools/evaluate_recorded.h"
#include "tools/recipe.h"
#include "tools/train.h"
#include "world_model/numerics.h"
#include "world_model/parts.h"

namespace rv::tools {
namespace {

namespace fs = std::filesystem;
namespace wm = world_model;
using nlohmann::json;

constexpr int kInterrupted = 130;
constexpr std::uint64_t kHeldOutSeed = 2'000'000;  // the first that `reverie eval` uses too

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
        const std::vector<std::function<bool()>> stages = {
            [this] { return data(); },      [this] { return tokenizer(); }, [this] { return dynamics(); },
            [this] { return rollout(); },   [this] { return decoder(); },   [this] { return bundle(); },
            [this] { return evaluation(); }};
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
    [[nodiscard]] fs::path checkpoint(const std::string& run, const std::string& part) const {
        return out_ / run / (part + ".safetensors");
    }
    [[nodiscard]] fs::path final_dynamics() const {
        return checkpoint(recipe_.rollout.run ? "rollout" : "dynamics", "dynamics");
    }

    bool data() {
        json settings = recipe_.data;
        settings.erase("processes");
        if (!from_.empty()) settings["from"] = fs::absolute(from_).lexically_normal().string();
        return stage(
            "data", settings, data_folder() / dataset::kManifestName, IfChanged::Again, [&]() -> Figure {
                if (!(recipe_.data.recordings ? import() : collect_both())) return std::nullopt;
                const auto made = dataset::DatasetReader::open(data_folder());
                return std::to_string(made.total_frames()) + " frames in " + std::to_string(made.size()) +
                       (recipe_.data.recordings ? " recordings" : " episodes");
            });
    }

    bool collect_both() {
        const RecipeData& data = recipe_.data;
        const int cores = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
        CollectOptions options{.plan = {.environment = data.environment,
                                        .width = data.width,
                                        .height = data.height,
                                        .frames = data.frames,
                                        .prompt_switches = data.prompt_switches,
                                        .drive_fraction = static_cast<float>(data.drive_fraction)},
                               .episodes = data.episodes,
                               .out = data_folder().string(),
                               .seed_start = data.seed_start};
        options.processes = data.processes > 0    ? data.processes
                            : recipe_.threads > 0 ? recipe_.threads
                                                  : cores;
        if (collect(options) != 0) return false;
        options.plan.drive_fraction = 0;
        options.episodes = data.held_out_episodes;
        options.out = held_out_folder().string();
        options.seed_start = kHeldOutSeed;
        options.allow_evaluation_seeds = true;
        return collect(options) == 0;
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

    // Trains `part` in out/`name`. `file` gets the paths of this run.
    bool train(const std::string& name, const RecipeStage& plan, const std::string& part, json file,
               json inputs) {
        inputs["frames"] = dataset::DatasetReader::open(data_folder()).total_frames();
        json& trainer = file["trainer"];
        if (plan.minutes > 0) trainer["minutes"] = plan.minutes * minutes_scale_;
        trainer["device"] = recipe_.device;
        trainer["threads"] = recipe_.threads;
        file["data"] = json::array({data_folder().string()});
        file["out"] = (out_ / name).string();
        const json settings = {{"file", lasting(file)}, {"inputs", inputs}};
        const std::string where = plan.config + " (stage " + name + ")";
        return stage(name, settings, checkpoint(name, part), IfChanged::Refuse, [&]() -> Figure {
            const wm::TrainingResult result = train_part(part, file, where);
            if (!result.finished) return std::nullopt;
            // A run that was only finished up has no loss of its own to tell.
            const std::string loss = result.last_loss > 0 ? ", loss " + text("%.4f", result.last_loss) : "";
            return std::to_string(result.steps) + " steps" + loss + ", " + megabytes(checkpoint(name, part));
        });
    }

    bool tokenizer() {
        if (!recipe_.tokenizer.run)
            throw UsageError("a world needs a tokenizer", "stage.tokenizer.run = true");
        return train("tokenizer", recipe_.tokenizer, "tokenizer", training_file(recipe_.tokenizer),
                     json::object());
    }

    // The stages behind the tokenizer.
    [[nodiscard]] json with_tokenizer(const RecipeStage& plan) const {
        json file = training_file(plan);
        file["tokenizer"] = checkpoint("tokenizer", "tokenizer").string();
        return file;
    }
    [[nodiscard]] json tokenizer_digest() const {
        return {{"tokenizer", wm::file_digest(checkpoint("tokenizer", "tokenizer"))}};
    }

    bool dynamics() {
        if (!recipe_.dynamics.run) throw UsageError("a world needs a dynamics", "stage.dynamics.run = true");
        return train("dynamics", recipe_.dynamics, "dynamics", with_tokenizer(recipe_.dynamics),
                     tokenizer_digest());
    }

    bool rollout() {
        if (!recipe_.rollout.run) return true;
        json file = with_tokenizer(recipe_.rollout), inputs = tokenizer_digest();
        file["initial"] = checkpoint("dynamics", "dynamics").string();
        inputs["initial"] = wm::file_digest(checkpoint("dynamics", "dynamics"));
        // The same data through the same tokenizer: encoded once.
        std::error_code ignored;
        fs::create_directories(out_ / "rollout");
        fs::create_hard_link(out_ / "dynamics" / "latents.safetensors",
                             out_ / "rollout" / "latents.safetensors", ignored);
        return train("rollout", recipe_.rollout, "dynamics", file, inputs);
    }

    bool decoder() {
        if (!recipe_.decoder.run) return true;
        return train("decoder", recipe_.decoder, "decoder", with_tokenizer(recipe_.decoder),
                     tokenizer_digest());
    }

    bool bundle() {
        const RecipeBundle& plan = recipe_.bundle;
        BundleOptions options{.environment = recipe_.data.environment,
                              .title = recipe_.title,
                              .description = recipe_.description,
                              .data = recipe_.data.recordings ? data_folder().string() : "",
                              .tokenizer = checkpoint("tokenizer", "tokenizer").string(),
                              .dynamics = final_dynamics().string(),
                              .decoder = recipe_.decoder.run ? checkpoint("decoder", "decoder").string() : "",
                              .out = world_.string(),
                              .width = recipe_.data.width,
                              .height = recipe_.data.height,
                              .starts = plan.starts,
                              .walk = plan.walk,
                              .prompts = plan.prompts,
                              .sampler_steps = plan.sampler_steps,
                              .context_noise = plan.context_noise};
        if (options.title.empty())
            options.title = (from_.empty() ? recipe_.folder : fs::absolute(from_ / ".").parent_path())
                                .filename()
                                .string();
        json settings = {{"plan", plan},
                         {"title", options.title},
                         {"description", options.description},
                         {"world", fs::absolute(world_).string()},
                         {"tokenizer", wm::file_digest(options.tokenizer)},
                         {"dynamics", wm::file_digest(options.dynamics)}};
        if (recipe_.decoder.run) settings["decoder"] = wm::file_digest(options.decoder);
        bundled_ = settings;
        return stage("bundle", settings, world_ / "world.toml", IfChanged::Again, [&]() -> Figure {
            tools::bundle(options);
            return std::to_string(plan.starts) + " starting frames";
        });
    }

    bool evaluation() {
        if (!fs::exists(held_out_folder() / dataset::kManifestName)) {
            log::warn("no recording was kept apart, so there is nothing to evaluate on");
            return true;
        }
        const json settings = {{"plan", recipe_.eval}, {"bundle", bundled_}};
        return stage("eval", settings, out_ / "eval.json", IfChanged::Again, [&]() -> Figure {
            const json measured = evaluate_recorded(
                world_, {wm::device_kind(recipe_.device), recipe_.threads}, held_out_folder(),
                {.horizon = recipe_.eval.horizon, .rollouts = recipe_.eval.rollouts}, out_ / "eval.png");
            write_file_atomically(out_ / "eval.json", measured.dump(2) + "\n");
            const json& next = measured["prediction"]["next"];
            return "next frame " + next["psnr_db"].dump() + " dB, copy-last " +
                   next["copy_last_psnr_db"].dump() + " dB";
        });
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
        if (std::ifstream file(out_ / "eval.json"); file)
            std::printf("\n%s", recorded_table(json::parse(file)).c_str());
        std::printf("\n./reverie play --world %s\n", world_.c_str());
    }

    Recipe recipe_;
    fs::path from_;
    double minutes_scale_;
    fs::path out_, world_;
    Journal journal_;
    std::vector<std::string> names_;
    json bundled_;
};

int train_recipe(const Options& options) {
    if (options.recipe.empty()) {
        throw UsageError("there is nothing named to train",
                         "--recipe village, or one of the parts that reverie train --help lists");
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
    app.add_option("--minutes-scale", options->minutes_scale, "Multiplies the time of every training")
        ->check(CLI::PositiveNumber);
    app.add_option("--set", options->set, "Changes a key of the recipe, as in \"data.episodes = 40\"")
        ->allow_extra_args(false);
    return [options] { return train_recipe(*options); };
}

}  // namespace rv::tools
