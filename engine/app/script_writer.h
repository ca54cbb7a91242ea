#pragma once
/// What was played, as a script: to be edited, shared and played in other worlds.

#include <filesystem>
#include <span>
#include <string>

#include "engine/app/script.h"
#include "engine/app/session.h"

namespace rv::app {

/// One segment for each stretch of equal actions, prompt and sampler steps; one for each flight of the free
/// camera. Without the camera's flights the script makes the session's frames again.
/// @param buttons of the session's world, whose names the script uses
/// @throws UsageError for a button without a name, or when the part does not begin with a start frame of its
/// world.
Script script_of(const SessionPart& part, std::span<const world_model::WorldButton> buttons = {});

/// As read_script() reads it.
std::string to_toml(const Script& script);
/// @throws FileError
void write_script(const Script& script, const std::filesystem::path& file);

}  // namespace rv::app
