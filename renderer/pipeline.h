#pragma once
/// Pipelines with their layout. One descriptor set, pushed into the command buffer (no pools, no allocation),
/// and push constants. Move-only; dies through the frame context.

#include <cstdint>
#include <initializer_list>
#include <span>
#include <vector>

#include "renderer/buffer.h"
#include "renderer/image.h"
#include "renderer/sampler.h"

namespace rv::renderer {

/// SPIR-V words, embedded by the build; see cmake/ReverieShaders.cmake.
using Spirv = std::span<const std::uint32_t>;

struct Binding {
    std::uint32_t index = 0;
    VkDescriptorType type = VK_DESCRIPTOR_TYPE_UNIFORM_BUFFER;
    VkShaderStageFlags stages = VK_SHADER_STAGE_VERTEX_BIT | VK_SHADER_STAGE_FRAGMENT_BIT;
};

/// What every kind of pipeline shares.
struct LayoutInfo {
    std::vector<Binding> bindings;
    std::uint32_t push_constant_bytes = 0;
    VkShaderStageFlags push_constant_stages = VK_SHADER_STAGE_VERTEX_BIT | VK_SHADER_STAGE_FRAGMENT_BIT;
};

enum class Blend {
    None,
    Alpha,          ///< source alpha over destination
    Premultiplied,  ///< source already multiplied with its alpha
};

struct GraphicsPipelineInfo {
    Spirv vertex, fragment;  ///< an empty fragment shader makes a depth-only pipeline
    LayoutInfo layout;
    std::vector<VkVertexInputBindingDescription> vertex_bindings;
    std::vector<VkVertexInputAttributeDescription> vertex_attributes;
    VkPrimitiveTopology topology = VK_PRIMITIVE_TOPOLOGY_TRIANGLE_LIST;
    VkCullModeFlags cull = VK_CULL_MODE_NONE;
    VkFrontFace front_face = VK_FRONT_FACE_COUNTER_CLOCKWISE;
    VkSampleCountFlagBits samples = VK_SAMPLE_COUNT_1_BIT;
    std::vector<VkFormat> color_formats;
    std::vector<Blend> blends;                       ///< per colour attachment; missing ones are Blend::None
    std::vector<VkColorComponentFlags> write_masks;  ///< per colour attachment; missing ones write all
    VkFormat depth_format = VK_FORMAT_UNDEFINED;
    bool depth_test = true, depth_write = true;  ///< with a depth format
    VkCompareOp depth_compare = VK_COMPARE_OP_LESS;
    bool depth_bias = false;  ///< dynamic: vkCmdSetDepthBias
};

struct ComputePipelineInfo {
    Spirv shader;
    LayoutInfo layout{.push_constant_stages = VK_SHADER_STAGE_COMPUTE_BIT};
};

/// Viewport and scissor are always dynamic; see set_viewport.
class Pipeline {
  public:
    Pipeline() = default;
    Pipeline(Device& device, const GraphicsPipelineInfo& info);
    Pipeline(Device& device, const ComputePipelineInfo& info);
    ~Pipeline();
    Pipeline(Pipeline&& other) noexcept;
    Pipeline& operator=(Pipeline&& other) noexcept;

    [[nodiscard]] VkPipeline handle() const { return pipeline_; }
    [[nodiscard]] VkPipelineLayout layout() const { return layout_; }
    [[nodiscard]] VkPipelineBindPoint bind_point() const { return bind_point_; }

    void bind(VkCommandBuffer commands) const { vkCmdBindPipeline(commands, bind_point_, pipeline_); }
    template <typename T>
    void push_constants(VkCommandBuffer commands, const T& value) const {
        vkCmdPushConstants(commands, layout_, push_constant_stages_, 0, sizeof(T), &value);
    }

  private:
    void create_layout(const LayoutInfo& info);
    void release() noexcept;

    Device* device_ = nullptr;
    VkPipelineBindPoint bind_point_ = VK_PIPELINE_BIND_POINT_GRAPHICS;
    VkShaderStageFlags push_constant_stages_ = 0;
    VkDescriptorSetLayout set_layout_ = VK_NULL_HANDLE;
    VkPipelineLayout layout_ = VK_NULL_HANDLE;
    VkPipeline pipeline_ = VK_NULL_HANDLE;
};

/// Collects what a draw or dispatch reads, then pushes it.
///     DescriptorWriter().uniform(0, constants).sampled(1, image, sampler).push(device, commands, pipeline);
class DescriptorWriter {
  public:
    DescriptorWriter& uniform(std::uint32_t binding, const Buffer& buffer, VkDeviceSize offset = 0,
                              VkDeviceSize size = VK_WHOLE_SIZE);
    DescriptorWriter& storage(std::uint32_t binding, const Buffer& buffer, VkDeviceSize offset = 0,
                              VkDeviceSize size = VK_WHOLE_SIZE);
    DescriptorWriter& storage(std::uint32_t binding, VkBuffer buffer, VkDeviceSize offset = 0,
                              VkDeviceSize size = VK_WHOLE_SIZE);
    DescriptorWriter& sampled(std::uint32_t binding, VkImageView view, const Sampler& sampler);
    DescriptorWriter& storage_image(std::uint32_t binding, VkImageView view);
    void push(Device& device, VkCommandBuffer commands, const Pipeline& pipeline);

  private:
    static constexpr std::size_t kMaxWrites = 12;
    VkWriteDescriptorSet& next(std::uint32_t binding, VkDescriptorType type);

    std::array<VkWriteDescriptorSet, kMaxWrites> writes_{};
    std::array<VkDescriptorBufferInfo, kMaxWrites> buffers_{};
    std::array<VkDescriptorImageInfo, kMaxWrites> images_{};
    std::size_t count_ = 0;
};

/// Viewport and scissor over the whole extent, depth 0 to 1.
void set_viewport(VkCommandBuffer commands, VkExtent2D extent);

}  // namespace rv::renderer
