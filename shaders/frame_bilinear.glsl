layout(location = 0) in vec2 uv;
layout(location = 0) out vec4 colour;

void main() {
    vec2 at = uv * vec2(constants.size) - 0.5;
    ivec2 corner = ivec2(floor(at));
    vec2 f = at - vec2(corner);
    vec3 top = mix(load(corner), load(corner + ivec2(1, 0)), f.x);
    vec3 bottom = mix(load(corner + ivec2(0, 1)), load(corner + ivec2(1, 1)), f.x);
    colour = vec4(mix(top, bottom, f.y) * constants.brightness, 1.0);
}
