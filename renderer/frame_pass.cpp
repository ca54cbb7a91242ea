#include "renderer/frame_pass.h"

#include <algorithm>

#include "shaders/frame_bilinear.frag.h"
#include "shaders/frame_bilinear_image.frag.h"
#include "shaders/frame_edge_aware.frag.h"
#include "shaders/frame_edge_aware_image.frag.h"
#include "shaders/frame_nearest.frag.h"
#include "shaders/frame_nearest_image.frag.h"
#include "shaders/frame_present.vert.h"

namespace rv::renderer {
namespace {

constexpr VkClearValue kBackground{.color = {.float32 = {0.035f, 0.041f, 0.056f, 1.0f}}};

struct Constants {
    std::int32_t width, height;
    float brightness;
};

Pipeline make_pipeline(Device& device, VkFormat format, VkDescriptorType source, Spirv fragment) {
    GraphicsPipelineInfo info;
    info.vertex = shaders::frame_present_vert;
    info.fragment = fragment;
    info.layout.bindings = {{0, source, VK_SHADER_STAGE_FRAGMENT_BIT}};
    info.layout.push_constant_bytes = sizeof(Constants);
    info.layout.push_constant_stages = VK_SHADER_STAGE_FRAGMENT_BIT;
    info.color_formats = {format};
    return {device, info};
}

std::array<Pipeline, 3> make_pipelines(Device& device, VkFormat format, VkDescriptorType source,
                                       const std::array<Spirv, 3>& fragments) {
    return {make_pipeline(device, format, source, fragments[0]),
            make_pipeline(device, format, source, fragments[1]),
            make_pipeline(device, format, source, fragments[2])};
}

}  // namespace

VkRect2D letterbox(int width, int height, VkExtent2D target) {
    const auto w = static_cast<std::uint64_t>(std::max(width, 1)),
               h = static_cast<std::uint64_t>(std::max(height, 1));
    std::uint64_t fit_w = target.width, fit_h = target.height;
    if (target.width * h > target.height * w)
        fit_w = (target.height * w + h / 2) / h;
    else
        fit_h = (target.width * h + w / 2) / w;
    const auto out_w =
        static_cast<std::uint32_t>(std::min<std::uint64_t>(std::max<std::uint64_t>(fit_w, 1), target.width));
    const auto out_h =
        static_cast<std::uint32_t>(std::min<std::uint64_t>(std::max<std::uint64_t>(fit_h, 1), target.height));
    return {{static_cast<std::int32_t>((target.width - out_w) / 2),
             static_cast<std::int32_t>((target.height - out_h) / 2)},
            {out_w, out_h}};
}

VkRect2D letterbox_in_column(int width, int height, VkExtent2D target, std::size_t column,
                             std::size_t count) {
    constexpr std::uint32_t kGap = 4;  // pixels
    const auto n = static_cast<std::uint32_t>(count), i = static_cast<std::uint32_t>(column);
    if (target.width <= n * (kGap + 1)) return letterbox(width, height, target);
    const std::uint32_t wide = (target.width - (n - 1) * kGap) / n;
    VkRect2D where = letterbox(width, height, {wide, target.height});
    where.offset.x += static_cast<std::int32_t>(i * (wide + kGap));
    return where;
}

FramePass::FramePass(Device& device, VkFormat format)
    : device_(device),
      format_(format),
      pipelines_(make_pipelines(
          device, format, VK_DESCRIPTOR_TYPE_STORAGE_BUFFER,
          {shaders::frame_edge_aware_frag, shaders::frame_bilinear_frag, shaders::frame_nearest_frag})) {}

const Pipeline& FramePass::pipeline_for(const FrameSource& source, FrameFilter filter) {
    const auto index = static_cast<std::size_t>(filter);
    if (source.view == VK_NULL_HANDLE) return pipelines_[index];
    if (!image_pipelines_)
        image_pipelines_ =
            make_pipelines(device_, format_, VK_DESCRIPTOR_TYPE_STORAGE_IMAGE,
                           {shaders::frame_edge_aware_image_frag, shaders::frame_bilinear_image_frag,
                            shaders::frame_nearest_image_frag});
    return (*image_pipelines_)[index];
}

void FramePass::draw(VkCommandBuffer commands, const FrameTarget& target,
                     std::span<const FrameSource> sources, FrameFilter filter, float brightness) {
    const VkRenderingAttachmentInfo attachment{.sType = VK_STRUCTURE_TYPE_RENDERING_ATTACHMENT_INFO,
                                               .imageView = target.view,
                                               .imageLayout = VK_IMAGE_LAYOUT_COLOR_ATTACHMENT_OPTIMAL,
                                               .loadOp = VK_ATTACHMENT_LOAD_OP_CLEAR,
                                               .storeOp = VK_ATTACHMENT_STORE_OP_STORE,
                                               .clearValue = kBackground};
    const VkRenderingInfo rendering{.sType = VK_STRUCTURE_TYPE_RENDERING_INFO,
                                    .renderArea = {{0, 0}, target.extent},
                                    .layerCount = 1,
                                    .colorAttachmentCount = 1,
                                    .pColorAttachments = &attachment};
    vkCmdBeginRendering(commands, &rendering);
    for (std::size_t i = 0; i < sources.size(); ++i) {
        const FrameSource& source = sources[i];
        draw_frame(commands,
                   letterbox_in_column(source.width, source.height, target.extent, i, sources.size()), source,
                   filter, brightness);
    }
    vkCmdEndRendering(commands);
}

void FramePass::draw_frame(VkCommandBuffer commands, VkRect2D where, const FrameSource& source,
                           FrameFilter filter, float brightness) {
    const VkViewport viewport{static_cast<float>(where.offset.x),
                              static_cast<float>(where.offset.y),
                              static_cast<float>(where.extent.width),
                              static_cast<float>(where.extent.height),
                              0.0f,
                              1.0f};
    vkCmdSetViewport(commands, 0, 1, &viewport);
    vkCmdSetScissor(commands, 0, 1, &where);
    const Pipeline& pipeline = pipeline_for(source, filter);
    pipeline.bind(commands);
    pipeline.push_constants(commands, Constants{source.width, source.height, brightness});
    const auto bytes = static_cast<VkDeviceSize>(source.width) * static_cast<VkDeviceSize>(source.height) * 4;
    DescriptorWriter writer;
    if (source.view != VK_NULL_HANDLE)
        writer.storage_image(0, source.view);
    else
        writer.storage(0, source.buffer, source.offset, bytes);
    writer.push(device_, commands, pipeline);
    vkCmdDraw(commands, 3, 1, 0, 0);
}

}  // namespace rv::renderer
