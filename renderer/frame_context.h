#pragma once
/// Everything that belongs to one frame in flight: its command buffers, and the handles that died while it
/// was current. Destructors of resources never wait; they hand their handles here, and the context frees them
/// when it comes round again and the GPU is done with all that was submitted before.

#include <cstdint>
#include <mutex>
#include <vector>

#include "renderer/memory.h"

namespace rv::renderer {

/// A Vulkan handle of any kind, waiting to be destroyed.
struct DeadHandle {
    VkObjectType type;
    std::uint64_t handle;
};

class FrameContext {
  public:
    FrameContext(VkDevice device, Memory& memory, std::uint32_t queue_family);
    ~FrameContext();  ///< The GPU must be idle.
    FrameContext(const FrameContext&) = delete;
    FrameContext& operator=(const FrameContext&) = delete;

    /// A command buffer already begun, for one submission within this frame. Recycled by the context.
    VkCommandBuffer command_buffer();

    /// Takes over a handle; thread-safe.
    void destroy_later(DeadHandle dead);
    void free_later(const Allocation& allocation);
    [[nodiscard]] std::size_t waiting() const;  ///< handles and allocations not yet freed

    /// Frees what waited and makes the command buffers usable again. The GPU must have finished the frame.
    void recycle();

    /// Value of the device's timeline at which the GPU is done with everything of this frame.
    std::uint64_t retire_value = 0;

  private:
    VkDevice device_;
    Memory& memory_;
    VkCommandPool pool_ = VK_NULL_HANDLE;
    std::vector<VkCommandBuffer> command_buffers_;
    std::size_t used_command_buffers_ = 0;
    mutable std::mutex mutex_;  // guards the two below
    std::vector<DeadHandle> dead_;
    std::vector<Allocation> allocations_;
};

}  // namespace rv::renderer
