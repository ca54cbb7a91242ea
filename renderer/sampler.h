#pragma once
/// How a shader reads an image. Move-only; dies through the frame context.

#include "renderer/device.h"

namespace rv::renderer {

struct SamplerCreateInfo {
    VkFilter filter = VK_FILTER_LINEAR;
    VkSamplerAddressMode address_mode = VK_SAMPLER_ADDRESS_MODE_CLAMP_TO_EDGE;
    bool mipmaps = false;
    bool compare_less = false;  ///< a shadow sampler
};

class Sampler {
  public:
    Sampler() = default;
    Sampler(Device& device, const SamplerCreateInfo& info);
    ~Sampler();
    Sampler(Sampler&& other) noexcept;
    Sampler& operator=(Sampler&& other) noexcept;

    [[nodiscard]] VkSampler handle() const { return sampler_; }

  private:
    Device* device_ = nullptr;
    VkSampler sampler_ = VK_NULL_HANDLE;
};

}  // namespace rv::renderer
