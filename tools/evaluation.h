#pragma once
/// The parts of `reverie eval`: each plays the simulator, lets the world continue, and compares.

#include <filesystem>
#include <functional>
#include <map>
#include <optional>

#include "tools/evaluation_inputs.h"
#include "world_model/evaluation/guess.h"
#include "world_model/evaluation/probe.h"
#include "world_model/evaluation/report.h"

namespace rv::tools {

struct EvaluationPlan {
    std::uint64_t seed_start = 2'000'000;  ///< training uses seeds below 1,000,000
    int episodes = 8;
    int frames = 120;               ///< of an episode
    int horizon = 64;               ///< frames predicted from each start
    int drift_frames = 2000;        ///< of each long rollout
    int sampler_steps = 0;          ///< 0: the world's own
    std::filesystem::path actions;  ///< a script instead of the simulator's agent; may be empty
    std::filesystem::path probe;  ///< checkpoint; empty: the one for the world's environment, if there is one
};

class Evaluation {
  public:
    /// @throws UsageError for a world without a simulator, FileError for a probe that cannot be read.
    Evaluation(world_model::World& world, const EvaluationPlan& plan);

    static const std::vector<std::string>& parts();
    /// @param part one of parts()
    world_model::Report run(const std::string& part);

  private:
    using Guesses = std::vector<world_model::Guess>;

    world_model::Report tokenizer();
    world_model::Report prediction();
    world_model::Report memory();
    world_model::Report actions();
    world_model::Report camera();
    world_model::Report prompt();
    world_model::Report drift();
    world_model::Report probe_quality();

    /// The episodes that several parts share, and what the world makes of them by actions alone.
    const std::vector<world_model::Clip>& clips();
    const Guesses& guesses();
    /// Full turns in place.
    const std::vector<world_model::Clip>& turn_clips();
    const Guesses& turns();

    /// @param inputs of the i-th clip
    std::vector<world_model::Clip> play(const std::string& label, int count, std::uint64_t first_seed,
                                        int64_t frames, const std::function<Inputs(int)>& inputs);
    world_model::Guess long_rollout(std::vector<world_model::Clip>& clip, const std::string& label);
    [[nodiscard]] world_model::GuessPlan guess_plan() const;
    [[nodiscard]] world_model::Report left_out(const std::string& part) const;

    world_model::World& world_;
    EvaluationPlan plan_;
    std::string environment_;
    Truth truth_;
    std::optional<world_model::Probe> probe_;
    std::optional<std::vector<world_model::Clip>> clips_, turn_clips_;
    std::optional<Guesses> guesses_, turns_;
};

}  // namespace rv::tools
