#pragma once
/// One episode of a simulator, played by its built-in agent and written to a dataset.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "engine/dataset/dataset.h"
#include "engine/simulator/environment.h"

namespace rv::tools {

struct EpisodePlan {
    std::string environment = "village";
    int width = 128, height = 72;
    int frames = 240;
    bool prompt_switches = true;   ///< another random look every 50 to 90 frames
    float drive_fraction = 0.15f;  ///< of episodes in which the ego drives
};

/// Makes episodes, one after the other, with one observer. Everything in an episode follows from its seed.
class EpisodeCollector {
  public:
    EpisodeCollector(EpisodePlan plan, simulator::Observer& observer);

    /// @param keep_going asked before every frame. @return nothing if it said no; no file is left then.
    std::optional<dataset::EpisodeInfo> collect(const std::filesystem::path& folder,
                                                const dataset::DatasetInfo& info, int index,
                                                std::uint64_t seed, const std::function<bool()>& keep_going);

  private:
    simulator::Environment& environment(bool drive);

    EpisodePlan plan_;
    simulator::Observer& observer_;
    std::unique_ptr<simulator::Environment> walking_, driving_;
};

/// What a dataset of this plan has in common. Draws nothing, so it needs no device.
dataset::DatasetInfo describe_dataset(const EpisodePlan& plan, std::uint64_t seed_start);

}  // namespace rv::tools
