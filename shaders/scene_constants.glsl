// What one view of a scene needs, shared by all shaders that draw it. Matches rv::renderer::SceneConstants.
#ifndef RV_SCENE_CONSTANTS
#define RV_SCENE_CONSTANTS

const int kMaxLamps = 12;

struct Lamp {
    vec4 position_reach;
    vec4 color;
};

layout(binding = 0, std140) uniform SceneConstants {
    mat4 view_projection;  // reversed depth: 1 near, 0 far
    mat4 sun_view_projection;
    vec4 camera;        // xyz position, w time in seconds
    vec4 ray_origin;    // direction, of unit depth, through the top left corner of the picture
    vec4 ray_dx;        // change of it per pixel to the right, w: radians per pixel
    vec4 ray_dy;        // change of it per pixel down
    vec4 depth_range;   // near, far, depth of the sky, 0
    vec4 sun_direction; // w: shadow strength
    vec4 sun_color;     // w: disc
    vec4 sky_light;     // w: stars
    vec4 ground_light;  // w: exposure
    vec4 zenith;        // w: snow cover
    vec4 horizon;       // w: wetness
    vec4 fog;           // w: density per metre
    vec4 weather;       // rain, snowfall, streak width factor, shadow texel in metres
    ivec4 size;         // width, height, lamps, 1
    Lamp lamps[kMaxLamps];
} scene;

float linear_depth(float reversed) {
    const float near = scene.depth_range.x, far = scene.depth_range.y;
    return reversed > 0.0 ? near * far / (near + reversed * (far - near)) : scene.depth_range.z;
}

#endif
