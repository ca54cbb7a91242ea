#include "renderer/pipeline.h"

#include <utility>

namespace rv::renderer {

namespace {

/// Needed only while its pipeline is being made.
class ShaderModule {
  public:
    ShaderModule(VkDevice device, Spirv code) : device_(device) {
        if (code.empty()) return;
        const VkShaderModuleCreateInfo info{.sType = VK_STRUCTURE_TYPE_SHADER_MODULE_CREATE_INFO,
                                            .codeSize = code.size_bytes(),
                                            .pCode = code.data()};
        vk_check(vkCreateShaderModule(device_, &info, nullptr, &module_), "vkCreateShaderModule");
    }
    ~ShaderModule() { vkDestroyShaderModule(device_, module_, nullptr); }
    ShaderModule(const ShaderModule&) = delete;
    ShaderModule& operator=(const ShaderModule&) = delete;

    [[nodiscard]] VkPipelineShaderStageCreateInfo stage(VkShaderStageFlagBits stage) const {
        return {.sType = VK_STRUCTURE_TYPE_PIPELINE_SHADER_STAGE_CREATE_INFO,
                .stage = stage,
                .module = module_,
                .pName = "main"};
    }

  private:
    VkDevice device_;
    VkShaderModule module_ = VK_NULL_HANDLE;
};

constexpr VkColorComponentFlags kAllComponents =
    VK_COLOR_COMPONENT_R_BIT | VK_COLOR_COMPONENT_G_BIT | VK_COLOR_COMPONENT_B_BIT | VK_COLOR_COMPONENT_A_BIT;

std::vector<VkPipelineColorBlendAttachmentState> blend_states(const GraphicsPipelineInfo& info) {
    std::vector<VkPipelineColorBlendAttachmentState> states;
    for (std::size_t i = 0; i < info.color_formats.size(); ++i) {
        const Blend blend = i < info.blends.size() ? info.blends[i] : Blend::None;
        states.push_back(
            {.blendEnable = blend != Blend::None,
             .srcColorBlendFactor = blend == Blend::Alpha ? VK_BLEND_FACTOR_SRC_ALPHA : VK_BLEND_FACTOR_ONE,
             .dstColorBlendFactor = VK_BLEND_FACTOR_ONE_MINUS_SRC_ALPHA,
             .colorBlendOp = VK_BLEND_OP_ADD,
             .srcAlphaBlendFactor = VK_BLEND_FACTOR_ONE,
             .dstAlphaBlendFactor = VK_BLEND_FACTOR_ONE_MINUS_SRC_ALPHA,
             .alphaBlendOp = VK_BLEND_OP_ADD,
             .colorWriteMask = i < info.write_masks.size() ? info.write_masks[i] : kAllComponents});
    }
    return states;
}

VkPipeline create_graphics(VkDevice device, VkPipelineLayout layout, const GraphicsPipelineInfo& info) {
    const ShaderModule vertex(device, info.vertex), fragment(device, info.fragment);
    const std::array stages = {vertex.stage(VK_SHADER_STAGE_VERTEX_BIT),
                               fragment.stage(VK_SHADER_STAGE_FRAGMENT_BIT)};
    const VkPipelineVertexInputStateCreateInfo vertex_input{
        .sType = VK_STRUCTURE_TYPE_PIPELINE_VERTEX_INPUT_STATE_CREATE_INFO,
        .vertexBindingDescriptionCount = static_cast<std::uint32_t>(info.vertex_bindings.size()),
        .pVertexBindingDescriptions = info.vertex_bindings.data(),
        .vertexAttributeDescriptionCount = static_cast<std::uint32_t>(info.vertex_attributes.size()),
        .pVertexAttributeDescriptions = info.vertex_attributes.data()};
    const VkPipelineInputAssemblyStateCreateInfo assembly{
        .sType = VK_STRUCTURE_TYPE_PIPELINE_INPUT_ASSEMBLY_STATE_CREATE_INFO, .topology = info.topology};
    const VkPipelineViewportStateCreateInfo viewport{
        .sType = VK_STRUCTURE_TYPE_PIPELINE_VIEWPORT_STATE_CREATE_INFO,
        .viewportCount = 1,
        .scissorCount = 1};
    const VkPipelineRasterizationStateCreateInfo raster{
        .sType = VK_STRUCTURE_TYPE_PIPELINE_RASTERIZATION_STATE_CREATE_INFO,
        .polygonMode = VK_POLYGON_MODE_FILL,
        .cullMode = info.cull,
        .frontFace = info.front_face,
        .depthBiasEnable = info.depth_bias,
        .lineWidth = 1.0f};
    const VkPipelineMultisampleStateCreateInfo multisample{
        .sType = VK_STRUCTURE_TYPE_PIPELINE_MULTISAMPLE_STATE_CREATE_INFO,
        .rasterizationSamples = info.samples};
    const bool has_depth = info.depth_format != VK_FORMAT_UNDEFINED;
    const VkPipelineDepthStencilStateCreateInfo depth{
        .sType = VK_STRUCTURE_TYPE_PIPELINE_DEPTH_STENCIL_STATE_CREATE_INFO,
        .depthTestEnable = has_depth && info.depth_test,
        .depthWriteEnable = has_depth && info.depth_write,
        .depthCompareOp = info.depth_compare};
    const auto attachments = blend_states(info);
    const VkPipelineColorBlendStateCreateInfo blend{
        .sType = VK_STRUCTURE_TYPE_PIPELINE_COLOR_BLEND_STATE_CREATE_INFO,
        .attachmentCount = static_cast<std::uint32_t>(attachments.size()),
        .pAttachments = attachments.data()};
    const std::array dynamic_states = {VK_DYNAMIC_STATE_VIEWPORT, VK_DYNAMIC_STATE_SCISSOR,
                                       VK_DYNAMIC_STATE_DEPTH_BIAS};
    const VkPipelineDynamicStateCreateInfo dynamic{
        .sType = VK_STRUCTURE_TYPE_PIPELINE_DYNAMIC_STATE_CREATE_INFO,
        .dynamicStateCount = info.depth_bias ? 3u : 2u,
        .pDynamicStates = dynamic_states.data()};
    const VkPipelineRenderingCreateInfo rendering{
        .sType = VK_STRUCTURE_TYPE_PIPELINE_RENDERING_CREATE_INFO,
        .colorAttachmentCount = static_cast<std::uint32_t>(info.color_formats.size()),
        .pColorAttachmentFormats = info.color_formats.data(),
        .depthAttachmentFormat = info.depth_format};
    const VkGraphicsPipelineCreateInfo create{.sType = VK_STRUCTURE_TYPE_GRAPHICS_PIPELINE_CREATE_INFO,
                                              .pNext = &rendering,
                                              .stageCount = info.fragment.empty() ? 1u : 2u,
                                              .pStages = stages.data(),
                                              .pVertexInputState = &vertex_input,
                                              .pInputAssemblyState = &assembly,
                                              .pViewportState = &viewport,
                                              .pRasterizationState = &raster,
                                              .pMultisampleState = &multisample,
                                              .pDepthStencilState = &depth,
                                              .pColorBlendState = &blend,
                                              .pDynamicState = &dynamic,
                                              .layout = layout};
    VkPipeline pipeline = VK_NULL_HANDLE;
    vk_check(vkCreateGraphicsPipelines(device, VK_NULL_HANDLE, 1, &create, nullptr, &pipeline),
             "vkCreateGraphicsPipelines");
    return pipeline;
}

VkPipeline create_compute(VkDevice device, VkPipelineLayout layout, const ComputePipelineInfo& info) {
    const ShaderModule shader(device, info.shader);
    const VkComputePipelineCreateInfo create{.sType = VK_STRUCTURE_TYPE_COMPUTE_PIPELINE_CREATE_INFO,
                                             .stage = shader.stage(VK_SHADER_STAGE_COMPUTE_BIT),
                                             .layout = layout};
    VkPipeline pipeline = VK_NULL_HANDLE;
    vk_check(vkCreateComputePipelines(device, VK_NULL_HANDLE, 1, &create, nullptr, &pipeline),
             "vkCreateComputePipelines");
    return pipeline;
}

}  // namespace

Pipeline::Pipeline(Device& device, const GraphicsPipelineInfo& info) : device_(&device) {
    try {
        create_layout(info.layout);
        pipeline_ = create_graphics(device.handle(), layout_, info);
    } catch (...) {
        release();
        throw;
    }
}

Pipeline::Pipeline(Device& device, const ComputePipelineInfo& info)
    : device_(&device), bind_point_(VK_PIPELINE_BIND_POINT_COMPUTE) {
    try {
        create_layout(info.layout);
        pipeline_ = create_compute(device.handle(), layout_, info);
    } catch (...) {
        release();
        throw;
    }
}

void Pipeline::create_layout(const LayoutInfo& info) {
    push_constant_stages_ = info.push_constant_stages;
    std::vector<VkDescriptorSetLayoutBinding> bindings;
    for (const Binding& binding : info.bindings) {
        bindings.push_back({binding.index, binding.type, 1, binding.stages, nullptr});
    }
    const VkDescriptorSetLayoutCreateInfo set{
        .sType = VK_STRUCTURE_TYPE_DESCRIPTOR_SET_LAYOUT_CREATE_INFO,
        .flags = VK_DESCRIPTOR_SET_LAYOUT_CREATE_PUSH_DESCRIPTOR_BIT_KHR,
        .bindingCount = static_cast<std::uint32_t>(bindings.size()),
        .pBindings = bindings.data()};
    vk_check(vkCreateDescriptorSetLayout(device_->handle(), &set, nullptr, &set_layout_),
             "vkCreateDescriptorSetLayout");
    const VkPushConstantRange range{info.push_constant_stages, 0, info.push_constant_bytes};
    const VkPipelineLayoutCreateInfo layout{.sType = VK_STRUCTURE_TYPE_PIPELINE_LAYOUT_CREATE_INFO,
                                            .setLayoutCount = 1,
                                            .pSetLayouts = &set_layout_,
                                            .pushConstantRangeCount = info.push_constant_bytes > 0 ? 1u : 0u,
                                            .pPushConstantRanges = &range};
    vk_check(vkCreatePipelineLayout(device_->handle(), &layout, nullptr, &layout_), "vkCreatePipelineLayout");
}

Pipeline::~Pipeline() {
    release();
}

Pipeline::Pipeline(Pipeline&& other) noexcept {
    *this = std::move(other);
}

Pipeline& Pipeline::operator=(Pipeline&& other) noexcept {
    if (this != &other) {
        release();
        device_ = other.device_;
        bind_point_ = other.bind_point_;
        push_constant_stages_ = other.push_constant_stages_;
        set_layout_ = std::exchange(other.set_layout_, VK_NULL_HANDLE);
        layout_ = std::exchange(other.layout_, VK_NULL_HANDLE);
        pipeline_ = std::exchange(other.pipeline_, VK_NULL_HANDLE);
    }
    return *this;
}

void Pipeline::release() noexcept {
    if (device_ == nullptr) return;
    device_->destroy_later(VK_OBJECT_TYPE_PIPELINE, pipeline_);
    device_->destroy_later(VK_OBJECT_TYPE_PIPELINE_LAYOUT, layout_);
    device_->destroy_later(VK_OBJECT_TYPE_DESCRIPTOR_SET_LAYOUT, set_layout_);
    pipeline_ = VK_NULL_HANDLE;
    layout_ = VK_NULL_HANDLE;
    set_layout_ = VK_NULL_HANDLE;
}

VkWriteDescriptorSet& DescriptorWriter::next(std::uint32_t binding, VkDescriptorType type) {
    RV_ASSERT(count_ < kMaxWrites, "too many descriptors in one push");
    VkWriteDescriptorSet& write = writes_[count_];
    write = {.sType = VK_STRUCTURE_TYPE_WRITE_DESCRIPTOR_SET,
             .dstBinding = binding,
             .descriptorCount = 1,
             .descriptorType = type,
             .pImageInfo = &images_[count_],
             .pBufferInfo = &buffers_[count_]};
    ++count_;
    return write;
}

DescriptorWriter& DescriptorWriter::uniform(std::uint32_t binding, const Buffer& buffer, VkDeviceSize offset,
                                            VkDeviceSize size) {
    buffers_[count_] = {buffer.handle(), offset, size};
    next(binding, VK_DESCRIPTOR_TYPE_UNIFORM_BUFFER);
    return *this;
}

DescriptorWriter& DescriptorWriter::storage(std::uint32_t binding, const Buffer& buffer, VkDeviceSize offset,
                                            VkDeviceSize size) {
    return storage(binding, buffer.handle(), offset, size);
}

DescriptorWriter& DescriptorWriter::storage(std::uint32_t binding, VkBuffer buffer, VkDeviceSize offset,
                                            VkDeviceSize size) {
    buffers_[count_] = {buffer, offset, size};
    next(binding, VK_DESCRIPTOR_TYPE_STORAGE_BUFFER);
    return *this;
}

DescriptorWriter& DescriptorWriter::sampled(std::uint32_t binding, VkImageView view, const Sampler& sampler) {
    images_[count_] = {sampler.handle(), view, VK_IMAGE_LAYOUT_SHADER_READ_ONLY_OPTIMAL};
    next(binding, VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER);
    return *this;
}

DescriptorWriter& DescriptorWriter::storage_image(std::uint32_t binding, VkImageView view) {
    images_[count_] = {VK_NULL_HANDLE, view, VK_IMAGE_LAYOUT_GENERAL};
    next(binding, VK_DESCRIPTOR_TYPE_STORAGE_IMAGE);
    return *this;
}

void DescriptorWriter::push(Device& device, VkCommandBuffer commands, const Pipeline& pipeline) {
    device.push_descriptors(commands, pipeline.bind_point(), pipeline.layout(), 0,
                            static_cast<std::uint32_t>(count_), writes_.data());
}

void set_viewport(VkCommandBuffer commands, VkExtent2D extent) {
    const VkViewport viewport{0, 0, static_cast<float>(extent.width), static_cast<float>(extent.height),
                              0, 1};
    const VkRect2D scissor{{0, 0}, extent};
    vkCmdSetViewport(commands, 0, 1, &viewport);
    vkCmdSetScissor(commands, 0, 1, &scissor);
}

}  // namespace rv::renderer
