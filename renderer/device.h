#pragma once
/// One Vulkan device with one queue (graphics, compute, transfer, and presenting where a surface was asked
/// for), a timeline semaphore that counts its submissions, and a ring of frame contexts.
///
///     Device device({});
///     FrameContext& frame = device.begin_frame();      // waits only for the frame kFramesInFlight ago
///     VkCommandBuffer commands = frame.command_buffer();
///     ...record...
///     const std::uint64_t done = device.submit(commands);
///     device.wait(done);                               // only where the host needs the result
///
/// Threads: frames are begun, recorded and submitted by one thread. Resources may be created and destroyed,
/// and completed(), wait() and the memory may be used, on any thread. Two threads that both draw use two
/// devices.

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "renderer/device_info.h"
#include "renderer/frame_context.h"
#include "renderer/instance.h"
#include "renderer/memory.h"

namespace rv::renderer {

enum class Validation {
    Default,  ///< on in builds with assertions (no NDEBUG) and wherever REVERIE_VALIDATION=1 is set
    On,
    Off,
};

struct DeviceOptions {
    std::string
        selector;  ///< empty: the best; else an index, a UUID or a part of the name, see choose_device
    Validation validation = Validation::Default;
    std::vector<const char*> instance_extensions;  ///< for example glfwGetRequiredInstanceExtensions
    /// Makes the surface to present to; the device owns it from then on. Empty: no presenting.
    std::function<VkSurfaceKHR(VkInstance)> create_surface;
};

/// A semaphore in a submission; `value` is for timeline semaphores only.
struct SemaphoreOperation {
    VkSemaphore semaphore = VK_NULL_HANDLE;
    std::uint64_t value = 0;
    VkPipelineStageFlags2 stages = VK_PIPELINE_STAGE_2_ALL_COMMANDS_BIT;
};

class Device {
  public:
    static constexpr std::size_t kFramesInFlight = 2;

    /// @throws DeviceError if no suitable device is there.
    explicit Device(const DeviceOptions& options = {});
    ~Device();  ///< Waits for the GPU. All resources must be gone.
    Device(const Device&) = delete;
    Device& operator=(const Device&) = delete;

    [[nodiscard]] VkInstance instance() const { return instance_.handle(); }
    [[nodiscard]] VkPhysicalDevice physical_device() const { return physical_device_; }
    [[nodiscard]] VkDevice handle() const { return device_; }
    [[nodiscard]] VkQueue queue() const { return queue_; }
    [[nodiscard]] std::uint32_t queue_family() const { return queue_family_; }
    [[nodiscard]] VkSurfaceKHR surface() const { return surface_; }
    [[nodiscard]] const DeviceInfo& info() const { return info_; }
    [[nodiscard]] const VkPhysicalDeviceFeatures& features() const { return features_; }
    [[nodiscard]] Memory& memory() { return *memory_; }
    [[nodiscard]] bool validation_active() const { return instance_.validation_active(); }
    [[nodiscard]] std::uint64_t validation_messages() const { return instance_.validation_messages(); }

    /// Moves on to the next frame context, waiting for the GPU only if it still works on that one's last use.
    FrameContext& begin_frame();
    [[nodiscard]] FrameContext& frame() { return *frames_[frame_index_]; }

    /// Ends and submits a command buffer of the current frame.
    /// @return the timeline value that says that it is done.
    std::uint64_t submit(VkCommandBuffer commands, std::span<const SemaphoreOperation> waits = {},
                         std::span<const SemaphoreOperation> signals = {});
    /// The queue belongs to one caller at a time; hold this around vkQueuePresentKHR.
    [[nodiscard]] std::unique_lock<std::mutex> lock_queue() { return std::unique_lock(queue_mutex_); }

    [[nodiscard]] VkSemaphore timeline() const { return timeline_; }
    [[nodiscard]] std::uint64_t submitted() const { return submitted_; }
    [[nodiscard]] std::uint64_t completed() const;
    void wait(std::uint64_t timeline_value) const;

    /// Records, submits and waits. For loading, never in the frame path.
    void run_now(const std::function<void(VkCommandBuffer)>& record);
    /// For teardown and tests only.
    void wait_idle();

    /// Hands a handle to the current frame context; null handles are ignored.
    template <typename Handle>
    void destroy_later(VkObjectType type, Handle handle) {
        if (handle != VK_NULL_HANDLE) frame().destroy_later({type, reinterpret_cast<std::uint64_t>(handle)});
    }

    /// vkCmdPushDescriptorSetKHR, an extension's function and so not in the loader.
    PFN_vkCmdPushDescriptorSetKHR push_descriptors = nullptr;

  private:
    void create_device();
    [[nodiscard]] std::uint32_t find_queue_family() const;

    Instance instance_;
    VkSurfaceKHR surface_ = VK_NULL_HANDLE;
    DeviceInfo info_;
    VkPhysicalDevice physical_device_ = VK_NULL_HANDLE;
    VkPhysicalDeviceFeatures features_{};
    VkDevice device_ = VK_NULL_HANDLE;
    std::uint32_t queue_family_ = 0;
    VkQueue queue_ = VK_NULL_HANDLE;
    std::mutex queue_mutex_;
    VkSemaphore timeline_ = VK_NULL_HANDLE;
    std::uint64_t submitted_ = 0;  // last value that timeline_ was asked to signal
    std::unique_ptr<Memory> memory_;
    std::array<std::unique_ptr<FrameContext>, kFramesInFlight> frames_;
    std::size_t frame_index_ = 0;
};

}  // namespace rv::renderer
