#pragma once
/// Worlds whose model other people made: everything about them that is not the model itself.

#include <filesystem>
#include <memory>

#include "world_model/world_file.h"

namespace rv::world_model::families {

/// @throws FileError, DeviceError, UsageError as open_world().
std::unique_ptr<World> open_family_world(WorldFile file, const std::filesystem::path& folder,
                                         const OpenOptions& options);

}  // namespace rv::world_model::families
