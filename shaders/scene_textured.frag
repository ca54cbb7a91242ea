#version 460
#extension GL_GOOGLE_include_directive : require
#include "surface.glsl"

layout(binding = 2) uniform sampler2DArray textures;

layout(location = 0) in vec4 root_albedo;
layout(location = 1) in vec3 normal;
layout(location = 2) flat in uint instance;
layout(location = 3) in vec3 uv;

layout(location = 0) out uvec2 surface;

void main() {
    const vec3 root = sqrt(texture(textures, uv).rgb) * root_albedo.rgb;
    surface = pack_surface(root, root_albedo.a, normal, instance);
}
