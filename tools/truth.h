#pragma once
/// Plays a real simulator, to compare generated frames with.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/simulator/environment.h"
#include "world_model/evaluation/clip.h"

namespace rv::tools {

/// What a clip's frame t (from 1 on) is steered by.
struct TruthInput {
    std::optional<Action> action;  ///< empty: what the simulator's own agent wants
    std::string prompt;            ///< new from this frame on; empty: as before
};

/// A stage that is set up once and plays any number of clips, drawn by the renderer.
class Truth {
  public:
    /// @throws UsageError for an unknown environment, DeviceError where nothing can be drawn.
    Truth(const std::string& environment, int width, int height);
    ~Truth();

    [[nodiscard]] const simulator::EnvironmentSpec& spec() const;
    /// @param inputs of frames 1, 2, ...; the agent goes on alone where they end
    [[nodiscard]] world_model::Clip play(std::uint64_t seed, int64_t frames,
                                         const std::vector<TruthInput>& inputs = {});

  private:
    struct Stage;
    std::unique_ptr<Stage> stage_;
};

}  // namespace rv::tools
