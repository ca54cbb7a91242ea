#include "engine/simulator/terrain.h"

#include <algorithm>
#include <cmath>
#include <glm/common.hpp>
#include <glm/geometric.hpp>

#include "engine/asset/mesh_builder.h"

namespace rv::simulator {
namespace {

using glm::vec2;
using glm::vec3;

constexpr float kHalf = Terrain::kSizeM / 2;

float smooth(float t) {
    return t * t * (3.0f - 2.0f * t);
}

// Smooth noise in [-1, 1] over a lattice of random values.
class ValueNoise {
  public:
    explicit ValueNoise(Random& random) {
        for (float& value : values_) value = random.uniform(-1.0f, 1.0f);
    }
    [[nodiscard]] float at(vec2 p) const {
        const vec2 cell = glm::floor(p), f = p - cell;
        const auto value = [&](int dx, int dz) {
            const auto x = static_cast<unsigned>(static_cast<int>(cell.x) + dx) % kPeriod;
            const auto z = static_cast<unsigned>(static_cast<int>(cell.y) + dz) % kPeriod;
            return values_[z * kPeriod + x];
        };
        const float u = smooth(f.x), v = smooth(f.y);
        return glm::mix(glm::mix(value(0, 0), value(1, 0), u), glm::mix(value(0, 1), value(1, 1), u), v);
    }

  private:
    static constexpr unsigned kPeriod = 32;
    std::array<float, kPeriod * kPeriod> values_{};
};

// A grain in [0, 1) that depends on the place alone.
float grain(vec3 p) {
    const auto x = static_cast<std::uint32_t>(static_cast<std::int32_t>(std::floor(p.x * 8.0f)));
    const auto z = static_cast<std::uint32_t>(static_cast<std::int32_t>(std::floor(p.z * 8.0f)));
    std::uint32_t h = x * 0x9e3779b1u ^ z * 0x85ebca77u;
    h ^= h >> 15;
    h *= 0x2c1b3c6du;
    h ^= h >> 13;
    return static_cast<float>(h >> 8) / 16777216.0f;
}

// Broad patches of drier and lusher ground.
float patch(vec3 p) {
    return 0.5f + 0.25f * (std::sin(p.x * 0.21f + 1.3f * std::sin(p.z * 0.13f)) +
                           std::sin(p.z * 0.27f + p.x * 0.07f));
}

vec3 ground_color(vec3 center) {
    return glm::mix(vec3(0.88f, 0.95f, 0.9f), vec3(1.06f, 1.0f, 0.9f), patch(center)) *
           (0.86f + 0.22f * grain(center));
}

vec3 road_color(vec3 center) {
    return vec3(0.86f + 0.2f * grain(center));
}

// A triangle's corner with the signed distance to the road's edge.
struct Corner {
    vec3 position;
    float edge;
};

// Where the road's edge crosses the side a-b; one end is on the road and the other is not.
Corner crossing(const RoadNetwork& roads, Corner a, Corner b) {
    for (int i = 0; i < 8; ++i) {
        const float t = glm::clamp(a.edge / (a.edge - b.edge), 0.1f, 0.9f);
        const vec3 middle = glm::mix(a.position, b.position, t);
        const float edge = roads.edge_distance({middle.x, middle.z});
        ((edge < 0.0f) == (a.edge < 0.0f) ? a : b) = {middle, edge};
    }
    return {glm::mix(a.position, b.position, 0.5f), 0.0f};
}

class ChunkPainter {
  public:
    explicit ChunkPainter(const RoadNetwork& roads) : roads_(roads), ground_("ground"), road_("road") {}

    void triangle(const Corner& a, const Corner& b, const Corner& c) {
        const Corner corners[] = {a, b, c};
        int inside = 0;
        for (const Corner& corner : corners) inside += corner.edge < 0.0f ? 1 : 0;
        if (inside == 0 || inside == 3) {
            face(inside == 3, a, b, c);
            return;
        }
        // Turn the triangle so that the first corner is alone on its side of the edge.
        const bool lonely_inside = inside == 1;
        int first = 0;
        while ((corners[first].edge < 0.0f) != lonely_inside) ++first;
        const Corner &p = corners[first], &q = corners[(first + 1) % 3], &r = corners[(first + 2) % 3];
        const Corner pq = crossing(roads_, p, q), pr = crossing(roads_, p, r);
        face(lonely_inside, p, pq, pr);
        face(!lonely_inside, pq, q, r);
        face(!lonely_inside, pq, r, pr);
    }

    [[nodiscard]] Terrain::Chunk take() {
        Terrain::Chunk chunk;
        chunk.ground = ground_.take();
        chunk.road = road_.take();
        return chunk;
    }

  private:
    void face(bool on_road, const Corner& a, const Corner& b, const Corner& c) {
        const vec3 center = (a.position + b.position + c.position) / 3.0f;
        asset::MeshBuilder& mesh = on_road ? road_ : ground_;
        // Snow is trodden down on the roads, which stay visible.
        mesh.color(on_road ? road_color(center) : ground_color(center), on_road ? 0.5f : 1.0f)

            .triangle(a.position, b.position, c.position);
    }

    const RoadNetwork& roads_;
    asset::MeshBuilder ground_, road_;
};

void set_bounds(Terrain::Chunk& chunk) {
    vec3 low(1e9f), high(-1e9f);
    for (const asset::Mesh* mesh : {&chunk.ground, &chunk.road}) {
        for (const asset::Vertex& vertex : mesh->vertices) {
            low = glm::min(low, vertex.position);
            high = glm::max(high, vertex.position);
        }
    }
    chunk.center = 0.5f * (low + high);
    chunk.radius_m = 0.5f * glm::distance(low, high);
}

}  // namespace

Terrain::Terrain(Random& random) : heights_(static_cast<std::size_t>(kPoints * kPoints)) {
    const ValueNoise broad(random), fine(random);
    for (int z = 0; z < kPoints; ++z) {
        for (int x = 0; x < kPoints; ++x) {
            const vec2 p = vec2(static_cast<float>(x), static_cast<float>(z)) * kCellM;
            at(x, z) = 3.4f * broad.at(p / 42.0f) + 0.9f * fine.at(p / 17.0f);
        }
    }
    flatten(vec2(0.0f), kPlazaRadiusM + 1.0f, 14.0f, height_at(vec2(0.0f)));
}

vec3 Terrain::point(int x, int z) const {
    return {static_cast<float>(x) * kCellM - kHalf, at(x, z), static_cast<float>(z) * kCellM - kHalf};
}

float Terrain::height_at(vec2 p) const {
    const vec2 grid = glm::clamp((p + kHalf) / kCellM, vec2(0.0f), vec2(static_cast<float>(kCells) - 1e-3f));
    const int x = static_cast<int>(grid.x), z = static_cast<int>(grid.y);
    const float u = grid.x - static_cast<float>(x), v = grid.y - static_cast<float>(z);
    // The same diagonal as in build_chunks: from (x, z) to (x + 1, z + 1).
    const float a = at(x, z), d = at(x + 1, z + 1);
    if (u > v) return a + (at(x + 1, z) - a) * u + (d - at(x + 1, z)) * v;
    return a + (at(x, z + 1) - a) * v + (d - at(x, z + 1)) * u;
}

void Terrain::flatten(vec2 center, float radius_m, float fade_m, float height_m) {
    for (int z = 0; z < kPoints; ++z) {
        for (int x = 0; x < kPoints; ++x) {
            const vec3 p = point(x, z);
            const float distance = glm::distance(vec2(p.x, p.z), center);
            const float keep = smooth(glm::clamp((distance - radius_m) / fade_m, 0.0f, 1.0f));
            at(x, z) = glm::mix(height_m, at(x, z), keep);
        }
    }
}

std::vector<Terrain::Chunk> Terrain::build_chunks(const RoadNetwork& roads) const {
    std::vector<Corner> corners;
    corners.reserve(heights_.size());
    for (int z = 0; z < kPoints; ++z) {
        for (int x = 0; x < kPoints; ++x) {
            const vec3 p = point(x, z);
            corners.push_back({p, roads.edge_distance({p.x, p.z})});
        }
    }
    const auto corner = [&](int x, int z) -> const Corner& {
        return corners[static_cast<std::size_t>(z * kPoints + x)];
    };
    std::vector<Chunk> chunks;
    for (int cz = 0; cz < kCells; cz += kChunkCells) {
        for (int cx = 0; cx < kCells; cx += kChunkCells) {
            ChunkPainter painter(roads);
            for (int z = cz; z < cz + kChunkCells; ++z) {
                for (int x = cx; x < cx + kChunkCells; ++x) {
                    painter.triangle(corner(x, z), corner(x + 1, z + 1), corner(x + 1, z));
                    painter.triangle(corner(x, z), corner(x, z + 1), corner(x + 1, z + 1));
                }
            }
            Chunk chunk = painter.take();
            set_bounds(chunk);
            chunks.push_back(std::move(chunk));
        }
    }
    return chunks;
}

std::vector<Terrain::Chunk> Terrain::build_surroundings(Random& random) const {
    constexpr int kPerSide = 10, kRings = 4;
    constexpr std::array<float, kRings> kReach = {0.985f, 1.3f, 1.9f, 2.7f};
    const ValueNoise noise(random);
    const float mountain = random.uniform(0.0f, 6.2831853f);  // one high ridge shows where one is
    const auto outline = [&](int i) {  // along the square's border, counter-clockwise seen from above
        const int side = i / kPerSide % 4;
        const float t = -1.0f + 2.0f * static_cast<float>(i % kPerSide) / kPerSide;
        return side == 0 ? vec2(t, 1) : side == 1 ? vec2(1, -t) : side == 2 ? vec2(-t, -1) : vec2(-1, t);
    };
    const auto corner = [&](int i, int ring) {
        const vec2 square = outline(i % (4 * kPerSide));
        const vec2 round = glm::normalize(square) * 1.2f;
        const float part = static_cast<float>(ring) / (kRings - 1);
        const vec2 p = glm::mix(square, round, part) * kHalf * kReach[static_cast<std::size_t>(ring)];
        if (ring == 0) return vec3(p.x, height_at(p) - 0.15f, p.y);
        const float angle = std::atan2(p.y, p.x);
        const float ridge = std::pow(0.5f + 0.5f * std::cos(angle - mountain), 4.0f);
        const float rise = (7.0f + 5.0f * noise.at(p / 30.0f + 40.0f) +
                            30.0f * ridge * (0.75f + 0.5f * noise.at(p / 14.0f + 70.0f))) *
                           part * part;
        return vec3(p.x, height_at(p) * (1.0f - part) + rise, p.y);
    };
    std::vector<Chunk> sectors;
    for (int side = 0; side < 4; ++side) {
        asset::MeshBuilder mesh("hills");
        for (int i = side * kPerSide; i < (side + 1) * kPerSide; ++i) {
            for (int ring = 0; ring + 1 < kRings; ++ring) {
                const vec3 a = corner(i, ring), b = corner(i + 1, ring), c = corner(i + 1, ring + 1),
                           d = corner(i, ring + 1);
                mesh.color(ground_color(a)).triangle(a, d, c);
                mesh.color(ground_color(b)).triangle(a, c, b);
            }
        }
        Chunk chunk;
        chunk.ground = mesh.take();
        set_bounds(chunk);
        sectors.push_back(std::move(chunk));
    }
    return sectors;
}

}  // namespace rv::simulator
