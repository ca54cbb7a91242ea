#include "engine/simulator/environment.h"

#include <array>

#include "engine/core/error.h"
#include "engine/simulator/maze.h"
#include "engine/simulator/village.h"

namespace rv::simulator {
namespace {

constexpr std::array<std::string_view, 2> kNames = {"village", "maze"};

[[noreturn]] void refuse(std::string_view name) {
    std::string known;
    for (const std::string_view each : kNames) known += (known.empty() ? "" : ", ") + std::string(each);
    throw UsageError("there is no environment called \"" + std::string(name) + "\"", "one of: " + known);
}

}  // namespace

std::unique_ptr<Environment> create_environment(std::string_view name, const EnvironmentOptions& options,
                                                Observer& observer) {
    if (options.width <= 0 || options.height <= 0) {
        throw UsageError("an environment's picture needs a width and a height above zero");
    }
    if (name == "village") return std::make_unique<Village>(options, observer);
    if (name == "maze") return std::make_unique<Maze>(options, observer);
    refuse(name);
}

std::span<const std::string_view> environment_names() {
    return kNames;
}

FrameSize usual_frame_size(std::string_view name) {
    if (name == "village") return {128, 72};
    if (name == "maze") return {64, 64};
    refuse(name);
}

}  // namespace rv::simulator
