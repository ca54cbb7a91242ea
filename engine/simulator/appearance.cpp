#include "engine/simulator/appearance.h"

#include <cmath>
#include <glm/common.hpp>
#include <glm/geometric.hpp>
#include <glm/trigonometric.hpp>

#include "engine/asset/mesh_builder.h"

namespace rv::simulator {
namespace {

using asset::Atmosphere;
using asset::srgb;
using glm::mix;
using glm::vec3;

// The sky, the light and what the air turns to, hour by hour.
struct Hour {
    float sun_elevation_deg, sun_azimuth_deg;
    vec3 sun, sky_light, ground_light, zenith, horizon;
    vec3 fog, overcast, snow_cloud;  // the air in fog, rain and snow
    float glow;                      // of windows and lamps
    float stars;
};

Hour hour_of(TimeOfDay time) {
    switch (time) {
        case TimeOfDay::Dawn:
            return {14.0f,
                    70.0f,
                    {1.35f, 0.82f, 0.62f},
                    {0.36f, 0.33f, 0.44f},
                    {0.24f, 0.19f, 0.18f},
                    srgb(0x86a6dc),
                    srgb(0xffc6ac),
                    srgb(0xecd0c4),
                    srgb(0x9c97a8),
                    srgb(0xccbcc8),
                    0.25f,
                    0.0f};
        case TimeOfDay::Noon:
            return {58.0f,
                    150.0f,
                    {1.22f, 1.16f, 1.0f},
                    {0.42f, 0.48f, 0.58f},
                    {0.22f, 0.22f, 0.19f},
                    srgb(0x3d86da),
                    srgb(0xc4e3f6),
                    srgb(0xdfe5e8),
                    srgb(0x92a0ae),
                    srgb(0xbcc7d2),
                    0.0f,
                    0.0f};
        case TimeOfDay::Dusk:
            return {7.0f,
                    285.0f,
                    {1.25f, 0.46f, 0.2f},
                    {0.25f, 0.17f, 0.3f},
                    {0.16f, 0.09f, 0.11f},
                    srgb(0x43336f),
                    srgb(0xff8442),
                    srgb(0xb47a66),
                    srgb(0x5f5060),
                    srgb(0x8a7690),
                    0.85f,
                    0.25f};
        case TimeOfDay::Night:
            break;
    }
    return {42.0f,
            215.0f,
            {0.13f, 0.17f, 0.3f},
            {0.055f, 0.075f, 0.16f},
            {0.025f, 0.03f, 0.06f},
            srgb(0x0a1230),
            srgb(0x1f2d58),
            srgb(0x202a46),
            srgb(0x131a2c),
            srgb(0x27314c),
            1.0f,
            1.0f};
}

vec3 direction(float elevation_deg, float azimuth_deg) {
    const float e = glm::radians(elevation_deg), a = glm::radians(azimuth_deg);
    return {std::cos(e) * std::sin(a), std::sin(e), -std::cos(e) * std::cos(a)};
}

Atmosphere clear_sky(const Hour& hour) {
    Atmosphere air;
    air.sun_direction = direction(hour.sun_elevation_deg, hour.sun_azimuth_deg);
    air.sun_color = hour.sun;
    air.sky_light = hour.sky_light;
    air.ground_light = hour.ground_light;
    air.zenith = hour.zenith;
    air.horizon = hour.horizon;
    air.fog_color = mix(hour.horizon, hour.zenith, 0.25f);
    air.fog_density_per_m = 0.0045f;
    air.stars = hour.stars;
    return air;
}

// Everything takes the colour of the air: sky, fog and the light from all sides.
void overcast(Atmosphere& air, vec3 color, float sun_part, float ambient_part) {
    const float brightness = glm::dot(air.sky_light, vec3(0.3f, 0.6f, 0.1f)) +
                             0.35f * glm::dot(air.sun_color, vec3(0.3f, 0.6f, 0.1f));
    const float shade = glm::dot(color, vec3(0.3f, 0.6f, 0.1f));
    air.zenith = color * 0.85f;
    air.horizon = color;
    air.fog_color = color;
    air.sky_light = color / shade * brightness * ambient_part;
    air.ground_light *= ambient_part;
    air.sun_color *= sun_part;
    air.sun_disc = 0.0f;
    air.stars = 0.0f;
}

void apply(Weather weather, const Hour& hour, Atmosphere& air) {
    switch (weather) {
        case Weather::Clear:
            break;
        case Weather::Fog:
            overcast(air, hour.fog, 0.25f, 0.95f);
            air.zenith = hour.fog;
            air.fog_density_per_m = 0.058f;
            break;
        case Weather::Rain:
            overcast(air, hour.overcast, 0.15f, 0.7f);
            air.fog_density_per_m = 0.016f;
            air.wetness = 1.0f;
            air.rain = 1.0f;
            break;
        case Weather::Snow:
            overcast(air, hour.snow_cloud, 0.25f, 0.9f);
            air.fog_density_per_m = 0.02f;
            air.snow_cover = 0.88f;
            air.snowfall = 1.0f;
            break;
    }
}

struct Palette {
    std::uint32_t ground, road, hill, hedge, bush, tuft, rock, water;
    std::array<std::uint32_t, 3> leaves;
    std::uint32_t pine;
};

Palette palette_of(Biome biome) {
    switch (biome) {
        case Biome::Meadow:
            return {0x7aa654, 0xd8c093, 0x86b08c,
                    0x4f8a42, 0x67a348, 0x9cc45c,
                    0xffffff, 0x4f9fc4, {0x5c9c46, 0x7db552, 0x48894f},
                    0x3c7654};
        case Biome::Autumn:
            return {0xb39a4c, 0xc4a67d, 0xb0895c,
                    0x8a6a34, 0xc26b2c, 0xc9a84e,
                    0xfff2e0, 0x5b8fa8, {0xe5822e, 0xd04a2a, 0xecb63c},
                    0x526f48};
        case Biome::Desert:
            return {0xe8c78c, 0xb98658, 0xd9a06c,
                    0xa38f58, 0xa8a862, 0xc4b06a,
                    0xf2b98e, 0x4fb5b0, {0x7aa650, 0x7aa650, 0x7aa650},
                    0x5f9a5c};
        case Biome::Winter:
            break;
    }
    return {0xd2dce8, 0x9f968f, 0xcddaea,
            0xb9c8cf, 0xc8d6da, 0xd6dfe2,
            0xe4ecf5, 0xa9cfe4, {0xcfdce6, 0xcfdce6, 0xcfdce6},
            0x4a7a6a};
}

void set(Appearance& look, Paint paint, std::uint32_t color) {
    look.paint[static_cast<std::size_t>(paint)] = srgb(color);
}

}  // namespace

Appearance appearance_of(const Look& look) {
    Appearance result;
    const Hour hour = hour_of(look.time);
    result.atmosphere = clear_sky(hour);
    apply(look.weather, hour, result.atmosphere);
    if (look.biome == Biome::Winter) {
        result.atmosphere.snow_cover = std::max(result.atmosphere.snow_cover, 0.55f);
    }
    if (look.biome == Biome::Desert && look.weather == Weather::Clear) {
        result.atmosphere.horizon =
            mix(result.atmosphere.horizon, result.atmosphere.horizon * vec3(1.1f, 0.95f, 0.75f), 0.7f);
        result.atmosphere.fog_color = result.atmosphere.horizon;
    }
    result.paint.fill(vec3(1.0f));
    const Palette palette = palette_of(look.biome);
    set(result, Paint::Ground, palette.ground);
    set(result, Paint::Road, palette.road);
    set(result, Paint::Hill, palette.hill);
    set(result, Paint::Hedge, palette.hedge);
    set(result, Paint::Bush, palette.bush);
    set(result, Paint::Tuft, palette.tuft);
    set(result, Paint::Rock, palette.rock);
    set(result, Paint::Water, palette.water);
    set(result, Paint::Leaf0, palette.leaves[0]);
    set(result, Paint::Leaf1, palette.leaves[1]);
    set(result, Paint::Leaf2, palette.leaves[2]);
    set(result, Paint::Pine, palette.pine);
    set(result, Paint::Cactus, 0x5f9f5f);
    set(result, Paint::Palm, 0x74aa4e);
    set(result, Paint::Pane, 0x6d8ea0);
    set(result, Paint::Bulb, 0xfff0cc);
    set(result, Paint::CarLight, 0xffffff);
    // Dull weather makes people light their lamps earlier.
    const float dull = look.weather == Weather::Clear ? 0.0f : 0.2f;
    const float glow = std::min(1.0f, hour.glow + dull);
    result.lit_pane = mix(srgb(0x6d8ea0), srgb(0xffc46b), glow);
    result.window_glow = 1.3f * glow;
    result.lamp_glow = 1.0f * std::max(0.0f, glow - 0.1f);
    return result;
}

Appearance blend(const Appearance& a, const Appearance& b, float t) {
    Appearance out;
    const auto of = [t](const auto& x, const auto& y) { return x + (y - x) * t; };
    const Atmosphere &p = a.atmosphere, &q = b.atmosphere;
    Atmosphere& air = out.atmosphere;
    // Opposite directions pass over the zenith instead of through zero.
    const vec3 between = of(p.sun_direction, q.sun_direction) + vec3(0.0f, 0.05f, 0.0f) * (t * (1.0f - t));
    air.sun_direction = t <= 0.0f ? p.sun_direction : t >= 1.0f ? q.sun_direction : glm::normalize(between);
    air.sun_color = of(p.sun_color, q.sun_color);
    air.sky_light = of(p.sky_light, q.sky_light);
    air.ground_light = of(p.ground_light, q.ground_light);
    air.zenith = of(p.zenith, q.zenith);
    air.horizon = of(p.horizon, q.horizon);
    air.fog_color = of(p.fog_color, q.fog_color);
    air.fog_density_per_m = of(p.fog_density_per_m, q.fog_density_per_m);
    air.sun_disc = of(p.sun_disc, q.sun_disc);
    air.stars = of(p.stars, q.stars);
    air.snow_cover = of(p.snow_cover, q.snow_cover);
    air.wetness = of(p.wetness, q.wetness);
    air.rain = of(p.rain, q.rain);
    air.snowfall = of(p.snowfall, q.snowfall);
    air.exposure = of(p.exposure, q.exposure);
    for (std::size_t i = 0; i < kPaintCount; ++i) out.paint[i] = of(a.paint[i], b.paint[i]);
    out.lit_pane = of(a.lit_pane, b.lit_pane);
    out.window_glow = of(a.window_glow, b.window_glow);
    out.lamp_glow = of(a.lamp_glow, b.lamp_glow);
    return out;
}

}  // namespace rv::simulator
