#pragma once
/// Depth of the scene around the camera as the sun sees it.
///
/// What stands still is drawn once and kept while the camera stays near; what moved since the last frame is
/// drawn every frame into a second map. The shader takes the nearer of the two at each texel, so the picture
/// does not depend on which map an instance is in, nor on the frames before.

#include <cstdint>
#include <vector>

#include "renderer/draw_list.h"
#include "renderer/image.h"
#include "renderer/pipeline.h"
#include "renderer/scene_geometry.h"

namespace rv::renderer {

class ShadowMap {
  public:
    static constexpr std::uint32_t kSize = 512;
    static constexpr float kRadius_m = 36.0f;  ///< around the camera; shadows fade out before
    static constexpr float kTexel_m = 2.0f * kRadius_m / static_cast<float>(kSize);

    explicit ShadowMap(Device& device);

    /// Draws what must be drawn again; afterwards both maps can be sampled. Once per submission.
    void record(VkCommandBuffer commands, const asset::Scene& scene, const SceneGeometry& geometry,
                glm::vec3 eye);

    /// Only makes the maps fit to be bound: for pictures without shadows.
    void record_none(VkCommandBuffer commands, const SceneGeometry& geometry);

    [[nodiscard]] const glm::mat4& view_projection() const { return view_projection_; }
    [[nodiscard]] const Image& still() const { return still_; }
    [[nodiscard]] const Image& moving() const { return moving_; }
    [[nodiscard]] bool has_moving() const { return has_moving_; }
    /// How often the map of still things was drawn.
    [[nodiscard]] std::uint64_t redraws() const { return redraws_; }

  private:
    /// Fills still_mask_ and moving_mask_ by comparing with the instances of the last frame.
    void sort_instances(const asset::Scene& scene);
    void draw(VkCommandBuffer commands, const Image& target, const SceneGeometry& geometry,
              const DrawList& list, Buffer& instances);

    Device& device_;
    Pipeline pipeline_;
    Image still_, moving_;
    Buffer still_instances_, moving_instances_;
    DrawListBuilder still_builder_, moving_builder_;
    glm::mat4 view_projection_{1.0f};
    bool has_moving_ = false;
    bool moving_readable_ = false;  // has been drawn at least once
    std::uint64_t still_key_ = 0;
    std::uint64_t redraws_ = 0;
    struct Placed {
        std::uint32_t mesh;
        glm::mat4 transform;
    };
    std::vector<Placed> last_;
    std::vector<std::uint8_t> still_mask_, moving_mask_;
};

}  // namespace rv::renderer
