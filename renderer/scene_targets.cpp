#include "renderer/scene_targets.h"

namespace rv::renderer {

SceneTargets::SceneTargets(Device& device, std::uint32_t width, std::uint32_t height)
    : extent{width, height} {
    const auto image = [&](VkFormat format, VkImageUsageFlags usage) {
        return Image(device, {.width = width,
                              .height = height,
                              .format = format,
                              .usage = usage | VK_IMAGE_USAGE_SAMPLED_BIT,
                              .samples = kSamples});
    };
    surfaces = image(kSurfaceFormat, VK_IMAGE_USAGE_COLOR_ATTACHMENT_BIT);
    depths = image(kDepthFormat, VK_IMAGE_USAGE_DEPTH_STENCIL_ATTACHMENT_BIT);
    precipitation = image(kPrecipitationFormat, VK_IMAGE_USAGE_COLOR_ATTACHMENT_BIT);
    const VkDeviceSize pixels = static_cast<VkDeviceSize>(width) * height;
    for (Buffer* map : {&color_map, &depth_map, &normal_map, &segments}) {
        *map = Buffer(device, {4 * pixels, VK_BUFFER_USAGE_STORAGE_BUFFER_BIT, MemoryDomain::Readback});
    }
    segmentation.resize(pixels);
}

}  // namespace rv::renderer
