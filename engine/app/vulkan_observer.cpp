#include "engine/app/vulkan_observer.h"

#include "renderer/scene_constants.h"

namespace rv {

static_assert(simulator::kSkyDepth == renderer::kFarPlane,
              "both sides must mean the same by the sky's depth");

VulkanObserver::VulkanObserver(const renderer::DeviceOptions& options,
                               const renderer::SceneRendererOptions& drawing)
    : owned_(std::make_unique<renderer::Device>(options)), device_(*owned_), renderer_(device_, drawing) {}

VulkanObserver::VulkanObserver(renderer::Device& device, const renderer::SceneRendererOptions& drawing)
    : device_(device), renderer_(device_, drawing) {}

VulkanObserver::~VulkanObserver() = default;

simulator::Observation VulkanObserver::observe(const asset::Scene& scene, const CameraPose& pose,
                                               const Intrinsics& intrinsics) {
    const renderer::SceneMaps maps = renderer_.draw(scene, pose, intrinsics);
    return {maps.width,   maps.height,       maps.rgba, maps.depth_m,
            maps.normals, maps.segmentation, pose,      intrinsics};
}

}  // namespace rv
