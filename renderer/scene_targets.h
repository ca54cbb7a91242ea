#pragma once
/// The images and buffers of one picture size that a SceneRenderer draws into.

#include <cstdint>
#include <vector>

#include "renderer/buffer.h"
#include "renderer/image.h"

namespace rv::renderer {

struct SceneTargets {
    static constexpr VkSampleCountFlagBits kSamples = VK_SAMPLE_COUNT_4_BIT;
    static constexpr VkFormat kSurfaceFormat = VK_FORMAT_R32G32_UINT;
    static constexpr VkFormat kPrecipitationFormat = VK_FORMAT_R8_UNORM;
    static constexpr VkFormat kDepthFormat = VK_FORMAT_D32_SFLOAT;

    SceneTargets() = default;
    SceneTargets(Device& device, std::uint32_t width, std::uint32_t height);

    VkExtent2D extent{0, 0};
    Image surfaces, depths, precipitation;              ///< multisampled
    Buffer color_map, depth_map, normal_map, segments;  ///< mapped; segments hold 32 bits per pixel
    std::vector<std::uint8_t> segmentation;             ///< segments, 8 bits per pixel
};

}  // namespace rv::renderer
