#include "renderer/scene_geometry.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstring>

namespace rv::renderer {

namespace {

void check_indices(const asset::Mesh& mesh) {
    const bool inside =
        std::ranges::all_of(mesh.indices, [&](std::uint32_t i) { return i < mesh.vertices.size(); });
    if (!inside || mesh.indices.size() % 3 != 0) {
        throw UsageError("mesh '" + mesh.name + "' has indices that make no triangles of its vertices");
    }
}

/// Halves level by level; leaves every level ready for sampling.
void make_mipmaps(VkCommandBuffer commands, const Image& image) {
    const auto level_barrier = [&](std::uint32_t level, const ImageUse& before, const ImageUse& after) {
        VkImageMemoryBarrier2 barrier =
            image_barrier(image.handle(), VK_IMAGE_ASPECT_COLOR_BIT, before, after);
        barrier.subresourceRange.baseMipLevel = level;
        barrier.subresourceRange.levelCount = 1;
        pipeline_barrier(commands, {&barrier, 1});
    };
    const auto corner = [&](std::uint32_t level) {
        return VkOffset3D{std::max(1, static_cast<int>(image.extent().width >> level)),
                          std::max(1, static_cast<int>(image.extent().height >> level)), 1};
    };
    for (std::uint32_t level = 1; level < image.mip_levels(); ++level) {
        level_barrier(level - 1, use::kCopyTarget, use::kCopySource);
        const VkImageBlit region{.srcSubresource = {VK_IMAGE_ASPECT_COLOR_BIT, level - 1, 0, image.layers()},
                                 .srcOffsets = {{0, 0, 0}, corner(level - 1)},
                                 .dstSubresource = {VK_IMAGE_ASPECT_COLOR_BIT, level, 0, image.layers()},
                                 .dstOffsets = {{0, 0, 0}, corner(level)}};
        vkCmdBlitImage(commands, image.handle(), VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL, image.handle(),
                       VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL, 1, &region, VK_FILTER_LINEAR);
    }
    for (std::uint32_t level = 0; level + 1 < image.mip_levels(); ++level) {
        level_barrier(level, use::kCopySource, use::kSampled);
    }
    level_barrier(image.mip_levels() - 1, use::kCopyTarget, use::kSampled);
}

}  // namespace

SceneGeometry::SceneGeometry(Device& device) : device_(device) {}

void SceneGeometry::update(const asset::Scene& scene) {
    const Key key{scene.revision, scene.meshes.size(), scene.textures.size()};
    if (held_ == key) return;
    held_.reset();
    upload_meshes(scene.meshes);
    upload_textures(scene.textures);
    held_ = key;
}

void SceneGeometry::upload_meshes(const std::vector<asset::Mesh>& meshes) {
    std::vector<asset::Vertex> vertices;
    std::vector<std::uint32_t> indices;
    ranges_.clear();
    spheres_.clear();
    for (const asset::Mesh& mesh : meshes) {
        check_indices(mesh);
        ranges_.push_back({static_cast<std::uint32_t>(indices.size()),
                           static_cast<std::uint32_t>(mesh.indices.size()),
                           static_cast<std::int32_t>(vertices.size())});
        spheres_.push_back(bounding_sphere(mesh));
        vertices.insert(vertices.end(), mesh.vertices.begin(), mesh.vertices.end());
        indices.insert(indices.end(), mesh.indices.begin(), mesh.indices.end());
    }
    vertices_ = {};
    indices_ = {};
    if (indices.empty()) return;
    vertices_ =
        create_filled_buffer(device_, std::as_bytes(std::span(vertices)), VK_BUFFER_USAGE_VERTEX_BUFFER_BIT);
    indices_ =
        create_filled_buffer(device_, std::as_bytes(std::span(indices)), VK_BUFFER_USAGE_INDEX_BUFFER_BIT);
}

void SceneGeometry::upload_textures(const std::vector<asset::Texture>& textures) {
    std::vector<std::uint8_t> texels(4, 255);
    std::uint32_t size = 1, layers = 1;
    if (!textures.empty()) {
        size = static_cast<std::uint32_t>(textures.front().size);
        layers = static_cast<std::uint32_t>(textures.size());
        texels.clear();
        for (const asset::Texture& texture : textures) {
            const auto side = static_cast<std::size_t>(size);
            if (texture.size < 1 || texture.size != textures.front().size ||
                texture.rgba.size() != side * side * 4) {
                throw UsageError("the textures of a scene must all be square, filled and of the same size");
            }
            texels.insert(texels.end(), texture.rgba.begin(), texture.rgba.end());
        }
    }
    textures_ = Image(device_, {.width = size,
                                .height = size,
                                .format = VK_FORMAT_R8G8B8A8_SRGB,
                                .usage = VK_IMAGE_USAGE_SAMPLED_BIT | VK_IMAGE_USAGE_TRANSFER_DST_BIT |
                                         VK_IMAGE_USAGE_TRANSFER_SRC_BIT,
                                .layers = layers,
                                .mip_levels = static_cast<std::uint32_t>(std::bit_width(size)),
                                .array_view = true});
    const Buffer staging(device_, {texels.size(), VK_BUFFER_USAGE_TRANSFER_SRC_BIT, MemoryDomain::Upload});
    std::memcpy(staging.bytes().data(), texels.data(), texels.size());
    device_.run_now([&](VkCommandBuffer commands) {
        transition(commands, textures_, use::kDiscard, use::kCopyTarget);
        const VkBufferImageCopy region{.imageSubresource = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 0, layers},
                                       .imageExtent = {size, size, 1}};
        vkCmdCopyBufferToImage(commands, staging.handle(), textures_.handle(),
                               VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL, 1, &region);
        make_mipmaps(commands, textures_);
    });
}

void SceneGeometry::bind(VkCommandBuffer commands) const {
    if (!indices_) return;
    const VkBuffer vertices = vertices_.handle();
    const VkDeviceSize offset = 0;
    vkCmdBindVertexBuffers(commands, 0, 1, &vertices, &offset);
    vkCmdBindIndexBuffer(commands, indices_.handle(), 0, VK_INDEX_TYPE_UINT32);
}

void SceneGeometry::draw(VkCommandBuffer commands, std::uint32_t mesh, std::uint32_t first_instance,
                         std::uint32_t instances) const {
    const Range& range = ranges_[mesh];
    if (range.index_count == 0) return;
    vkCmdDrawIndexed(commands, range.index_count, instances, range.first_index, range.first_vertex,
                     first_instance);
}

std::vector<VkVertexInputBindingDescription> SceneGeometry::vertex_bindings() {
    return {{0, sizeof(asset::Vertex), VK_VERTEX_INPUT_RATE_VERTEX}};
}

std::vector<VkVertexInputAttributeDescription> SceneGeometry::vertex_attributes() {
    return {{0, 0, VK_FORMAT_R32G32B32_SFLOAT, offsetof(asset::Vertex, position)},
            {1, 0, VK_FORMAT_R32G32B32_SFLOAT, offsetof(asset::Vertex, normal)},
            {2, 0, VK_FORMAT_R32G32B32A32_SFLOAT, offsetof(asset::Vertex, color)},
            {3, 0, VK_FORMAT_R32G32_SFLOAT, offsetof(asset::Vertex, uv)}};
}

}  // namespace rv::renderer
