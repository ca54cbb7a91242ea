#pragma once
/// Classes of the village's and the maze's segmentation maps.

#include <cstdint>
#include <string>
#include <vector>

namespace rv::simulator {

enum class Segment : std::uint8_t {
    Sky,
    Terrain,
    Road,
    House,
    Tree,
    Fence,
    Lamp,
    Car,
    Animal,
    Rock,
    Water,
    Furniture
};

inline std::vector<std::string> village_segment_names() {
    return {"sky",  "terrain", "road",   "house", "tree",  "fence",
            "lamp", "car",     "animal", "rock",  "water", "furniture"};
}

}  // namespace rv::simulator
