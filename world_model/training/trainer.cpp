#include "world_model/training/trainer.h"

#include <malloc.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <optional>

#include "engine/core/clock.h"
#include "engine/core/error.h"
#include "engine/core/interrupt.h"
#include "engine/core/log.h"
#include "engine/core/progress.h"
#include "world_model/numerics.h"
#include "world_model/training/loss_log.h"

namespace rv::world_model {
namespace {

// What must agree for a run to be continued; threads and intervals may change.
std::string fingerprint(const TrainingTask& task, const TrainerConfig& config) {
    nlohmann::json j = config;
    for (const char* key : {"threads", "checkpoint_seconds", "log_steps", "timeout_seconds", "device"})
        j.erase(key);
    // By the clock: a run may be given more time or less while it lasts. By steps: as it always was.
    j.erase(config.minutes > 0 ? "steps" : "minutes");
    if (config.minutes > 0) j["minutes"] = "by the clock";
    return nlohmann::json{{"trainer", j}, {"task", task.metadata()}}.dump();
}

void save_state(const std::filesystem::path& file, const Optimizer& optimizer, const std::string& run,
                int64_t step, double seconds) {
    Checkpoint state{optimizer.state(),
                     {{"run", run}, {"step", std::to_string(step)}, {"seconds", std::to_string(seconds)}}};
    write_checkpoint(file, state);
}

std::string loss_note(double loss) {
    char text[32];
    std::snprintf(text, sizeof text, "loss %.4f", loss);
    return text;
}

// What the processes tell each other between two steps.
struct Report {
    double loss = 0;
    double elapsed_s = 0;
    bool interrupted = false, save = false;
};

Report shared(ProcessGroup& group, const Report& own) {
    const auto of_first = [&](double value) { return group.first() ? value : 0.0; };
    std::array<double, 4> values = {own.loss / group.size(), of_first(own.elapsed_s),
                                    own.interrupted ? 1.0 : 0.0, of_first(own.save ? 1 : 0)};
    group.sum(values);
    return {values[0], values[1], values[2] > 0, values[3] > 0};
}

class Training {
  public:
    Training(TrainingTask& task, const TrainerConfig& config, std::filesystem::path folder,
             ProcessGroup& group)
        : task_(task),
          config_(config),
          folder_(std::move(folder)),
          state_file_(folder_ / "state.safetensors"),
          run_(fingerprint(task, config)),
          group_(group),
          optimizer_(task.module(), config.optimizer) {}

    TrainingResult run() {
        resume();
        const InterruptGuard guard;
        begin_ = saved_ = Clock::now();
        if (group_.first()) {
            losses_.emplace(folder_, task_.name(), step_);
            show_progress();
        }
        for (; !complete() && !agreed_.interrupted; ++step_) take_step();
        if (complete() && counted_ > 0) log_row(step_ - 1);
        if (progress_) {
            if (complete() && by_clock()) progress_->update(static_cast<uint64_t>(std::ceil(budget_s())));
            progress_->finish();
        }
        save(step_);
        const TrainingResult result{complete(), step_, last_loss_, elapsed_s()};
        if (result.finished)
            finish(result);
        else
            log::info("{}: stopped at step {}; the same command continues", task_.name(), step_);
        return result;
    }

  private:
    [[nodiscard]] bool by_clock() const { return config_.minutes > 0; }
    [[nodiscard]] double budget_s() const { return config_.minutes * 60; }
    [[nodiscard]] double elapsed_s() const { return before_s_ + seconds_between(begin_, Clock::now()); }
    [[nodiscard]] bool complete() const {
        return by_clock() ? step_ > 0 && agreed_.elapsed_s >= budget_s() : step_ >= config_.steps;
    }

    // Only process 0 needs to see the folder.
    void resume() {
        group_.together([&] {
            if (group_.first() && std::filesystem::exists(state_file_)) read_state();
        });
        const auto digest = static_cast<double>(std::hash<std::string>()(run_) >> 16);
        const bool first = group_.first();
        std::array<double, 3> values = {first ? digest : 0, first ? static_cast<double>(step_) : 0,
                                        first ? before_s_ : 0};
        group_.sum(values);
        double others = values[0] != digest ? 1 : 0;
        group_.sum({&others, 1});  // all end, so that nobody waits for one that has
        if (others > 0)
            throw UsageError("the processes train with different configurations",
                             "the same command, files and version of the program in all processes");
        step_ = static_cast<int64_t>(values[1]);
        agreed_.elapsed_s = before_s_ = values[2];
        optimizer_.share(group_);
    }

    void read_state() {
        const Checkpoint state = read_checkpoint(state_file_);
        if (state.json("run", state_file_).dump() != run_) {
            throw FileError(state_file_.string(), "belongs to a training run with another configuration",
                            "another --out folder, or delete this one");
        }
        optimizer_.restore(state.tensors, state_file_);
        step_ = state.json("step", state_file_).get<int64_t>();
        before_s_ = state.json("seconds", state_file_).get<double>();
        if (by_clock())
            log::info("{}: continuing after {:.1f} of {:.1f} minutes", task_.name(), before_s_ / 60,
                      config_.minutes);
        else
            log::info("{}: continuing at step {} of {}", task_.name(), step_, config_.steps);
    }

    void show_progress() {
        const double total = by_clock() ? std::ceil(budget_s()) : static_cast<double>(config_.steps);
        const double done = by_clock() ? std::min(before_s_, budget_s()) : static_cast<double>(step_);
        progress_.emplace("train " + task_.name(), by_clock() ? "s" : "steps", static_cast<uint64_t>(total));
        progress_->start_from(static_cast<uint64_t>(done));
    }

    void take_step() {
        learning_rate_ = by_clock()
                             ? learning_rate_after(config_.optimizer, step_, agreed_.elapsed_s / budget_s())
                             : learning_rate_at(config_.optimizer, step_, config_.steps);
        const torch::Generator generator = generator_for(config_.seed, static_cast<uint64_t>(step_));
        const torch::Tensor loss = task_.loss(config_.batch, Draws(generator, group_.shard()));
        loss.backward();
        const double norm = optimizer_.step(step_, learning_rate_, group_);
        if (!std::isfinite(norm) && ++skipped_ > 100) {
            throw Error(task_.name() + ": the gradients are not finite in more than 100 steps",
                        "a lower optimizer.learning_rate or precision = \"fp32\"");
        }
        agreed_ = shared(group_, {loss.item<double>(), elapsed_s(), InterruptGuard::interrupted(),
                                  seconds_between(saved_, Clock::now()) > config_.checkpoint_seconds});
        sum_ += agreed_.loss;
        norms_ += norm;
        if (++counted_ == config_.log_steps || (!by_clock() && step_ + 1 == config_.steps)) log_row(step_);
        if (progress_)
            progress_->update(by_clock() ? static_cast<uint64_t>(std::min(agreed_.elapsed_s, budget_s()))
                                         : static_cast<uint64_t>(step_ + 1));
        if (agreed_.save) save(step_ + 1);
    }

    void log_row(int64_t at) {
        last_loss_ = sum_ / static_cast<double>(counted_);
        if (losses_)
            losses_->add(at, last_loss_, norms_ / static_cast<double>(counted_), learning_rate_, elapsed_s());
        if (progress_) progress_->set_note(loss_note(last_loss_));
        sum_ = norms_ = 0;
        counted_ = 0;
    }

    void save(int64_t steps) {
        group_.together([&] {
            if (!group_.first()) return;
            save_state(state_file_, optimizer_, run_, steps, elapsed_s());
            losses_->save();
        });
        saved_ = Clock::now();
    }

    void finish(const TrainingResult& result) {
        const auto weights_file = folder_ / (task_.name() + ".safetensors");
        group_.together([&] {
            load_state(task_.module(), optimizer_.averaged_state(), weights_file);
            task_.module().eval();
            task_.finish();
            if (!group_.first()) return;
            Checkpoint weights{{}, task_.metadata()};
            for (const auto& [name, tensor] : state_of(task_.module()))
                weights.tensors.emplace(name, tensor.to(torch::kBFloat16));
            weights.metadata["steps"] = std::to_string(step_);
            weights.metadata["seconds"] = std::to_string(static_cast<int64_t>(result.seconds));
            write_checkpoint(weights_file, weights);
            log::info("{}: wrote {}", task_.name(), weights_file.string());
        });
    }

    TrainingTask& task_;
    const TrainerConfig& config_;
    std::filesystem::path folder_, state_file_;
    std::string run_;  // its fingerprint
    ProcessGroup& group_;
    Optimizer optimizer_;
    std::optional<LossLog> losses_;        // of process 0
    std::optional<ProgressBar> progress_;  // of process 0
    Report agreed_;                        // after the newest step
    TimePoint begin_, saved_;
    int64_t step_ = 0, counted_ = 0, skipped_ = 0;
    double before_s_ = 0;  // of earlier runs
    double sum_ = 0, norms_ = 0, last_loss_ = 0, learning_rate_ = 0;
};

}  // namespace

TrainingResult train(TrainingTask& task, const TrainerConfig& config, const std::filesystem::path& folder) {
    ProcessGroup alone;
    return train(task, config, folder, alone);
}

TrainingResult train(TrainingTask& task, const TrainerConfig& config, const std::filesystem::path& folder,
                     ProcessGroup& group) {
    // Large tensors come and go every step; returning them to the system costs up to a fifth of the time.
    mallopt(M_MMAP_THRESHOLD, 1 << 30);
    mallopt(M_TRIM_THRESHOLD, -1);
    use_threads(config.threads);
    const torch::Device device = group.device(config.device);
    prepare(task.module(), device, dtype_named(config.precision, device));
    task.module().train();
    std::filesystem::create_directories(folder);
    return Training(task, config, folder, group).run();
}

}  // namespace rv::world_model
