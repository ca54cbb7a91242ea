#include "world_model/training/trainer.h"

#include <malloc.h>

#include <algorithm>
#include <cmath>

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
    for (const char* key : {"threads", "checkpoint_seconds", "log_steps", "device"}) j.erase(key);
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

}  // namespace

TrainingResult train(TrainingTask& task, const TrainerConfig& config, const std::filesystem::path& folder) {
    // Large tensors come and go every step; returning them to the system costs up to a fifth of the time.
    mallopt(M_MMAP_THRESHOLD, 1 << 30);
    mallopt(M_TRIM_THRESHOLD, -1);
    use_threads(config.threads);
    const torch::Device device = torch_device(device_kind(config.device));
    prepare(task.module(), device, dtype_named(config.precision, device));
    task.module().train();
    std::filesystem::create_directories(folder);

    Optimizer optimizer(task.module(), config.optimizer);
    const auto state_file = folder / "state.safetensors";
    const std::string run = fingerprint(task, config);
    int64_t step = 0;
    double seconds_before = 0;
    if (std::filesystem::exists(state_file)) {
        const Checkpoint state = read_checkpoint(state_file);
        if (state.json("run", state_file).dump() != run) {
            throw FileError(state_file.string(), "belongs to a training run with another configuration",
                            "another --out folder, or delete this one");
        }
        optimizer.restore(state.tensors, state_file);
        step = state.json("step", state_file).get<int64_t>();
        seconds_before = state.json("seconds", state_file).get<double>();
        if (config.minutes > 0)
            log::info("{}: continuing after {:.1f} of {:.1f} minutes", task.name(), seconds_before / 60,
                      config.minutes);
        else
            log::info("{}: continuing at step {} of {}", task.name(), step, config.steps);
    }

    const InterruptGuard guard;
    LossLog losses(folder, task.name(), step);
    const bool by_clock = config.minutes > 0;
    const double budget_s = config.minutes * 60;
    ProgressBar progress(
        "train " + task.name(), by_clock ? "s" : "steps",
        static_cast<uint64_t>(by_clock ? std::ceil(budget_s) : static_cast<double>(config.steps)));
    progress.start_from(
        static_cast<uint64_t>(by_clock ? std::min(seconds_before, budget_s) : static_cast<double>(step)));
    const TimePoint begin = Clock::now();
    TimePoint saved = begin;
    double sum = 0, norms = 0, last_loss = 0;
    int64_t counted = 0, skipped = 0;
    const auto elapsed = [&] { return seconds_before + seconds_between(begin, Clock::now()); };

    const auto complete = [&] { return by_clock ? step > 0 && elapsed() >= budget_s : step >= config.steps; };
    const auto log_row = [&](int64_t at, double learning_rate) {
        last_loss = sum / static_cast<double>(counted);
        losses.add(at, last_loss, norms / static_cast<double>(counted), learning_rate, elapsed());
        progress.set_note(loss_note(last_loss));
        sum = norms = 0;
        counted = 0;
    };

    double learning_rate = 0;
    for (; !complete() && !InterruptGuard::interrupted(); ++step) {
        learning_rate = by_clock ? learning_rate_after(config.optimizer, step, elapsed() / budget_s)
                                 : learning_rate_at(config.optimizer, step, config.steps);
        const torch::Tensor loss =
            task.loss(config.batch, generator_for(config.seed, static_cast<uint64_t>(step)));
        loss.backward();
        const double norm = optimizer.step(step, learning_rate);
        if (!std::isfinite(norm) && ++skipped > 100) {
            throw Error(task.name() + ": the gradients are not finite in more than 100 steps",
                        "a lower optimizer.learning_rate or precision = \"fp32\"");
        }
        sum += loss.item<double>();
        norms += norm;
        if (++counted == config.log_steps || (!by_clock && step + 1 == config.steps))
            log_row(step, learning_rate);
        progress.update(by_clock ? static_cast<uint64_t>(std::min(elapsed(), budget_s))
                                 : static_cast<uint64_t>(step + 1));
        if (seconds_between(saved, Clock::now()) > config.checkpoint_seconds) {
            save_state(state_file, optimizer, run, step + 1, elapsed());
            losses.save();
            saved = Clock::now();
        }
    }
    const bool finished = complete();
    if (finished && counted > 0) log_row(step - 1, learning_rate);
    if (finished && by_clock) progress.update(static_cast<uint64_t>(std::ceil(budget_s)));
    progress.finish();
    save_state(state_file, optimizer, run, step, elapsed());
    losses.save();
    const TrainingResult result{finished, step, last_loss, elapsed()};
    if (!result.finished) {
        log::info("{}: stopped at step {}; the same command continues", task.name(), step);
        return result;
    }

    const auto weights_file = folder / (task.name() + ".safetensors");
    load_state(task.module(), optimizer.averaged_state(), weights_file);
    task.module().eval();
    task.finish();
    Checkpoint weights{{}, task.metadata()};
    for (const auto& [name, tensor] : state_of(task.module()))
        weights.tensors.emplace(name, tensor.to(torch::kBFloat16));
    weights.metadata["steps"] = std::to_string(step);
    weights.metadata["seconds"] = std::to_string(static_cast<int64_t>(result.seconds));
    write_checkpoint(weights_file, weights);
    log::info("{}: wrote {}", task.name(), weights_file.string());
    return result;
}

}  // namespace rv::world_model
