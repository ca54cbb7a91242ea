#version 460
#extension GL_GOOGLE_include_directive : require
// From the raster pass's four surface samples per pixel to the four maps. A pixel inside one triangle, or all sky, is
// shaded once; edges are shaded per distinct sample and averaged.
#include "light.glsl"
#include "surface.glsl"

layout(local_size_x = 8, local_size_y = 4) in;

layout(binding = 1) uniform usampler2DMS surfaces;
layout(binding = 2) uniform sampler2DMS depths;
layout(binding = 3, std430) writeonly buffer ColorMap { uint color_map[]; };
layout(binding = 4, std430) writeonly buffer DepthMap { float depth_map[]; };
layout(binding = 5, std430) writeonly buffer NormalMap { uint normal_map[]; };
layout(binding = 6, std430) writeonly buffer SegmentMap { uint segment_map[]; };

vec3 shade(uvec2 s, float depth, vec3 ray) {
    const vec3 direction = normalize(ray);
    if (depth >= scene.depth_range.z) return sky_color(direction) + lamp_glow(direction, 60.0);
    const vec3 position = scene.camera.xyz + ray * depth;
    const float distance_m = depth * length(ray);
    const Surface surface =
        Surface(surface_albedo(s), surface_exposure(s), surface_normal(s), surface_emission(s));
    const vec3 color = lit_surface(surface, position, direction, 1.0);
    return mix(color, scene.fog.rgb, fog_amount(distance_m)) + lamp_glow(direction, distance_m);
}

void main() {
    const ivec2 pixel = ivec2(gl_GlobalInvocationID.xy);
    if (any(greaterThanEqual(pixel, scene.size.xy))) return;
    const vec3 ray = scene.ray_origin.xyz + (float(pixel.x) + 0.5) * scene.ray_dx.xyz +
                     (float(pixel.y) + 0.5) * scene.ray_dy.xyz;

    uvec2 previous = texelFetch(surfaces, pixel, 0).xy;
    const float depth = linear_depth(texelFetch(depths, pixel, 0).x);
    const int at = pixel.y * scene.size.x + pixel.x;
    depth_map[at] = depth;
    segment_map[at] = surface_segment(previous);
    const bool sky = depth >= scene.depth_range.z;
    normal_map[at] = sky ? 0u : packSnorm4x8(vec4(surface_normal(previous), 0.0));

    vec3 last = tone_curve(shade(previous, depth, ray));
    vec3 sum = last;
    for (int i = 1; i < 4; ++i) {
        const uvec2 s = texelFetch(surfaces, pixel, i).xy;
        if (s != previous) {
            last = tone_curve(shade(s, linear_depth(texelFetch(depths, pixel, i).x), ray));
            previous = s;
        }
        sum += last;
    }
    color_map[at] = packUnorm4x8(vec4(srgb_encode(sum * 0.25), 1.0));
}
