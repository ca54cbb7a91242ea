#pragma once
/// The windowed explorer.

#include <functional>
#include <vector>

#include "engine/app/application_options.h"
#include "engine/app/generation.h"

namespace rv::app {

/// Where worlds come from.
struct WorldSource {
    WorldOpener open;
    /// Worlds that can be chosen, given the folder that holds the first one; may be empty.
    std::function<std::vector<world_model::WorldInfo>(const std::filesystem::path& root)> list;
};

/// Opens a window on a world and returns when it is closed. Main thread only.
/// @return the exit status, 0 when the person (or the time limit) ended it.
/// @throws Error when the display, the device or the first world fails.
int run_application(const ApplicationOptions& options, const WorldSource& source);
/// The same with the worlds on disk.
int run_application(const ApplicationOptions& options);
/// What `open` comes to beside a window: a model that runs on the processor and is not told how many threads
/// to use leaves it one core.
world_model::OpenOptions beside_a_window(world_model::OpenOptions open);

}  // namespace rv::app
