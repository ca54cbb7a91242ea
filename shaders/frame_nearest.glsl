// Every pixel of the frame as a hard-edged square.

layout(location = 0) in vec2 uv;
layout(location = 0) out vec4 colour;

void main() {
    colour = vec4(load(ivec2(uv * vec2(constants.size))) * constants.brightness, 1.0);
}
