#pragma once
/// A thing made of named meshes that are drawn together but coloured apart: walls, roof, windows.

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "engine/asset/scene.h"

namespace rv::asset {

struct Model {
    std::string name;         ///< file name without extension
    std::vector<Mesh> parts;  ///< Mesh::name says which part it is
};

/// Reads a glTF file (.gltf, .glb) through Assimp. Node transforms, the root's too, are applied to the
/// vertices; meshes under the same node name become one part. Vertices without a colour are white.
/// @throws FileError if the file is missing, damaged or holds no triangles.
Model load_model(const std::filesystem::path& file);

/// Writes a binary glTF 2.0 file, one node for each part, with positions, normals, linear vertex colours and
/// UVs.
/// @throws FileError if it cannot be written.
void save_model(const std::filesystem::path& file, const Model& model);

std::size_t triangle_count(const Model& model);

}  // namespace rv::asset
