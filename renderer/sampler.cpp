#include "renderer/sampler.h"

#include <utility>

namespace rv::renderer {

Sampler::Sampler(Device& device, const SamplerCreateInfo& info) : device_(&device) {
    const VkSamplerCreateInfo create{
        .sType = VK_STRUCTURE_TYPE_SAMPLER_CREATE_INFO,
        .magFilter = info.filter,
        .minFilter = info.filter,
        .mipmapMode = info.mipmaps ? VK_SAMPLER_MIPMAP_MODE_LINEAR : VK_SAMPLER_MIPMAP_MODE_NEAREST,
        .addressModeU = info.address_mode,
        .addressModeV = info.address_mode,
        .addressModeW = info.address_mode,
        .compareEnable = info.compare_less,
        .compareOp = VK_COMPARE_OP_LESS_OR_EQUAL,
        .maxLod = info.mipmaps ? VK_LOD_CLAMP_NONE : 0.0f};
    vk_check(vkCreateSampler(device.handle(), &create, nullptr, &sampler_), "vkCreateSampler");
}

Sampler::~Sampler() {
    if (sampler_ != VK_NULL_HANDLE) device_->destroy_later(VK_OBJECT_TYPE_SAMPLER, sampler_);
}

Sampler::Sampler(Sampler&& other) noexcept
    : device_(other.device_), sampler_(std::exchange(other.sampler_, VK_NULL_HANDLE)) {}

Sampler& Sampler::operator=(Sampler&& other) noexcept {
    std::swap(device_, other.device_);
    std::swap(sampler_, other.sampler_);
    return *this;
}

}  // namespace rv::renderer
