// What one view of a scene needs, shared by all shaders that draw it. Matches rv::renderer::SceneConstants.
#ifndef RV_SCENE_CONSTANTS
#define RV_SCENE_CONSTANTS

// Far more than scene.size.z ever says. Compilers unroll a loop over a short array whatever its bound, and then
// software pays for all lamps when none is lit.
const int kLampSlots = 64;

struct Lamp {
    vec4 position_reach;
    vec4 color;
};

struct SceneValues {
    mat4 view_projection;  // reversed depth: 1 near, 0 far
    mat4 sun_view_projection;
    vec4 camera;        // xyz position, w time in seconds
    vec4 ray_origin;    // direction, of unit depth, through the top left corner of the picture
    vec4 ray_dx;        // change of it per pixel to the right, w: radians per pixel
    vec4 ray_dy;        // change of it per pixel down
    vec4 depth_range;   // near, far, depth of the sky, 1 if the sun throws shadows
    vec4 sun_direction;
    vec4 sun_color;     // w: disc
    vec4 sky_light;     // w: stars
    vec4 ground_light;  // w: exposure
    vec4 zenith;        // w: snow cover
    vec4 horizon;       // w: wetness
    vec4 fog;           // w: density per metre
    vec4 weather;       // rain, snowfall, 1 if there are moving shadows, shadow texel in metres
    ivec4 size;         // width, height, lamps, 1
};

layout(binding = 0, std140) uniform SceneConstants {
    SceneValues scene_values;
    Lamp lamps[kLampSlots];
};

// Every shader begins with `scene = scene_values`: one read for all that follows. In software each read of a uniform
// costs as much as a dozen multiplications.
SceneValues scene;

float linear_depth(float reversed) {
    const float near = scene.depth_range.x, far = scene.depth_range.y;
    return reversed > 0.0 ? near * far / (near + reversed * (far - near)) : scene.depth_range.z;
}

#endif
