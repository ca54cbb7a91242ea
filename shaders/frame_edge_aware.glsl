// Upscaling that follows edges. The structure tensor of the twelve texels around the pixel tells in which direction the
// picture changes least; a windowed kernel over the same texels is stretched along that direction and
// narrowed across it. The result is kept within the colours of the four nearest texels, so that nothing rings.

layout(location = 0) in vec2 uv;
layout(location = 0) out vec4 colour;

const vec3 kLuma = vec3(0.299, 0.587, 0.114) / 255.0;

// The window is almost zero there, and loads are what this shader spends its time on.
bool is_corner(int i, int j) {
    return (i == 0 || i == 3) && (j == 0 || j == 3);
}

void main() {
    vec2 at = uv * vec2(constants.size) - 0.5;
    ivec2 corner = ivec2(floor(at));
    vec2 f = at - vec2(corner);

    // Colours in 0..255: scaling once at the end is cheaper than sixteen times here.
    vec3 c[16];
    float y[16];
    ivec4 columns = clamp(corner.x + ivec4(-1, 0, 1, 2), 0, constants.size.x - 1);
    ivec4 rows = clamp(corner.y + ivec4(-1, 0, 1, 2), 0, constants.size.y - 1) * ROW_STEP;
    for (int j = 0; j < 4; ++j) {
        for (int i = 0; i < 4; ++i) {
            if (is_corner(i, j)) continue;
            c[j * 4 + i] = load_bytes(columns[i], rows[j]);
            y[j * 4 + i] = dot(c[j * 4 + i], kLuma);
        }
    }

    // Central differences at the four nearest texels, weighted bilinearly: J = sum w grad grad^T.
    vec3 tensor = vec3(0.0);  // xx, xy, yy
    for (int j = 1; j <= 2; ++j) {
        for (int i = 1; i <= 2; ++i) {
            int k = j * 4 + i;
            vec2 g = 0.5 * vec2(y[k + 1] - y[k - 1], y[k + 4] - y[k - 4]);
            float w = (i == 1 ? 1.0 - f.x : f.x) * (j == 1 ? 1.0 - f.y : f.y);
            tensor += w * vec3(g.x * g.x, g.x * g.y, g.y * g.y);
        }
    }
    // Eigenvalues of J; `along` is the eigenvector of the smaller one.
    float mean = 0.5 * (tensor.x + tensor.z);
    float difference = 0.5 * (tensor.x - tensor.z);
    float spread = sqrt(difference * difference + tensor.y * tensor.y);
    vec2 along = vec2(-tensor.y, difference + spread);
    float length2 = dot(along, along);
    along = length2 > 1e-12 ? along * inversesqrt(length2) : (difference > 0.0 ? vec2(0.0, 1.0) : vec2(1.0, 0.0));
    vec2 across = vec2(-along.y, along.x);
    // 0 where the picture is flat or textured, 1 on a clean edge.
    float edge = spread / (mean + 1e-4);
    edge *= edge;
    float shrink_along = mix(1.0, 0.55, edge), shrink_across = mix(1.0, 1.35, edge);

    // Offsets of the texels in the edge's own frame, one sum of a column's and a row's share each.
    vec4 dx = vec4(-1.0, 0.0, 1.0, 2.0) - f.x, dy = vec4(-1.0, 0.0, 1.0, 2.0) - f.y;
    vec4 along_x = dx * along.x * shrink_along, along_y = dy * along.y * shrink_along;
    vec4 across_x = dx * across.x * shrink_across, across_y = dy * across.y * shrink_across;

    vec3 sum = vec3(0.0);
    float weights = 0.0;
    for (int j = 0; j < 4; ++j) {
        for (int i = 0; i < 4; ++i) {
            if (is_corner(i, j)) continue;
            vec2 e = vec2(along_x[i] + along_y[j], across_x[i] + across_y[j]);
            // (1 - r^2/4)^2 (1 - r^2 * 0.62): a Lanczos-like lobe without trigonometry, zero from r = 2 on.
            float r2 = min(dot(e, e), 4.0);
            float window = 1.0 - 0.25 * r2;
            float w = window * window * (1.0 - 0.62 * r2);
            sum += w * c[j * 4 + i];
            weights += w;
        }
    }
    vec3 low = min(min(c[5], c[6]), min(c[9], c[10]));
    vec3 high = max(max(c[5], c[6]), max(c[9], c[10]));
    colour = vec4(clamp(sum / weights, low, high) * (constants.brightness / 255.0), 1.0);
}
