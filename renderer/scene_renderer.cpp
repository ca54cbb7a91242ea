#include "renderer/scene_renderer.h"

#include <algorithm>
#include <cstring>

#include "renderer/draw_list.h"
#include "renderer/pipeline.h"
#include "renderer/scene_constants.h"
#include "renderer/scene_geometry.h"
#include "renderer/scene_targets.h"
#include "shaders/scene.frag.h"
#include "shaders/scene.vert.h"
#include "shaders/scene_shade.comp.h"
#include "shaders/scene_textured.frag.h"

namespace rv::renderer {

namespace {

GraphicsPipelineInfo surface_pipeline(Spirv fragment) {
    return {.vertex = shaders::scene_vert,
            .fragment = fragment,
            .layout = {.bindings = {{0, VK_DESCRIPTOR_TYPE_UNIFORM_BUFFER},
                                    {1, VK_DESCRIPTOR_TYPE_STORAGE_BUFFER},
                                    {2, VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER}}},
            .vertex_bindings = SceneGeometry::vertex_bindings(),
            .vertex_attributes = SceneGeometry::vertex_attributes(),
            .cull = VK_CULL_MODE_BACK_BIT,
            .samples = SceneTargets::kSamples,
            .color_formats = {SceneTargets::kSurfaceFormat},
            .depth_format = SceneTargets::kDepthFormat,
            .depth_compare = VK_COMPARE_OP_GREATER};
}

ComputePipelineInfo shade_pipeline() {
    ComputePipelineInfo info{.shader = shaders::scene_shade_comp};
    constexpr VkShaderStageFlags kCompute = VK_SHADER_STAGE_COMPUTE_BIT;
    info.layout.bindings = {{0, VK_DESCRIPTOR_TYPE_UNIFORM_BUFFER, kCompute},
                            {1, VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER, kCompute},
                            {2, VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER, kCompute},
                            {3, VK_DESCRIPTOR_TYPE_STORAGE_BUFFER, kCompute},
                            {4, VK_DESCRIPTOR_TYPE_STORAGE_BUFFER, kCompute},
                            {5, VK_DESCRIPTOR_TYPE_STORAGE_BUFFER, kCompute},
                            {6, VK_DESCRIPTOR_TYPE_STORAGE_BUFFER, kCompute}};
    return info;
}

constexpr std::size_t kFirstInstanceCapacity = 1024;

}  // namespace

struct SceneRenderer::State {
    explicit State(Device& d)
        : device(d),
          geometry(d),
          surface(d, surface_pipeline(shaders::scene_frag)),
          textured_surface(d, surface_pipeline(shaders::scene_textured_frag)),
          shade(d, shade_pipeline()),
          texel_sampler(d, {.filter = VK_FILTER_NEAREST}),
          texture_sampler(
              d,
              {.filter = VK_FILTER_LINEAR, .address_mode = VK_SAMPLER_ADDRESS_MODE_REPEAT, .mipmaps = true}),
          constants(d, {sizeof(SceneConstants), VK_BUFFER_USAGE_UNIFORM_BUFFER_BIT, MemoryDomain::Upload}) {
        reserve_instances(kFirstInstanceCapacity);
    }

    void reserve_instances(std::size_t count);
    void upload(const DrawList& list, const SceneConstants& values);
    void record_surfaces(VkCommandBuffer commands, const DrawList& list);
    void record_shading(VkCommandBuffer commands);
    SceneMaps collect();

    Device& device;
    SceneGeometry geometry;
    Pipeline surface, textured_surface, shade;
    Sampler texel_sampler, texture_sampler;
    Buffer constants, instances;
    SceneTargets targets;
    DrawListBuilder builder;
    SceneStatistics statistics;
};

SceneRenderer::SceneRenderer(Device& device) : state_(std::make_unique<State>(device)) {}
SceneRenderer::~SceneRenderer() = default;

const SceneStatistics& SceneRenderer::statistics() const {
    return state_->statistics;
}

SceneMaps SceneRenderer::draw(const asset::Scene& scene, const CameraPose& pose,
                              const Intrinsics& intrinsics) {
    RV_ASSERT(intrinsics.width > 0 && intrinsics.height > 0, "a picture needs a size");
    State& s = *state_;
    FrameContext& frame = s.device.begin_frame();
    s.geometry.update(scene);
    const VkExtent2D size{static_cast<std::uint32_t>(intrinsics.width),
                          static_cast<std::uint32_t>(intrinsics.height)};
    if (s.targets.extent.width != size.width || s.targets.extent.height != size.height) {
        s.targets = SceneTargets(s.device, size.width, size.height);
    }
    const SceneConstants constants = scene_constants(scene, pose, intrinsics);
    const DrawList& list =
        s.builder.build(scene, s.geometry.spheres(), constants.view_projection, pose.position);
    s.upload(list, constants);

    VkCommandBuffer commands = frame.command_buffer();
    s.record_surfaces(commands, list);
    s.record_shading(commands);
    s.device.wait(s.device.submit(commands));
    return s.collect();
}

void SceneRenderer::State::reserve_instances(std::size_t count) {
    if (instances && instances.size_bytes() >= count * sizeof(GpuInstance)) return;
    instances = Buffer(device, {std::max(count, kFirstInstanceCapacity) * 3 / 2 * sizeof(GpuInstance),
                                VK_BUFFER_USAGE_STORAGE_BUFFER_BIT, MemoryDomain::Upload});
}

void SceneRenderer::State::upload(const DrawList& list, const SceneConstants& values) {
    reserve_instances(list.instances.size());
    std::memcpy(constants.bytes().data(), &values, sizeof values);
    std::ranges::copy(std::as_bytes(std::span(list.instances)), instances.bytes().begin());
    statistics = {static_cast<std::uint32_t>(list.instances.size()),
                  static_cast<std::uint32_t>(list.groups.size()), list.triangles};
}

void SceneRenderer::State::record_surfaces(VkCommandBuffer commands, const DrawList& list) {
    pipeline_barrier(commands, std::array{image_barrier(targets.surfaces.handle(), targets.surfaces.aspect(),
                                                        use::kDiscard, use::kColorTarget),
                                          image_barrier(targets.depths.handle(), targets.depths.aspect(),
                                                        use::kDiscard, use::kDepthTarget)});
    const VkRenderingAttachmentInfo color{.sType = VK_STRUCTURE_TYPE_RENDERING_ATTACHMENT_INFO,
                                          .imageView = targets.surfaces.view(),
                                          .imageLayout = use::kColorTarget.layout,
                                          .loadOp = VK_ATTACHMENT_LOAD_OP_CLEAR,
                                          .storeOp = VK_ATTACHMENT_STORE_OP_STORE};
    const VkRenderingAttachmentInfo depth{.sType = VK_STRUCTURE_TYPE_RENDERING_ATTACHMENT_INFO,
                                          .imageView = targets.depths.view(),
                                          .imageLayout = use::kDepthTarget.layout,
                                          .loadOp = VK_ATTACHMENT_LOAD_OP_CLEAR,
                                          .storeOp = VK_ATTACHMENT_STORE_OP_STORE};
    const VkRenderingInfo rendering{.sType = VK_STRUCTURE_TYPE_RENDERING_INFO,
                                    .renderArea = {{0, 0}, targets.extent},
                                    .layerCount = 1,
                                    .colorAttachmentCount = 1,
                                    .pColorAttachments = &color,
                                    .pDepthAttachment = &depth};
    vkCmdBeginRendering(commands, &rendering);
    set_viewport(commands, targets.extent);
    geometry.bind(commands);
    const Pipeline* bound = nullptr;
    for (const DrawGroup& group : list.groups) {
        const Pipeline& wanted = group.textured ? textured_surface : surface;
        if (&wanted != bound) {
            wanted.bind(commands);
            DescriptorWriter()
                .uniform(0, constants)
                .storage(1, instances)
                .sampled(2, geometry.textures().view(), texture_sampler)
                .push(device, commands, wanted);
            bound = &wanted;
        }
        geometry.draw(commands, group.mesh, group.first, group.count);
    }
    vkCmdEndRendering(commands);
}

void SceneRenderer::State::record_shading(VkCommandBuffer commands) {
    pipeline_barrier(commands, std::array{image_barrier(targets.surfaces.handle(), targets.surfaces.aspect(),
                                                        use::kColorTarget, use::kSampled),
                                          image_barrier(targets.depths.handle(), targets.depths.aspect(),
                                                        use::kDepthTarget, use::kSampled)});
    shade.bind(commands);
    DescriptorWriter()
        .uniform(0, constants)
        .sampled(1, targets.surfaces.view(), texel_sampler)
        .sampled(2, targets.depths.view(), texel_sampler)
        .storage(3, targets.color_map)
        .storage(4, targets.depth_map)
        .storage(5, targets.normal_map)
        .storage(6, targets.segments)
        .push(device, commands, shade);
    vkCmdDispatch(commands, (targets.extent.width + 7) / 8, (targets.extent.height + 3) / 4, 1);
    host_read_barrier(commands);
}

SceneMaps SceneRenderer::State::collect() {
    std::ranges::transform(targets.segments.as<std::uint32_t>(), targets.segmentation.begin(),
                           [](std::uint32_t segment) { return static_cast<std::uint8_t>(segment); });
    return {.width = static_cast<int>(targets.extent.width),
            .height = static_cast<int>(targets.extent.height),
            .rgba = targets.color_map.as<std::uint8_t>(),
            .depth_m = targets.depth_map.as<float>(),
            .normals = targets.normal_map.as<std::int8_t>(),
            .segmentation = targets.segmentation};
}

}  // namespace rv::renderer
