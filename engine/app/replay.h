#pragma once
/// Makes the frames of a session again and compares them with what it noted.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "engine/app/generation.h"
#include "engine/app/session.h"

namespace rv::app {

struct ReplayOptions {
    std::filesystem::path session;  ///< where the log lies: saved states are looked for beside it
    std::filesystem::path world;    ///< replaces the session's; empty: the one that it names
    std::filesystem::path record;   ///< an .mp4 with a session of its own; empty: none
    std::optional<world_model::DeviceKind> device;  ///< empty: the session's
    int threads = 0;                                ///< 0: the session's
    bool show_progress = true;
};

/// The first frame that came out differently.
struct ReplayDifference {
    std::size_t part = 0;     ///< counts starts and resets from 0
    std::uint64_t frame = 0;  ///< index in its rollout
    std::uint64_t expected = 0, found = 0;
};

struct ReplayResult {
    std::uint64_t frames = 0;  ///< compared
    std::optional<ReplayDifference> difference;
    std::vector<std::string> warnings;  ///< why a difference would be no wonder
};

/// Stops comparing at the first difference, but goes on to the end when it records.
/// @throws Error from the world or the files.
ReplayResult replay(const ReplayOptions& options, const Session& session, const WorldOpener& open_world);

}  // namespace rv::app
