#version 460
#extension GL_GOOGLE_include_directive : require
// Rain and snow: particles that hang in the world, in a box that repeats around the camera. Six vertices each; the
// first `drops` are rain, the rest flakes.
#include "scene_constants.glsl"
#include "sky.glsl"

layout(push_constant) uniform Push { uint drops; };

layout(location = 0) out vec2 out_across;  // -1 to 1
layout(location = 1) out float out_cover;

const float kBox = 14.0;  // metres

const vec2 kCorners[6] = {vec2(-1, -1), vec2(1, -1), vec2(1, 1), vec2(-1, -1), vec2(1, 1), vec2(-1, 1)};

void main() {
    scene = scene_values;
    const uint id = uint(gl_VertexIndex) / 6u;
    const vec2 corner = kCorners[gl_VertexIndex % 6];
    const bool drop = id < drops;
    const float time = scene.camera.w;
    const vec3 home = kBox * vec3(hash(uvec2(id, 1)), hash(uvec2(id, 2)), hash(uvec2(id, 3)));
    const float pace = 0.8 + 0.4 * hash(uvec2(id, 4));
    const vec3 velocity = drop ? vec3(0.9, -8.5 * pace, 0.3) : vec3(0.35, -1.1 * pace, 0.15);
    const float sway = 6.2832 * (hash(uvec2(id, 5)) + 0.3 * time);
    vec3 place = home + velocity * time + (drop ? vec3(0.0) : 0.25 * vec3(sin(sway), 0.0, cos(sway)));
    place = scene.camera.xyz + (fract((place - scene.camera.xyz) / kBox) - 0.5) * kBox;

    const vec3 from_eye = place - scene.camera.xyz;
    const float far = length(from_eye);
    const vec3 axis = drop ? normalize(velocity) : normalize(cross(from_eye, vec3(1, 0, 0.01)));
    const vec3 side = normalize(cross(axis, from_eye));
    // Never thinner than a pixel: thinner ones cover less instead, so that the picture does not flicker.
    const float pixel = far * scene.ray_dx.w;
    const float wanted = drop ? 0.008 : 0.03;
    const float radius = max(wanted, 0.8 * pixel);
    const float half_length = drop ? 0.28 : radius;
    out_across = corner;
    out_cover = (drop ? 0.5 : 0.9) * min(1.0, 2.0 * wanted / radius) * smoothstep(0.5, 1.6, far) *
                (1.0 - smoothstep(0.3 * kBox, 0.5 * kBox, far));
    const vec3 at = place + side * (corner.x * radius) + axis * (corner.y * half_length);
    gl_Position = out_cover > 0.004 ? scene.view_projection * vec4(at, 1.0) : vec4(0.0, 0.0, -1.0, 1.0);
}
