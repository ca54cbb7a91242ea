#pragma once
/// Something that stands or moves in the village: which model, where, and how it is coloured.

#include <array>
#include <glm/mat4x4.hpp>
#include <glm/vec3.hpp>

#include "engine/simulator/model_library.h"
#include "engine/simulator/segments.h"

namespace rv::simulator {

inline constexpr std::size_t kBiomeCount = 4;

struct Prop {
    std::array<ModelId, kBiomeCount> model{kNoModel, kNoModel, kNoModel,
                                           kNoModel};  ///< by biome: plants change
    glm::mat4 transform{1.0f};
    glm::vec3 position{0.0f};    ///< translation of `transform`
    float scale = 1.0f;          ///< of `transform`, for its bounds
    float visible_m = 1000.0f;   ///< not drawn from farther away
    float near_model_m = 34.0f;  ///< the simpler model is drawn from farther away
    glm::vec3 wall{1.0f};        ///< tint for Paint::Wall
    glm::vec3 roof{1.0f};        ///< tint for Paint::Roof and Paint::Petal
    Paint leaf = Paint::Leaf0;   ///< replaces Paint::Leaf0
    bool lit = false;            ///< lights behind the windows at night
    Segment segment = Segment::Terrain;
};

}  // namespace rv::simulator
