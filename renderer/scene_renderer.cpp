#include "renderer/scene_renderer.h"

#include <algorithm>
#include <cstring>

#include "renderer/draw_list.h"
#include "renderer/pipeline.h"
#include "renderer/scene_constants.h"
#include "renderer/scene_geometry.h"
#include "renderer/scene_targets.h"
#include "renderer/shadow_map.h"
#include "shaders/precipitation.frag.h"
#include "shaders/precipitation.vert.h"
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

GraphicsPipelineInfo precipitation_pipeline() {
    return {.vertex = shaders::precipitation_vert,
            .fragment = shaders::precipitation_frag,
            .layout = {.bindings = {{0, VK_DESCRIPTOR_TYPE_UNIFORM_BUFFER}},
                       .push_constant_bytes = sizeof(std::uint32_t),
                       .push_constant_stages = VK_SHADER_STAGE_VERTEX_BIT},
            .samples = SceneTargets::kSamples,
            .color_formats = {SceneTargets::kPrecipitationFormat},
            .blends = {Blend::Premultiplied},
            .depth_format = SceneTargets::kDepthFormat,
            .depth_write = false,
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
                            {6, VK_DESCRIPTOR_TYPE_STORAGE_BUFFER, kCompute},
                            {7, VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER, kCompute},
                            {8, VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER, kCompute},
                            {9, VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER, kCompute}};
    return info;
}

VkRenderingAttachmentInfo attachment(const Image& image, const ImageUse& image_use, VkAttachmentLoadOp load) {
    return {.sType = VK_STRUCTURE_TYPE_RENDERING_ATTACHMENT_INFO,
            .imageView = image.view(),
            .imageLayout = image_use.layout,
            .loadOp = load,
            .storeOp = VK_ATTACHMENT_STORE_OP_STORE};
}

void begin_rendering(VkCommandBuffer commands, VkExtent2D extent, const VkRenderingAttachmentInfo& color,
                     const VkRenderingAttachmentInfo& depth) {
    const VkRenderingInfo rendering{.sType = VK_STRUCTURE_TYPE_RENDERING_INFO,
                                    .renderArea = {{0, 0}, extent},
                                    .layerCount = 1,
                                    .colorAttachmentCount = 1,
                                    .pColorAttachments = &color,
                                    .pDepthAttachment = &depth};
    vkCmdBeginRendering(commands, &rendering);
    set_viewport(commands, extent);
}

VkImageMemoryBarrier2 barrier(const Image& image, const ImageUse& before, const ImageUse& after) {
    return image_barrier(image.handle(), image.aspect(), before, after);
}

constexpr std::uint32_t kRowsPerInvocation = 8;  // of the shading pass
constexpr std::size_t kFirstInstanceCapacity = 1024;
// In the box around the camera that shaders/precipitation.vert fills; enough to be seen, few enough to stay
// subtle.
constexpr float kDrops = 900.0f, kFlakes = 1100.0f;

}  // namespace

struct SceneRenderer::State {
    State(Device& d, const SceneRendererOptions& o)
        : device(d),
          options(o),
          geometry(d),
          shadows(d),
          surface(d, surface_pipeline(shaders::scene_frag)),
          textured_surface(d, surface_pipeline(shaders::scene_textured_frag)),
          precipitation(d, precipitation_pipeline()),
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
    void record_precipitation(VkCommandBuffer commands, const asset::Atmosphere& air);
    void record_shading(VkCommandBuffer commands, const SceneMapBuffers& maps);
    /// @param maps null: the targets' own.
    VkCommandBuffer record(const asset::Scene& scene, const CameraPose& pose, const Intrinsics& intrinsics,
                           const SceneMapBuffers* maps);
    [[nodiscard]] SceneMapBuffers own_maps() const;
    SceneMaps collect();

    Device& device;
    SceneRendererOptions options;
    SceneGeometry geometry;
    ShadowMap shadows;
    Pipeline surface, textured_surface, precipitation, shade;
    Sampler texel_sampler, texture_sampler;
    Buffer constants, instances;
    SceneTargets targets;
    DrawListBuilder builder;
    SceneStatistics statistics;
    std::uint64_t drawn = 0;  // the device's timeline value of the last draw
};

SceneRenderer::SceneRenderer(Device& device, const SceneRendererOptions& options)
    : state_(std::make_unique<State>(device, options)) {}
SceneRenderer::~SceneRenderer() = default;

const SceneStatistics& SceneRenderer::statistics() const {
    return state_->statistics;
}

SceneMaps SceneRenderer::draw(const asset::Scene& scene, const CameraPose& pose,
                              const Intrinsics& intrinsics) {
    State& s = *state_;
    s.drawn = s.device.submit(s.record(scene, pose, intrinsics, nullptr));
    s.device.wait(s.drawn);
    return s.collect();
}

std::uint64_t SceneRenderer::draw_into(const SceneMapBuffers& maps, const asset::Scene& scene,
                                       const CameraPose& pose, const Intrinsics& intrinsics,
                                       std::span<const SemaphoreOperation> waits) {
    State& s = *state_;
    return s.drawn = s.device.submit(s.record(scene, pose, intrinsics, &maps), waits);
}

VkCommandBuffer SceneRenderer::State::record(const asset::Scene& scene, const CameraPose& pose,
                                             const Intrinsics& intrinsics, const SceneMapBuffers* maps) {
    RV_ASSERT(intrinsics.width > 0 && intrinsics.height > 0, "a picture needs a size");
    FrameContext& frame = device.begin_frame();
    device.wait(drawn);  // it reads the buffers that are filled again below
    geometry.update(scene);
    const VkExtent2D size{static_cast<std::uint32_t>(intrinsics.width),
                          static_cast<std::uint32_t>(intrinsics.height)};
    if (targets.extent.width != size.width || targets.extent.height != size.height) {
        targets = SceneTargets(device, size.width, size.height);
    }
    SceneConstants values = scene_constants(scene, pose, intrinsics);
    VkCommandBuffer commands = frame.command_buffer();
    if (options.shadows) {
        shadows.record(commands, scene, geometry, pose.position);
        values.depth_range.w = 1.0f;
    } else {
        shadows.record_none(commands, geometry);
    }
    values.sun_view_projection = shadows.view_projection();
    values.weather.z = shadows.has_moving() ? 1.0f : 0.0f;
    values.weather.w = ShadowMap::kTexel_m;
    const DrawList& list = builder.build(scene, geometry.spheres(), values.view_projection, pose.position);
    upload(list, values);

    record_surfaces(commands, list);
    record_precipitation(commands, scene.atmosphere);
    record_shading(commands, maps ? *maps : own_maps());
    return commands;
}

SceneMapBuffers SceneRenderer::State::own_maps() const {
    return {targets.color_map.handle(), targets.depth_map.handle(), targets.normal_map.handle(),
            targets.segments.handle()};
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
    pipeline_barrier(commands, std::array{barrier(targets.surfaces, use::kDiscard, use::kColorTarget),
                                          barrier(targets.depths, use::kDiscard, use::kDepthTarget)});
    begin_rendering(commands, targets.extent,
                    attachment(targets.surfaces, use::kColorTarget, VK_ATTACHMENT_LOAD_OP_CLEAR),
                    attachment(targets.depths, use::kDepthTarget, VK_ATTACHMENT_LOAD_OP_CLEAR));
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

void SceneRenderer::State::record_precipitation(VkCommandBuffer commands, const asset::Atmosphere& air) {
    const auto drops = static_cast<std::uint32_t>(kDrops * std::clamp(air.rain, 0.0f, 1.0f));
    const auto flakes = static_cast<std::uint32_t>(kFlakes * std::clamp(air.snowfall, 0.0f, 1.0f));
    if (drops + flakes == 0) {  // not read then, but bound
        transition(commands, targets.precipitation, use::kDiscard, use::kSampled);
        return;
    }
    pipeline_barrier(commands, std::array{barrier(targets.precipitation, use::kDiscard, use::kColorTarget),
                                          barrier(targets.depths, use::kDepthTarget, use::kDepthTarget)});
    begin_rendering(commands, targets.extent,
                    attachment(targets.precipitation, use::kColorTarget, VK_ATTACHMENT_LOAD_OP_CLEAR),
                    attachment(targets.depths, use::kDepthTarget, VK_ATTACHMENT_LOAD_OP_LOAD));
    precipitation.bind(commands);
    DescriptorWriter().uniform(0, constants).push(device, commands, precipitation);
    precipitation.push_constants(commands, drops);
    vkCmdDraw(commands, 6 * (drops + flakes), 1, 0, 0);
    vkCmdEndRendering(commands);
    transition(commands, targets.precipitation, use::kColorTarget, use::kSampled);
}

void SceneRenderer::State::record_shading(VkCommandBuffer commands, const SceneMapBuffers& maps) {
    pipeline_barrier(commands, std::array{barrier(targets.surfaces, use::kColorTarget, use::kSampled),
                                          barrier(targets.depths, use::kDepthTarget, use::kSampled)});
    shade.bind(commands);
    DescriptorWriter()
        .uniform(0, constants)
        .sampled(1, targets.surfaces.view(), texel_sampler)
        .sampled(2, targets.depths.view(), texel_sampler)
        .storage(3, maps.rgba)
        .storage(4, maps.depth_m)
        .storage(5, maps.normals)
        .storage(6, maps.segmentation)
        .sampled(7, targets.precipitation.view(), texel_sampler)
        .sampled(8, shadows.still().view(), texel_sampler)
        .sampled(9, shadows.moving().view(), texel_sampler)
        .push(device, commands, shade);
    vkCmdDispatch(commands, (targets.extent.width + 7) / 8,
                  (targets.extent.height + 4 * kRowsPerInvocation - 1) / (4 * kRowsPerInvocation), 1);
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
