// A surface sample in 64 bits: what the raster pass writes and the shading pass reads.
//   x: 3 x 8 bits square root of albedo, 4 bits exposure to the sky, 4 bits emission
//   y: 2 x 12 bits octahedral normal, 8 bits segment
#ifndef RV_SURFACE
#define RV_SURFACE

const float kMaxEmission = 4.0;

vec2 octahedral(vec3 n) {
    n /= abs(n.x) + abs(n.y) + abs(n.z);
    const vec2 folded = (1.0 - abs(n.yx)) * vec2(n.x >= 0.0 ? 1.0 : -1.0, n.y >= 0.0 ? 1.0 : -1.0);
    return n.z >= 0.0 ? n.xy : folded;
}

vec3 from_octahedral(vec2 e) {
    vec3 n = vec3(e, 1.0 - abs(e.x) - abs(e.y));
    const float t = max(-n.z, 0.0);
    n.xy += vec2(n.x >= 0.0 ? -t : t, n.y >= 0.0 ? -t : t);
    return normalize(n);
}

// Segment and emission are the same all over an instance: packed once per vertex.
uint pack_instance(uint segment, float emission) {
    return segment | uint(sqrt(clamp(emission / kMaxEmission, 0.0, 1.0)) * 15.0 + 0.5) << 8;
}

uvec2 pack_surface(vec3 root_albedo, float exposure, vec3 normal, uint instance) {
    const uvec3 c = uvec3(clamp(root_albedo, 0.0, 1.0) * 255.0 + 0.5);
    const uint e = uint(clamp(exposure, 0.0, 1.0) * 15.0 + 0.5);
    const uvec2 n = uvec2(octahedral(normal) * 2047.0 + 2048.0);
    return uvec2(c.x | c.y << 8 | c.z << 16 | e << 24 | (instance >> 8) << 28,
                 n.x | n.y << 12 | (instance & 255u) << 24);
}

vec3 surface_albedo(uvec2 s) {
    const vec3 root = vec3(s.x & 255u, s.x >> 8 & 255u, s.x >> 16 & 255u) / 255.0;
    return root * root;
}
float surface_exposure(uvec2 s) { return float(s.x >> 24 & 15u) / 15.0; }
float surface_emission(uvec2 s) {
    const float root = float(s.x >> 28) / 15.0;
    return root * root * kMaxEmission;
}
vec3 surface_normal(uvec2 s) { return from_octahedral((vec2(s.y & 4095u, s.y >> 12 & 4095u) - 2047.5) / 2047.0); }
uint surface_segment(uvec2 s) { return s.y >> 24; }

#endif
