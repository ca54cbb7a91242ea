#include "renderer/device.h"

#include <cstdlib>
#include <cstring>

#include "engine/core/log.h"

namespace rv::renderer {

namespace {

bool wants_validation(Validation validation) {
    if (validation != Validation::Default) return validation == Validation::On;
    const char* variable = std::getenv("REVERIE_VALIDATION");
    if (variable != nullptr && *variable != '\0') return std::strcmp(variable, "0") != 0;
#ifdef NDEBUG
    return false;
#else
    return true;
#endif
}

std::vector<VkSemaphoreSubmitInfo> submit_infos(std::span<const SemaphoreOperation> operations) {
    std::vector<VkSemaphoreSubmitInfo> infos;
    infos.reserve(operations.size() + 1);
    for (const SemaphoreOperation& operation : operations) {
        infos.push_back({.sType = VK_STRUCTURE_TYPE_SEMAPHORE_SUBMIT_INFO,
                         .semaphore = operation.semaphore,
                         .value = operation.value,
                         .stageMask = operation.stages});
    }
    return infos;
}

}  // namespace

Device::Device(const DeviceOptions& options)
    : instance_({wants_validation(options.validation), options.instance_extensions}) {
    const auto physical_devices = instance_.physical_devices();
    std::vector<DeviceInfo> infos;
    for (VkPhysicalDevice device : physical_devices) {
        infos.push_back(describe_device(device, static_cast<int>(infos.size())));
    }
    info_ = choose_device(infos, options.selector);
    physical_device_ = physical_devices[static_cast<std::size_t>(info_.index)];

    if (options.create_surface) surface_ = options.create_surface(instance_.handle());
    try {
        queue_family_ = find_queue_family();
        create_device();
        vkGetDeviceQueue(device_, queue_family_, 0, &queue_);
        memory_ = std::make_unique<Memory>(physical_device_, device_);
        for (auto& frame : frames_) frame = std::make_unique<FrameContext>(device_, *memory_, queue_family_);

        const VkSemaphoreTypeCreateInfo type{.sType = VK_STRUCTURE_TYPE_SEMAPHORE_TYPE_CREATE_INFO,
                                             .semaphoreType = VK_SEMAPHORE_TYPE_TIMELINE};
        // Others wait for what was drawn; see external_memory.h.
        const VkExportSemaphoreCreateInfo exported{
            .sType = VK_STRUCTURE_TYPE_EXPORT_SEMAPHORE_CREATE_INFO,
            .pNext = &type,
            .handleTypes = VK_EXTERNAL_SEMAPHORE_HANDLE_TYPE_OPAQUE_FD_BIT};
        const VkSemaphoreCreateInfo semaphore{
            .sType = VK_STRUCTURE_TYPE_SEMAPHORE_CREATE_INFO,
            .pNext = info_.has_external_semaphore_fd ? static_cast<const void*>(&exported) : &type};
        vk_check(vkCreateSemaphore(device_, &semaphore, nullptr, &timeline_), "vkCreateSemaphore (timeline)");
    } catch (...) {
        for (auto& frame : frames_) frame.reset();
        memory_.reset();
        if (device_ != VK_NULL_HANDLE) vkDestroyDevice(device_, nullptr);
        if (surface_ != VK_NULL_HANDLE) vkDestroySurfaceKHR(instance_.handle(), surface_, nullptr);
        throw;
    }
    push_descriptors = reinterpret_cast<PFN_vkCmdPushDescriptorSetKHR>(
        vkGetDeviceProcAddr(device_, "vkCmdPushDescriptorSetKHR"));
    log::debug("Vulkan device {} ({}), {}", info_.name, device_type_name(info_.type), info_.driver);
}

Device::~Device() {
    const VkResult result = vkDeviceWaitIdle(device_);
    if (result != VK_SUCCESS) log::error("the Vulkan device failed while closing: {}", result_name(result));
    for (auto& frame : frames_) frame.reset();
    memory_.reset();
    vkDestroySemaphore(device_, timeline_, nullptr);
    vkDestroyDevice(device_, nullptr);
    if (surface_ != VK_NULL_HANDLE) vkDestroySurfaceKHR(instance_.handle(), surface_, nullptr);
}

std::uint32_t Device::find_queue_family() const {
    std::uint32_t count = 0;
    vkGetPhysicalDeviceQueueFamilyProperties(physical_device_, &count, nullptr);
    std::vector<VkQueueFamilyProperties> families(count);
    vkGetPhysicalDeviceQueueFamilyProperties(physical_device_, &count, families.data());
    for (std::uint32_t i = 0; i < count; ++i) {
        constexpr VkQueueFlags kNeeded = VK_QUEUE_GRAPHICS_BIT | VK_QUEUE_COMPUTE_BIT;
        if ((families[i].queueFlags & kNeeded) != kNeeded) continue;
        VkBool32 presents = VK_TRUE;
        if (surface_ != VK_NULL_HANDLE) {
            vk_check(vkGetPhysicalDeviceSurfaceSupportKHR(physical_device_, i, surface_, &presents),
                     "asking whether the device can present");
        }
        if (presents) return i;
    }
    throw DeviceError(
        info_.name + " has no queue for drawing" + (surface_ ? " that can present to the window" : ""),
        "choose another Vulkan device; `reverie doctor` lists them");
}

void Device::create_device() {
    std::vector<const char*> extensions = {VK_KHR_PUSH_DESCRIPTOR_EXTENSION_NAME};
    if (surface_ != VK_NULL_HANDLE) {
        if (!info_.has_swapchain) throw DeviceError(info_.name + " cannot present to a window");
        extensions.push_back(VK_KHR_SWAPCHAIN_EXTENSION_NAME);
    }
    if (info_.has_external_memory_host) extensions.push_back(VK_EXT_EXTERNAL_MEMORY_HOST_EXTENSION_NAME);
    if (info_.has_external_memory_fd) extensions.push_back(VK_KHR_EXTERNAL_MEMORY_FD_EXTENSION_NAME);
    if (info_.has_external_semaphore_fd) extensions.push_back(VK_KHR_EXTERNAL_SEMAPHORE_FD_EXTENSION_NAME);

    VkPhysicalDeviceFeatures available;
    vkGetPhysicalDeviceFeatures(physical_device_, &available);
    features_.independentBlend = VK_TRUE;
    features_.samplerAnisotropy = available.samplerAnisotropy;
    features_.sampleRateShading = available.sampleRateShading;
    features_.fillModeNonSolid = available.fillModeNonSolid;

    VkPhysicalDeviceVulkan13Features v13{.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_3_FEATURES,
                                         .synchronization2 = VK_TRUE,
                                         .dynamicRendering = VK_TRUE,
                                         .maintenance4 = VK_TRUE};
    VkPhysicalDeviceVulkan12Features v12{.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_FEATURES,
                                         .pNext = &v13,
                                         .timelineSemaphore = VK_TRUE};
    const float priority = 1.0f;
    const VkDeviceQueueCreateInfo queue{.sType = VK_STRUCTURE_TYPE_DEVICE_QUEUE_CREATE_INFO,
                                        .queueFamilyIndex = queue_family_,
                                        .queueCount = 1,
                                        .pQueuePriorities = &priority};
    const VkDeviceCreateInfo info{.sType = VK_STRUCTURE_TYPE_DEVICE_CREATE_INFO,
                                  .pNext = &v12,
                                  .queueCreateInfoCount = 1,
                                  .pQueueCreateInfos = &queue,
                                  .enabledExtensionCount = static_cast<std::uint32_t>(extensions.size()),
                                  .ppEnabledExtensionNames = extensions.data(),
                                  .pEnabledFeatures = &features_};
    vk_check(vkCreateDevice(physical_device_, &info, nullptr, &device_), "vkCreateDevice");
}

FrameContext& Device::begin_frame() {
    frame().retire_value = submitted_;
    frame_index_ = (frame_index_ + 1) % kFramesInFlight;
    wait(frame().retire_value);
    frame().recycle();
    return frame();
}

std::uint64_t Device::submit(VkCommandBuffer commands, std::span<const SemaphoreOperation> waits,
                             std::span<const SemaphoreOperation> signals) {
    vk_check(vkEndCommandBuffer(commands), "vkEndCommandBuffer");
    const auto wait_infos = submit_infos(waits);
    auto signal_infos = submit_infos(signals);
    signal_infos.push_back({.sType = VK_STRUCTURE_TYPE_SEMAPHORE_SUBMIT_INFO,
                            .semaphore = timeline_,
                            .value = submitted_ + 1,
                            .stageMask = VK_PIPELINE_STAGE_2_ALL_COMMANDS_BIT});
    const VkCommandBufferSubmitInfo command_info{.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_SUBMIT_INFO,
                                                 .commandBuffer = commands};
    const VkSubmitInfo2 info{.sType = VK_STRUCTURE_TYPE_SUBMIT_INFO_2,
                             .waitSemaphoreInfoCount = static_cast<std::uint32_t>(wait_infos.size()),
                             .pWaitSemaphoreInfos = wait_infos.data(),
                             .commandBufferInfoCount = 1,
                             .pCommandBufferInfos = &command_info,
                             .signalSemaphoreInfoCount = static_cast<std::uint32_t>(signal_infos.size()),
                             .pSignalSemaphoreInfos = signal_infos.data()};
    const auto lock = lock_queue();
    vk_check(vkQueueSubmit2(queue_, 1, &info, VK_NULL_HANDLE), "vkQueueSubmit2");
    return ++submitted_;
}

std::uint64_t Device::completed() const {
    std::uint64_t value = 0;
    vk_check(vkGetSemaphoreCounterValue(device_, timeline_, &value), "vkGetSemaphoreCounterValue");
    return value;
}

void Device::wait(std::uint64_t timeline_value) const {
    if (timeline_value == 0) return;
    const VkSemaphoreWaitInfo info{.sType = VK_STRUCTURE_TYPE_SEMAPHORE_WAIT_INFO,
                                   .semaphoreCount = 1,
                                   .pSemaphores = &timeline_,
                                   .pValues = &timeline_value};
    vk_check(vkWaitSemaphores(device_, &info, UINT64_MAX), "vkWaitSemaphores");
}

void Device::run_now(const std::function<void(VkCommandBuffer)>& record) {
    VkCommandBuffer commands = frame().command_buffer();
    record(commands);
    wait(submit(commands));
}

void Device::wait_idle() {
    const auto lock = lock_queue();
    vk_check(vkDeviceWaitIdle(device_), "vkDeviceWaitIdle");
}

}  // namespace rv::renderer
