#include "engine/simulator/maze_textures.h"

#include <algorithm>
#include <cmath>
#include <glm/common.hpp>

namespace rv::simulator {
namespace {

using glm::vec3;

vec3 from_hue(float hue, float saturation, float value) {
    const vec3 k(5.0f, 3.0f, 1.0f);
    const vec3 ramp = glm::mod(k + hue * 6.0f, 6.0f);
    const vec3 part = glm::clamp(glm::min(ramp, 4.0f - ramp), 0.0f, 1.0f);
    return value * (1.0f - saturation * part);
}

bool is_seam(int position, int period) {
    return position % period < 2;
}

// How far a pattern has gone from the first colour to the second at a pixel, 0 to 1.
float pattern_at(int pattern, int x, int y) {
    constexpr float kTurn = 6.2831853f / kMazeTextureSize;
    const auto fx = static_cast<float>(x), fy = static_cast<float>(y);
    switch (pattern) {
        case 0: {  // bricks
            const int row = y / 16;
            return is_seam(y, 16) || is_seam(x + (row % 2) * 16, 32)
                       ? 1.0f
                       : 0.12f * static_cast<float>((row * 3 + x / 32) % 3);
        }
        case 1:
            return (x / 16 + y / 16) % 2 == 0 ? 0.0f : 1.0f;  // checkers
        case 2:
            return is_seam(x, 16) ? 1.0f : 0.2f * static_cast<float>((x / 16 * 7) % 3);  // planks
        case 3:
            return y / 8 % 2 == 0 ? 0.0f : 0.8f;  // stripes
        case 4: {                                 // dots
            const float dx = static_cast<float>(x % 32) - 15.5f, dy = static_cast<float>(y % 32) - 15.5f;
            return dx * dx + dy * dy < 90.0f ? 1.0f : 0.0f;
        }
        case 5:
            return (x + y) / 16 % 2 == 0 ? 0.0f : 0.9f;  // diagonals
        case 6:
            return 0.5f + 0.5f * std::sin(kTurn * (3.0f * fx + 6.0f * std::sin(kTurn * fy) * 2.0f));  // waves
        default:
            break;
    }
    const int dx = std::abs(x % 32 - 16), dy = std::abs(y % 32 - 16);  // diamonds
    return dx + dy < 12 ? 1.0f : dx + dy < 16 ? 0.5f : 0.0f;
}

}  // namespace

asset::Texture make_maze_texture(int pattern, Random& random) {
    const float hue = random.unit();
    const vec3 first = from_hue(hue, random.uniform(0.35f, 0.75f), random.uniform(0.55f, 0.95f));
    const vec3 second = from_hue(hue + random.uniform(0.15f, 0.85f), random.uniform(0.2f, 0.7f),
                                 random.uniform(0.35f, 0.95f));
    asset::Texture texture;
    texture.size = kMazeTextureSize;
    for (int y = 0; y < kMazeTextureSize; ++y) {
        for (int x = 0; x < kMazeTextureSize; ++x) {
            const vec3 color = glm::mix(first, second, pattern_at(pattern, x, y));
            for (int c = 0; c < 3; ++c) {
                texture.rgba.push_back(
                    static_cast<std::uint8_t>(std::clamp(color[c], 0.0f, 1.0f) * 255.0f + 0.5f));
            }
            texture.rgba.push_back(255);
        }
    }
    return texture;
}

}  // namespace rv::simulator
