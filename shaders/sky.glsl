// The sky: a gradient, soft clouds, sun or moon, stars, and the fog that swallows them towards the horizon.
#ifndef RV_SKY
#define RV_SKY
#include "scene_constants.glsl"

float hash(uvec2 p) {
    uint h = p.x * 0x9E3779B1u ^ p.y * 0x85EBCA77u;
    h = (h ^ h >> 15) * 0x2C1B3C6Du;
    h = (h ^ h >> 12) * 0x297A2D39u;
    return float(h >> 8) / 16777216.0;
}

float value_noise(vec2 p) {
    const vec2 cell = floor(p), f = p - cell;
    const uvec2 c = uvec2(ivec2(cell));
    const vec2 w = f * f * (3.0 - 2.0 * f);
    const vec2 rows = mix(vec2(hash(c), hash(c + uvec2(0, 1))), vec2(hash(c + uvec2(1, 0)), hash(c + uvec2(1, 1))), w.x);
    return mix(rows.x, rows.y, w.y);
}

// How much fog lies before the sky in a direction that rises by `up`.
float sky_fog(float up) {
    const float path = 1000.0 / (1.0 + 28.0 * max(up, 0.0));
    const float thickness = scene.fog.w * path;
    return 1.0 - exp(-thickness * thickness);
}

vec3 sky_gradient(vec3 direction) {
    const float up = max(direction.y, 0.0);
    return mix(scene.zenith.rgb, scene.horizon.rgb, exp(-5.0 * up));
}

vec3 clouds(vec3 sky, vec3 direction) {
    const vec2 at = direction.xz / (direction.y + 0.18) * 1.6 + vec2(0.012, 0.004) * scene.camera.w;
    const float shape = 0.65 * value_noise(at) + 0.35 * value_noise(at * 2.1 + 7.3);
    const float cover = smoothstep(0.52, 0.78, shape) * smoothstep(0.02, 0.25, direction.y);
    const vec3 lit = scene.horizon.rgb * 0.75 + scene.sun_color.rgb * 0.22;
    return mix(sky, lit, 0.75 * cover);
}

vec3 stars(vec3 direction) {
    const vec2 at = direction.xz / (1.0 + direction.y) * 26.0;  // stereographic: even density overhead
    const vec2 cell = floor(at);
    const uvec2 c = uvec2(ivec2(cell));
    const float chance = hash(c);
    if (chance < 0.80) return vec3(0.0);
    const vec2 place = cell + 0.25 + 0.5 * vec2(hash(c + 17u), hash(c + 71u));
    const float size = max(0.09, 22.0 * scene.ray_dx.w);  // never much smaller than a pixel
    const float light = exp(-dot(at - place, at - place) / (size * size)) * min(1.0, 0.0081 / (size * size) * 2.5);
    return mix(vec3(0.7, 0.8, 1.0), vec3(1.0, 0.9, 0.75), hash(c + 5u)) * light * (chance - 0.7) * 3.3;
}

vec3 sky_color(vec3 direction) {
    vec3 sky = sky_gradient(direction);
    if (direction.y > 0.0) {
        if (scene.sky_light.w > 0.0) sky += stars(direction) * scene.sky_light.w;
    }
    const float facing = dot(direction, scene.sun_direction.xyz);
    const float apart2 = max(2.0 - 2.0 * facing, 0.0);  // squared angle, radians
    const float blur = max(0.006, scene.ray_dx.w);
    const float disc = 1.0 - smoothstep(0.04 - blur, 0.04 + blur, sqrt(apart2));
    const float glow = 0.35 * exp(-apart2 * 28.0) + 0.12 * exp(-apart2 * 3.5);
    sky += scene.sun_color.rgb * scene.sun_color.w * (1.2 * disc + glow);
    if (direction.y > 0.0) sky = clouds(sky, direction);
    return mix(sky, scene.fog.rgb, sky_fog(direction.y));
}

#endif
