#pragma once
/// Where the stages of a step's geometry run: the same code on the host, or in kernels. Free of LibTorch,
/// because CUDA sources include it.

#include <cstdint>
#include <memory>

namespace c10 {
struct Device;
}

namespace rv::world_model {

struct CameraBuffers;
struct FrameBuffers;
struct MemoryBuffers;

/// Each function runs the stages of one operation, in order: on the host at once; on a CUDA device it
/// launches them on LibTorch's current stream and returns. All addresses are of the executor's device.
class GeometryExecutor {
  public:
    virtual ~GeometryExecutor() = default;
    virtual void follow_prompt(const MemoryBuffers&, const int32_t* changed, const int64_t* time) const = 0;
    virtual void view(const MemoryBuffers&, const FrameBuffers& newest, const float* target) const = 0;
    virtual void offer(const MemoryBuffers&, const FrameBuffers& newest) const = 0;
    virtual void advance(const CameraBuffers&, const float* code, const float* wanted,
                         const int32_t* flags) const = 0;
    virtual void arrive(const CameraBuffers&) const = 0;
    /// Makes what the ego head reads of the pose and the last motion.
    virtual void look(const CameraBuffers&) const = 0;
};

/// @throws DeviceError for a device other than the CPU where this build has no kernels for it.
std::unique_ptr<GeometryExecutor> create_geometry_executor(const c10::Device& device);

}  // namespace rv::world_model
