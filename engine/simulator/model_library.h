#pragma once
/// The models that a village is furnished with, read from assets/meshes.

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/asset/scene.h"
#include "engine/simulator/appearance.h"

namespace rv::simulator {

/// One mesh of a model and how it is painted.
struct ModelPart {
    std::uint32_t mesh = 0;  ///< index into ModelLibrary::meshes()
    Paint paint = Paint::Plain;
};

struct ModelEntry {
    std::vector<ModelPart> near_parts, far_parts;  ///< far ones are the same where there is no simpler model
    std::uint32_t near_triangles = 0, far_triangles = 0;
    float radius_m = 0.0f;  ///< of a ball around the origin
};

using ModelId = int;
inline constexpr ModelId kNoModel = -1;

class ModelLibrary {
  public:
    /// Reads every model that `names` lists, and "<name>_far" where that file exists.
    /// @throws FileError if a model is missing or damaged.
    ModelLibrary(const std::filesystem::path& folder, std::span<const std::string_view> names);

    [[nodiscard]] const std::vector<asset::Mesh>& meshes() const { return meshes_; }
    [[nodiscard]] const ModelEntry& entry(ModelId id) const { return entries_[static_cast<std::size_t>(id)]; }
    /// The name must be one that was read.
    [[nodiscard]] ModelId id(std::string_view name) const;

  private:
    std::vector<ModelPart> read(const std::filesystem::path& file, std::uint32_t& triangles, float& radius_m);

    std::vector<asset::Mesh> meshes_;
    std::vector<ModelEntry> entries_;
    std::unordered_map<std::string, ModelId> ids_;
};

}  // namespace rv::simulator
