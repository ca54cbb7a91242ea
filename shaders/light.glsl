// Light on a surface, and the air between it and the camera.
#ifndef RV_LIGHT
#define RV_LIGHT
#include "scene_constants.glsl"
#include "shadow.glsl"
#include "sky.glsl"

struct Surface {
    vec3 albedo;
    float exposure;
    vec3 normal;
    float emission;
};

// Snow lies on what looks up and is open to the sky; wetness darkens it.
void weather_surface(inout Surface s) {
    const float up = smoothstep(0.25, 0.75, s.normal.y) * s.exposure;
    s.albedo *= 1.0 - 0.45 * scene.horizon.w * mix(0.4, 1.0, up) * s.exposure;
    s.albedo = mix(s.albedo, vec3(0.84, 0.88, 0.95), scene.zenith.w * up);
}

vec3 lamp_light(vec3 position, vec3 normal) {
    vec3 sum = vec3(0.0);
    for (int i = 0; i < scene.size.z; ++i) {
        const vec3 to = lamps[i].position_reach.xyz - position;
        const float d2 = dot(to, to), reach = lamps[i].position_reach.w;
        const float x = d2 / (reach * reach);
        const float window = max(1.0 - x * x, 0.0);
        const float facing = dot(normal, to) * inversesqrt(d2 + 1e-4);
        sum += lamps[i].color.rgb * (window * window / (0.15 + 6.0 * x) * max(0.3 + 0.7 * facing, 0.0));
    }
    return sum;
}

vec3 lit_surface(Surface s, vec3 position, vec3 view) {
    weather_surface(s);
    const float facing = dot(s.normal, scene.sun_direction.xyz);
    const float wrapped = clamp((facing + 0.2) / 1.2, 0.0, 1.0);
    const vec3 ambient = mix(scene.ground_light.rgb, scene.sky_light.rgb, 0.5 + 0.5 * s.normal.y);
    vec3 light = ambient + scene.sun_color.rgb * (wrapped * sun_reaches(position, s.normal, facing));
    light += lamp_light(position, s.normal);
    vec3 color = s.albedo * (light + s.emission);
    // Wet ground mirrors some of the sky at flat angles.
    const float grazing = 1.0 - max(-dot(view, s.normal), 0.0);
    const float mirror = scene.horizon.w * s.exposure * smoothstep(0.5, 0.95, s.normal.y) * grazing * grazing * grazing;
    return mix(color, scene.horizon.rgb, 0.45 * mirror);
}

float fog_amount(float distance_m) {
    const float thickness = scene.fog.w * distance_m;
    return 1.0 - exp(-thickness * thickness);
}

// Light that the air around lamps throws towards the camera, along a ray of some length.
vec3 lamp_glow(vec3 direction, float distance_m) {
    vec3 sum = vec3(0.0);
    for (int i = 0; i < scene.size.z; ++i) {
        const vec3 to = lamps[i].position_reach.xyz - scene.camera.xyz;
        const float along = clamp(dot(to, direction), 0.0, distance_m);
        const vec3 miss = to - along * direction;
        const float reach = lamps[i].position_reach.w;
        const float x = dot(miss, miss) / (0.04 * reach * reach);
        sum += lamps[i].color.rgb * (exp(-2.0 * x) * exp(-scene.fog.w * along));
    }
    return sum * min(0.04 + 3.0 * scene.fog.w, 0.3);
}

// Straight up to 0.6, then an ever flatter shoulder below 1.
vec3 tone_curve(vec3 c) {
    c *= scene.ground_light.w;
    const vec3 over = max(c - 0.6, 0.0) / 0.4;
    return min(c, 0.6) + 0.4 * over / (1.0 + over);
}

vec3 srgb_encode(vec3 c) {
    return mix(1.055 * pow(max(c, 1e-5), vec3(1.0 / 2.4)) - 0.055, c * 12.92, lessThan(c, vec3(0.0031308)));
}

#endif
