#pragma once
/// A real simulator that a world model learns from and is measured against, after Gymnasium
/// (Towers et al. 2024): reset with a seed, then step with actions.

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/action.h"
#include "engine/core/camera.h"
#include "engine/simulator/observer.h"

namespace rv::simulator {

/// What every environment of a kind has in common.
struct EnvironmentSpec {
    std::string name;
    double frame_rate = 15.0;             ///< frames per second; one step is one frame
    float max_turn_rad_per_frame = 0.0f;  ///< |Action::turn| = 1
    float max_step_m_per_frame = 0.0f;    ///< |Action::forward| = 1 without `run`
    bool has_prompt = false;
    std::vector<std::string> segment_names;  ///< index = value in the segmentation map
};

/// What one step shows. The observation's spans stay valid until the next reset or step.
struct Step {
    Observation observation;
    Action action;           ///< what was applied: clamped
    bool collided = false;   ///< the ego was stopped by something
    bool truncated = false;  ///< the episode's time is over
};

/// Same seed, same options and same actions give the same bits on one machine.
class Environment {
  public:
    virtual ~Environment() = default;

    [[nodiscard]] virtual const EnvironmentSpec& spec() const = 0;
    /// Builds a new place; the returned step carries a zero action.
    virtual Step reset(std::uint64_t seed) = 0;
    /// Moves everything by one frame. Call reset first.
    virtual Step step(const Action& action) = 0;
    /// Changes the look during an episode (blended over some frames). Free text; see prompt.h for the
    /// grammar. Environments without a prompt ignore it.
    virtual void set_prompt(std::string_view prompt) { static_cast<void>(prompt); }
    [[nodiscard]] virtual std::string prompt() const { return {}; }
    /// The action of the built-in agent for the next step (walks, turns, stops; shortest paths in the maze).
    virtual Action policy() = 0;
};

struct EnvironmentOptions {
    int width = 128, height = 72;
    bool drive = false;  ///< the ego drives a car where the environment has roads
    std::string prompt;  ///< initial look; empty: drawn from the seed
};

/// @param name "village" or "maze". The observer outlives the environment.
/// @throws UsageError for an unknown name, listing the known ones.
std::unique_ptr<Environment> create_environment(std::string_view name, const EnvironmentOptions& options,
                                                Observer& observer);
std::span<const std::string_view> environment_names();

struct FrameSize {
    int width = 0, height = 0;
};
/// What the environment is usually seen at: the village 128x72, the maze 64x64. @throws UsageError as above.
FrameSize usual_frame_size(std::string_view name);

}  // namespace rv::simulator
