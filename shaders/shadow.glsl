// How much of the sun reaches a place. Two maps: things that stand still are drawn once, things that move every frame.
// The nearer of the two counts texel by texel, so the split cannot be seen.
#ifndef RV_SHADOW
#define RV_SHADOW
#include "scene_constants.glsl"

layout(binding = 8) uniform sampler2D still_shadows;
layout(binding = 9) uniform sampler2D moving_shadows;

float sun_reaches(vec3 position, vec3 normal, float facing) {
    const int shadow_turns = int(scene.depth_range.w), moving_turns = int(scene.weather.z);
    float result = 1.0;
    for (int turn = 0; turn < shadow_turns; ++turn) {
        const vec3 lifted = position + normal * (1.2 * scene.weather.w);
        const vec3 seen = (scene.sun_view_projection * vec4(lifted, 1.0)).xyz;
        const vec2 size = vec2(textureSize(still_shadows, 0));
        const vec2 texel = (seen.xy * 0.5 + 0.5) * size - 0.5;
        const vec2 corner = (floor(texel) + 1.0) / size, part = fract(texel);
        vec4 blocker = textureGather(still_shadows, corner);
        for (int moving = 0; moving < moving_turns; ++moving) {
            blocker = min(blocker, textureGather(moving_shadows, corner));
        }
        const vec4 lit = step(vec4(seen.z - 0.0006), blocker);  // (0, 1), (1, 1), (1, 0), (0, 0)
        const float reaches = mix(mix(lit.w, lit.z, part.x), mix(lit.x, lit.y, part.x), part.y);
        const float border = smoothstep(0.75, 0.95, max(max(abs(seen.x), abs(seen.y)), abs(2.0 * seen.z - 1.0)));
        // Surfaces that turn away from the sun are dark by themselves.
        result = mix(1.0, mix(reaches, 1.0, border), smoothstep(0.0, 0.12, facing));
    }
    return result;
}

#endif
