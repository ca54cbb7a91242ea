#version 460
#extension GL_GOOGLE_include_directive : require
#include "surface.glsl"

layout(location = 0) in vec4 root_albedo;
layout(location = 1) in vec3 normal;
layout(location = 2) flat in uint instance;

layout(location = 0) out uvec2 surface;

void main() { surface = pack_surface(root_albedo.rgb, root_albedo.a, normal, instance); }
