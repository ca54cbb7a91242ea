#version 460
#extension GL_GOOGLE_include_directive : require
// Depth as the sun sees it.
#include "instance.glsl"

layout(push_constant) uniform Push { mat4 sun_view_projection; };
layout(location = 0) in vec3 position;

void main() { gl_Position = sun_view_projection * vec4(world_position(instances[gl_InstanceIndex], position), 1.0); }
