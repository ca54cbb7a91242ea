#version 450
#extension GL_GOOGLE_include_directive : require
#define FRAME_IMAGE

#include "frame_source.glsl"
#include "frame_nearest.glsl"
