#pragma once
/// What a look does to light, air and paint. Appearances blend, so that a prompt can change during an
/// episode.

#include <array>
#include <cstddef>
#include <glm/vec3.hpp>

#include "engine/asset/scene.h"
#include "engine/simulator/prompt.h"

namespace rv::simulator {

/// What a part of a model is painted with; the colour depends on the look, or on the prop for Wall, Roof and
/// Petal.
enum class Paint : unsigned char {
    Plain,  // the mesh's own colours
    Wall,
    Roof,
    Petal,
    Pane,
    Bulb,
    CarLight,
    Rock,
    Leaf0,
    Leaf1,
    Leaf2,
    Pine,
    Cactus,
    Palm,
    Bush,
    Tuft,
    Hedge,
    Ground,
    Road,
    Hill,
    Water,
};
inline constexpr std::size_t kPaintCount = static_cast<std::size_t>(Paint::Water) + 1;

struct Appearance {
    asset::Atmosphere atmosphere;
    std::array<glm::vec3, kPaintCount> paint;  ///< linear tint
    glm::vec3 lit_pane{1.0f};                  ///< tint of a window behind which somebody is at home
    float window_glow = 0.0f;                  ///< emission of those windows
    float lamp_glow = 0.0f;                    ///< emission of bulbs and strength of the lamps' light
};

Appearance appearance_of(const Look& look);
/// @param t 0 gives `from`, 1 gives `to`.
Appearance blend(const Appearance& from, const Appearance& to, float t);

}  // namespace rv::simulator
