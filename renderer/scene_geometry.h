#pragma once
/// A scene's meshes and textures on the GPU, uploaded once per Scene::revision.

#include <optional>
#include <vector>

#include "engine/asset/scene.h"
#include "renderer/buffer.h"
#include "renderer/draw_list.h"
#include "renderer/image.h"

namespace rv::renderer {

class SceneGeometry {
  public:
    explicit SceneGeometry(Device& device);

    /// Uploads if the revision (or the number of meshes or textures) is not the one held. Waits for the GPU
    /// then.
    /// @throws UsageError if the textures differ in size, or an index names a vertex that is not there.
    void update(const asset::Scene& scene);

    [[nodiscard]] std::span<const BoundingSphere> spheres() const { return spheres_; }
    [[nodiscard]] const Image& textures() const { return textures_; }  ///< 2D array; white without textures
    /// Binds vertices and indices; then draw any mesh.
    void bind(VkCommandBuffer commands) const;
    void draw(VkCommandBuffer commands, std::uint32_t mesh, std::uint32_t first_instance,
              std::uint32_t instances) const;

    /// How asset::Vertex lies in memory.
    static std::vector<VkVertexInputBindingDescription> vertex_bindings();
    static std::vector<VkVertexInputAttributeDescription> vertex_attributes();

  private:
    struct Range {
        std::uint32_t first_index, index_count;
        std::int32_t first_vertex;
    };
    struct Key {
        std::uint64_t revision;
        std::size_t meshes, textures;
        friend bool operator==(const Key&, const Key&) = default;
    };
    void upload_meshes(const std::vector<asset::Mesh>& meshes);
    void upload_textures(const std::vector<asset::Texture>& textures);

    Device& device_;
    std::optional<Key> held_;
    std::vector<Range> ranges_;
    std::vector<BoundingSphere> spheres_;
    Buffer vertices_, indices_;
    Image textures_;
};

}  // namespace rv::renderer
