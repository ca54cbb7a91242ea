// The world's frame as it lies in shared memory, rows from the top, no copy in between: RGBA8 words in a buffer, or with
// FRAME_IMAGE an image.

#ifdef FRAME_IMAGE
layout(set = 0, binding = 0, rgba8) readonly uniform image2D frame;
#else
layout(set = 0, binding = 0, std430) readonly buffer Frame {
    uint texels[];
};
#endif

layout(push_constant) uniform Constants {
    ivec2 size;        // of the frame, pixels
    float brightness;  // 1 shows it as it is
} constants;

#ifdef FRAME_IMAGE
// What a row's number is multiplied with, once for all its texels.
#define ROW_STEP 1
// Colours in 0..255 of the texel in this column and in the row that was multiplied so; both inside the frame.
vec3 load_bytes(int column, int row) {
    return imageLoad(frame, ivec2(column, row)).rgb * 255.0;
}
vec3 load(ivec2 at) {
    return imageLoad(frame, clamp(at, ivec2(0), constants.size - 1)).rgb;
}
#else
#define ROW_STEP constants.size.x
vec3 load_bytes(int column, int row) {
    uint word = texels[row + column];
    return vec3(word & 0xffu, (word >> 8) & 0xffu, (word >> 16) & 0xffu);
}
vec3 load(ivec2 at) {
    at = clamp(at, ivec2(0), constants.size - 1);
    return unpackUnorm4x8(texels[at.y * constants.size.x + at.x]).rgb;
}
#endif
