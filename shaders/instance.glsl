// One instance of a mesh. Matches rv::renderer::GpuInstance.
#ifndef RV_INSTANCE
#define RV_INSTANCE

struct Instance {
    vec4 rows[3];            // of the transform
    vec4 tint_emission;
    vec3 inverse_scale2;     // per axis: takes scale out of normals
    uint segment_texture;    // 8 bits segment, 24 bits texture
};
layout(binding = 1, std430) readonly buffer Instances { Instance instances[]; };

vec3 world_position(Instance i, vec3 position) {
    const vec4 p = vec4(position, 1.0);
    return vec3(dot(i.rows[0], p), dot(i.rows[1], p), dot(i.rows[2], p));
}

#endif
