#version 460
#extension GL_GOOGLE_include_directive : require
#include "instance.glsl"
#include "scene_constants.glsl"
#include "surface.glsl"

layout(location = 0) in vec3 position;
layout(location = 1) in vec3 normal;
layout(location = 2) in vec4 color;
layout(location = 3) in vec2 uv;

layout(location = 0) out vec4 out_root_albedo;  // w: exposure
layout(location = 1) out vec3 out_normal;
layout(location = 2) flat out uint out_instance;
layout(location = 3) out vec3 out_uv;  // z: texture

void main() {
    const Instance i = instances[gl_InstanceIndex];
    const vec3 world = world_position(i, position);
    const vec3 n = normal * i.inverse_scale2;
    out_normal = vec3(dot(i.rows[0].xyz, n), dot(i.rows[1].xyz, n), dot(i.rows[2].xyz, n));
    out_root_albedo = vec4(sqrt(color.rgb * i.tint_emission.rgb), color.a);
    out_instance = pack_instance(i.segment_texture & 255u, i.tint_emission.w);
    out_uv = vec3(uv, float(i.segment_texture >> 8));
    gl_Position = scene_values.view_projection * vec4(world, 1.0);
}
