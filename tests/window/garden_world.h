#pragma once
/// A world for tests of the window: a garden of coloured pillars, ray-cast on the CPU. It obeys the keys and
/// the prompt like a learned world, but needs no weights.

#include <atomic>
#include <memory>

#include "engine/app/application.h"

namespace rv::tests {

/// What happened inside, for the test's own thread.
struct GardenProbe {
    std::atomic<std::uint64_t> frames = 0;
    std::atomic<float> forward = 0;
    std::atomic<bool> night = false;
    std::atomic<double> share = 1, guidance = 0;  ///< of the newest step, see StepInput
    std::atomic<std::uint64_t> faded = 0;         ///< steps whose prompt had not quite arrived
};

/// Any folder opens the same garden.
app::WorldSource garden_source(std::shared_ptr<GardenProbe> probe);

}  // namespace rv::tests
