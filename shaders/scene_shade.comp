#version 460
#extension GL_GOOGLE_include_directive : require
// From the raster pass's four surface samples per pixel to the four maps. A pixel inside one triangle, or all sky, is
// shaded once; edges are shaded per distinct sample and averaged.
//
// Work that few pixels need stands in loops, not in branches: a software rasteriser runs several pixels in lockstep and
// steps through both sides of a branch, but leaves a loop as soon as none of them needs it.
#include "light.glsl"
#include "surface.glsl"

layout(local_size_x = 8, local_size_y = 4) in;

layout(binding = 1) uniform usampler2DMS surfaces;
layout(binding = 2) uniform sampler2DMS depths;
layout(binding = 7) uniform sampler2DMS precipitation;
layout(binding = 3, std430) writeonly buffer ColorMap { uint color_map[]; };
layout(binding = 4, std430) writeonly buffer DepthMap { float depth_map[]; };
layout(binding = 5, std430) writeonly buffer NormalMap { uint normal_map[]; };
layout(binding = 6, std430) writeonly buffer SegmentMap { uint segment_map[]; };

bool is_sky(uvec2 s) { return s.y == 0u; }

vec3 shade(uvec2 s, float depth, vec3 ray, float ray_length) {
    const vec3 position = scene.camera.xyz + ray * depth;
    const Surface surface = Surface(surface_albedo(s), surface_exposure(s), surface_normal(s), surface_emission(s));
    const vec3 color = lit_surface(surface, position, ray / ray_length);
    return mix(color, scene.fog.rgb, fog_amount(depth * ray_length));
}

void shade_pixel(ivec2 pixel) {
    const vec3 ray = scene.ray_origin.xyz + (float(pixel.x) + 0.5) * scene.ray_dx.xyz +
                     (float(pixel.y) + 0.5) * scene.ray_dy.xyz;
    const float ray_length = length(ray);

    const uvec2 s0 = texelFetch(surfaces, pixel, 0).xy, s1 = texelFetch(surfaces, pixel, 1).xy,
                s2 = texelFetch(surfaces, pixel, 2).xy, s3 = texelFetch(surfaces, pixel, 3).xy;
    const float depth = linear_depth(texelFetch(depths, pixel, 0).x);
    const int at = pixel.y * scene.size.x + pixel.x;
    depth_map[at] = depth;
    segment_map[at] = surface_segment(s0);
    normal_map[at] = is_sky(s0) ? 0u : packSnorm4x8(vec4(surface_normal(s0), 0.0));

    const vec3 glow = lamp_glow(ray / ray_length, depth * ray_length);
    vec3 sum = vec3(0.0);
    const vec4 sky = vec4(is_sky(s0), is_sky(s1), is_sky(s2), is_sky(s3));
    const float sky_samples = dot(sky, vec4(1.0));
    vec4 open = 1.0 - sky;  // samples still to be shaded
    while (dot(open, vec4(1.0)) > 0.0) {  // one turn per distinct sample
        const int first = open.x > 0.0 ? 0 : open.y > 0.0 ? 1 : open.z > 0.0 ? 2 : 3;
        const uvec2 s = first == 0 ? s0 : first == 1 ? s1 : first == 2 ? s2 : s3;
        const vec4 same = open * vec4(s0 == s, s1 == s, s2 == s, s3 == s);
        const float sample_depth = linear_depth(texelFetch(depths, pixel, first).x);
        sum += dot(same, vec4(1.0)) * tone_curve(shade(s, sample_depth, ray, ray_length) + glow);
        open -= same;
    }
    const int sky_turns = sky_samples > 0.0 ? scene.size.w : 0;
    for (int turn = 0; turn < sky_turns; ++turn) {
        sum += sky_samples * tone_curve(sky_color(ray / ray_length) + glow);
    }
    vec3 color = 0.25 * sum;
    const int falling_turns = scene.weather.x + scene.weather.y > 0.0 ? scene.size.w : 0;
    for (int turn = 0; turn < falling_turns; ++turn) {
        float cover = 0.0;
        for (int k = 0; k < 4; ++k) cover += 0.25 * texelFetch(precipitation, pixel, k).x;
        const vec3 light = scene.sky_light.rgb + 0.5 * scene.sun_color.rgb + glow;
        const vec3 falling = mix(scene.horizon.rgb, vec3(1.3), 0.35 + 0.3 * scene.weather.y) * min(light * 1.6, 1.1);
        color = mix(color, tone_curve(falling), cover);
    }
    color_map[at] = packUnorm4x8(vec4(srgb_encode(color), 1.0));
}

void main() {
    scene = scene_values;
    // Each invocation takes several rows, so that it reads the constants once for all of them.
    const int rows_apart = int(gl_NumWorkGroups.y * gl_WorkGroupSize.y);
    const int x = int(gl_GlobalInvocationID.x);
    if (x >= scene.size.x) return;
    for (int y = int(gl_GlobalInvocationID.y); y < scene.size.y; y += rows_apart) shade_pixel(ivec2(x, y));
}
