#pragma once
/// The simulator's eye: draws scenes with the project's own renderer.

#include <memory>

#include "engine/simulator/observer.h"
#include "renderer/scene_renderer.h"

namespace rv {

/// Use one per thread. Two observers on one device must not work at the same time.
class VulkanObserver : public simulator::Observer {
  public:
    /// Opens a device of its own.
    /// @throws DeviceError without a suitable Vulkan device.
    explicit VulkanObserver(const renderer::DeviceOptions& options = {},
                            const renderer::SceneRendererOptions& drawing = {});
    /// Borrows a device, which outlives the observer; its frames are the observer's while observe() runs.
    explicit VulkanObserver(renderer::Device& device, const renderer::SceneRendererOptions& drawing = {});
    ~VulkanObserver() override;

    simulator::Observation observe(const asset::Scene& scene, const CameraPose& pose,
                                   const Intrinsics& intrinsics) override;

    [[nodiscard]] renderer::Device& device() { return device_; }
    [[nodiscard]] const renderer::SceneStatistics& statistics() const { return renderer_.statistics(); }

  private:
    std::unique_ptr<renderer::Device> owned_;
    renderer::Device& device_;
    renderer::SceneRenderer renderer_;
};

}  // namespace rv
