// The world's frame as it lies in shared memory: RGBA8 words, rows from the top, no image and no copy in between.

layout(set = 0, binding = 0, std430) readonly buffer Frame {
    uint texels[];
};

layout(push_constant) uniform Constants {
    ivec2 size;        // of the frame, pixels
    float brightness;  // 1 shows it as it is
} constants;

vec3 load(ivec2 at) {
    at = clamp(at, ivec2(0), constants.size - 1);
    return unpackUnorm4x8(texels[at.y * constants.size.x + at.x]).rgb;
}
