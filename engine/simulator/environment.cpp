#include "engine/simulator/environment.h"

#include <array>

#include "engine/core/error.h"
#include "engine/simulator/village.h"

namespace rv::simulator {
namespace {

constexpr std::array<std::string_view, 1> kNames = {"village"};

}  // namespace

std::unique_ptr<Environment> create_environment(std::string_view name, const EnvironmentOptions& options,
                                                Observer& observer) {
    if (options.width <= 0 || options.height <= 0) {
        throw UsageError("an environment's picture needs a width and a height above zero");
    }
    if (name == "village") return std::make_unique<Village>(options, observer);
    std::string known;
    for (const std::string_view each : kNames) known += (known.empty() ? "" : ", ") + std::string(each);
    throw UsageError("there is no environment called \"" + std::string(name) + "\"", "one of: " + known);
}

std::span<const std::string_view> environment_names() {
    return kNames;
}

}  // namespace rv::simulator
