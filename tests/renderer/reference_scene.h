#pragma once
/// A small landscape that the renderer's tests draw: hills, houses, trees, lamps.

#include <cstdint>

#include "engine/asset/scene.h"
#include "engine/core/camera.h"

namespace rv::renderer::test {

enum class Mood { Noon, Dusk, Night, Fog, Rain, Snow };

inline constexpr std::uint8_t kGround = 1, kHouse = 2, kTree = 3, kLamp = 4;

/// @param houses, trees how many; three of each make the golden pictures.
asset::Scene landscape(Mood mood, int houses = 3, int trees = 8);
CameraPose landscape_camera();

/// A cube of side 2 m with its centre at `center`, segment 7, and nothing else.
asset::Scene cube(glm::vec3 center, glm::vec3 color = glm::vec3(0.5f));

}  // namespace rv::renderer::test
