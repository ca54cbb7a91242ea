#pragma once
/// The village's own models, made from simple solids. `reverie make-meshes` writes them into assets/meshes;
/// the simulator reads them from there like any other glTF file.

#include <vector>

#include "engine/asset/model.h"

namespace rv::asset {

/// Every model of the village. They stand on y = 0 and face +z. Parts that the simulator tints (walls, roof,
/// foliage, body) are near white; windows, bulb and lights glow.
std::vector<Model> village_models();

}  // namespace rv::asset
