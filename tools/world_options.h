#pragma once
/// The options with which several commands choose a world and where it runs.

#include <CLI/CLI.hpp>
#include <optional>
#include <string>

#include "world_model/world.h"

namespace rv::tools {

struct WorldOptions {
    std::string world;
    std::string device = "cpu";
    int threads = 0;
    std::optional<std::uint64_t> seed;
    std::optional<int> start_frame;
    std::optional<std::string> prompt, picture;
    int steps = 0;

    /// Adds --world, --device, --threads, --seed, --start-frame, --picture, --prompt and --steps. The object
    /// outlives the app.
    void declare(CLI::App& app);

    [[nodiscard]] world_model::OpenOptions open() const;
    /// What the command line says, and elsewhere `fallback`.
    [[nodiscard]] world_model::Start start(const world_model::Start& fallback = {}) const;
};

/// The same check for every command. @throws UsageError listing the start frames that the world has.
void check_start(const world_model::Start& start, const world_model::WorldInfo& info);

}  // namespace rv::tools
