#pragma once
/// Where the project's data files lie.

#include <filesystem>

namespace rv::asset {

/// The folder that holds meshes/, worlds/ and scripts/: the environment variable REVERIE_ASSETS, else assets/
/// of the source tree that the program was built from, else ./assets.
/// @throws FileError if none of them is a folder.
std::filesystem::path assets_folder();

}  // namespace rv::asset
