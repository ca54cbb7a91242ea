#pragma once
/// Draws an asset::Scene into the four maps of an observation and brings them to host memory.
///
/// Two steps. The raster pass writes one 64-bit surface sample (albedo, normal, segment, emission; see
/// shaders/surface.glsl) with four samples per pixel; the shading pass lights every distinct sample once,
/// adds sky, fog and weather, and writes the maps straight into mapped buffers. So light costs the same
/// however many triangles there are, and edges are smooth in the colour map alone: depth, normal and segment
/// are never averaged.

#include <cstdint>
#include <memory>
#include <span>

#include "engine/asset/scene.h"
#include "engine/core/camera.h"
#include "engine/core/frame_view.h"
#include "renderer/device.h"

namespace rv::renderer {

/// Rows from the top, tight. Valid until the next draw.
struct SceneMaps {
    int width = 0, height = 0;
    std::span<const std::uint8_t> rgba;          ///< (H, W, 4) sRGB, alpha 255
    std::span<const float> depth_m;              ///< (H, W) along the view axis; sky: kFarPlane
    std::span<const std::int8_t> normals;        ///< (H, W, 4) snorm8, world space, w 0; sky: 0
    std::span<const std::uint8_t> segmentation;  ///< (H, W) Instance::segment; sky: 0

    /// The colour map as a picture.
    [[nodiscard]] FrameView frame() const {
        return {rgba.data(), width, height, static_cast<std::size_t>(width) * 4};
    }
};

/// Buffers of the caller's for the same four maps, each of 4 bytes a pixel and made with
/// VK_BUFFER_USAGE_STORAGE_BUFFER_BIT. As in SceneMaps, but for the segments, which are 32 bits wide.
struct SceneMapBuffers {
    VkBuffer rgba = VK_NULL_HANDLE, depth_m = VK_NULL_HANDLE;
    VkBuffer normals = VK_NULL_HANDLE, segmentation = VK_NULL_HANDLE;
};

/// What the last draw took.
struct SceneStatistics {
    std::uint32_t instances = 0, draw_calls = 0;
    std::uint64_t triangles = 0;  ///< of instances in view
};

struct SceneRendererOptions {
    /// The sun (or moon) throws shadows, see renderer/shadow_map.h. A world model paints what it was trained
    /// on: teach and measure it with the same setting.
    bool shadows = true;
};

/// Same scene, pose and intrinsics: the same bits. Instances are seen from outside only; a transform must not
/// mirror.
class SceneRenderer {
  public:
    explicit SceneRenderer(Device& device, const SceneRendererOptions& options = {});
    ~SceneRenderer();
    SceneRenderer(const SceneRenderer&) = delete;
    SceneRenderer& operator=(const SceneRenderer&) = delete;

    /// Takes one frame of the device for itself and waits for the GPU.
    /// @param intrinsics also say the size of the maps, at least 1 x 1.
    SceneMaps draw(const asset::Scene& scene, const CameraPose& pose, const Intrinsics& intrinsics);
    /// The same bits into buffers instead of host memory. Takes one frame of the device, and waits for this
    /// renderer's last draw at most.
    /// @param waits what the drawing waits for: that somebody has read the buffers, say.
    /// @return the device's timeline value at which they are filled.
    std::uint64_t draw_into(const SceneMapBuffers& maps, const asset::Scene& scene, const CameraPose& pose,
                            const Intrinsics& intrinsics, std::span<const SemaphoreOperation> waits = {});
    [[nodiscard]] const SceneStatistics& statistics() const;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace rv::renderer
