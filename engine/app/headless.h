#pragma once
/// A script played against a world without a window: as fast as the machine can, every frame recorded.

#include <filesystem>
#include <functional>
#include <string>

#include "engine/app/generation.h"
#include "engine/app/script.h"

namespace rv::app {

struct HeadlessOptions {
    std::filesystem::path world;
    world_model::OpenOptions open;
    world_model::Start start;
    int sampler_steps = 0;      ///< 0: the script's, or the world's default
    double deadline_ms = 0;     ///< of a frame: sampler steps are chosen to hold it (governor.h); 0: none
    RecordingOptions record;    ///< without a name nothing is kept; always waits for the encoder
    bool show_progress = true;  ///< a bar on standard error
};

struct HeadlessResult {
    std::uint64_t frames = 0;  ///< generated, without the start frame
    double seconds = 0;        ///< of generating them
    std::uint64_t last_digest = 0;
};

/// @throws Error from the world, and FileError when the recording fails.
HeadlessResult run_headless(const HeadlessOptions& options, const Script& script,
                            const WorldOpener& open_world);

}  // namespace rv::app
