#version 460
layout(location = 0) in vec2 across;
layout(location = 1) in float cover;
layout(location = 0) out vec4 coverage;

void main() {
    const float soft = max(1.0 - dot(across, across), 0.0);
    coverage = vec4(cover * soft);
}
