#include "renderer/shadow_map.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <glm/geometric.hpp>

#include "shaders/shadow.vert.h"

namespace rv::renderer {

namespace {

constexpr VkFormat kFormat = VK_FORMAT_D32_SFLOAT;
constexpr float kStep_m = 9.0f;     // the map moves in such steps; a multiple of the texel, so edges stay put
constexpr float kDepth_m = 120.0f;  // towards and away from the sun
static_assert(kStep_m / ShadowMap::kTexel_m == 64.0f);

/// Orthographic, from the sun, around a point near the eye. Depth grows away from the sun.
glm::mat4 sun_view(glm::vec3 to_sun, glm::vec3 eye) {
    const glm::vec3 helper = std::abs(to_sun.y) < 0.95f ? glm::vec3(0, 1, 0) : glm::vec3(1, 0, 0);
    const glm::vec3 right = glm::normalize(glm::cross(helper, to_sun)), up = glm::cross(to_sun, right);
    const auto snapped = [&](glm::vec3 axis) { return std::round(glm::dot(axis, eye) / kStep_m) * kStep_m; };
    const float r = 1.0f / ShadowMap::kRadius_m, d = 0.5f / kDepth_m;
    glm::mat4 m(1.0f);
    for (int i = 0; i < 3; ++i) {
        m[i][0] = right[i] * r;
        m[i][1] = -up[i] * r;
        m[i][2] = -to_sun[i] * d;
    }
    m[3][0] = -snapped(right) * r;
    m[3][1] = snapped(up) * r;
    m[3][2] = 0.5f + snapped(to_sun) * d;
    return m;
}

std::uint64_t mix_in(std::uint64_t hash, const void* data, std::size_t bytes) {
    const auto* words = static_cast<const unsigned char*>(data);
    for (std::size_t i = 0; i + 4 <= bytes; i += 4) {
        std::uint32_t word;
        std::memcpy(&word, words + i, 4);
        hash = (hash ^ word) * 0x100000001b3ull;
    }
    return hash;
}

/// Changes whenever the drawing of these instances would.
std::uint64_t key_of(const asset::Scene& scene, const DrawList& list, const glm::mat4& view_projection) {
    std::uint64_t hash = mix_in(0xcbf29ce484222325ull, &scene.revision, sizeof scene.revision);
    hash = mix_in(hash, &view_projection, sizeof view_projection);
    for (const DrawGroup& group : list.groups) {
        hash = mix_in(hash, &group.mesh, sizeof group.mesh);
        for (std::uint32_t i = 0; i < group.count; ++i) {
            hash = mix_in(hash, &list.instances[group.first + i].rows, sizeof(GpuInstance::rows));
        }
    }
    return hash | 1u;  // never the 0 of "not drawn yet"
}

GraphicsPipelineInfo pipeline_info() {
    auto attributes = SceneGeometry::vertex_attributes();
    attributes.resize(1);  // the position
    return {.vertex = shaders::shadow_vert,
            .layout = {.bindings = {{1, VK_DESCRIPTOR_TYPE_STORAGE_BUFFER, VK_SHADER_STAGE_VERTEX_BIT}},
                       .push_constant_bytes = sizeof(glm::mat4),
                       .push_constant_stages = VK_SHADER_STAGE_VERTEX_BIT},
            .vertex_bindings = SceneGeometry::vertex_bindings(),
            .vertex_attributes = attributes,
            .depth_format = kFormat};
}

Image depth_image(Device& device) {
    return Image(device, {.width = ShadowMap::kSize,
                          .height = ShadowMap::kSize,
                          .format = kFormat,
                          .usage = VK_IMAGE_USAGE_DEPTH_STENCIL_ATTACHMENT_BIT | VK_IMAGE_USAGE_SAMPLED_BIT});
}

}  // namespace

ShadowMap::ShadowMap(Device& device)
    : device_(device),
      pipeline_(device, pipeline_info()),
      still_(depth_image(device)),
      moving_(depth_image(device)) {}

void ShadowMap::sort_instances(const asset::Scene& scene) {
    const std::size_t count = scene.instances.size();
    const bool comparable = last_.size() == count;
    last_.resize(count);
    still_mask_.resize(count);
    moving_mask_.resize(count);
    for (std::size_t i = 0; i < count; ++i) {
        const asset::Instance& now = scene.instances[i];
        const bool moved = comparable && (last_[i].mesh != now.mesh || last_[i].transform != now.transform);
        still_mask_[i] = !moved;
        moving_mask_[i] = moved;
        last_[i] = {now.mesh, now.transform};
    }
}

void ShadowMap::record(VkCommandBuffer commands, const asset::Scene& scene, const SceneGeometry& geometry,
                       glm::vec3 eye) {
    sort_instances(scene);
    view_projection_ = sun_view(glm::normalize(scene.atmosphere.sun_direction), eye);
    // Order by distance from one fixed point, so that the key does not change with every step of the camera.
    const glm::vec3 origin(0.0f);
    const DrawList& still =
        still_builder_.build(scene, geometry.spheres(), view_projection_, origin, still_mask_);
    const std::uint64_t key = key_of(scene, still, view_projection_);
    if (key != still_key_) {
        draw(commands, still_, geometry, still, still_instances_);
        still_key_ = key;
        ++redraws_;
    }
    const DrawList& moving =
        moving_builder_.build(scene, geometry.spheres(), view_projection_, origin, moving_mask_);
    has_moving_ = !moving.groups.empty();
    if (has_moving_ || !moving_readable_) {
        draw(commands, moving_, geometry, moving, moving_instances_);
        moving_readable_ = true;
    }
}

void ShadowMap::record_none(VkCommandBuffer commands, const SceneGeometry& geometry) {
    if (moving_readable_) return;
    draw(commands, still_, geometry, {}, still_instances_);
    draw(commands, moving_, geometry, {}, moving_instances_);
    moving_readable_ = true;
}

void ShadowMap::draw(VkCommandBuffer commands, const Image& target, const SceneGeometry& geometry,
                     const DrawList& list, Buffer& instances) {
    const auto bytes = std::as_bytes(std::span(list.instances));
    if (!instances || instances.size_bytes() < bytes.size()) {
        instances = Buffer(device_, {std::max<VkDeviceSize>(bytes.size() * 3 / 2, 64 * sizeof(GpuInstance)),
                                     VK_BUFFER_USAGE_STORAGE_BUFFER_BIT, MemoryDomain::Upload});
    }
    std::ranges::copy(bytes, instances.bytes().begin());

    transition(commands, target, use::kDiscard, use::kDepthTarget);
    const VkRenderingAttachmentInfo depth{.sType = VK_STRUCTURE_TYPE_RENDERING_ATTACHMENT_INFO,
                                          .imageView = target.view(),
                                          .imageLayout = use::kDepthTarget.layout,
                                          .loadOp = VK_ATTACHMENT_LOAD_OP_CLEAR,
                                          .storeOp = VK_ATTACHMENT_STORE_OP_STORE,
                                          .clearValue = {.depthStencil = {1.0f, 0}}};
    const VkRenderingInfo rendering{.sType = VK_STRUCTURE_TYPE_RENDERING_INFO,
                                    .renderArea = {{0, 0}, target.extent()},
                                    .layerCount = 1,
                                    .pDepthAttachment = &depth};
    vkCmdBeginRendering(commands, &rendering);
    set_viewport(commands, target.extent());
    if (!list.groups.empty()) {
        pipeline_.bind(commands);
        pipeline_.push_constants(commands, view_projection_);
        DescriptorWriter().storage(1, instances).push(device_, commands, pipeline_);
        geometry.bind(commands);
        for (const DrawGroup& group : list.groups)
            geometry.draw(commands, group.mesh, group.first, group.count);
    }
    vkCmdEndRendering(commands);
    transition(commands, target, use::kDepthTarget, use::kSampled);
}

}  // namespace rv::renderer
