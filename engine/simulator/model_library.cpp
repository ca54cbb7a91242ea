#include "engine/simulator/model_library.h"

#include <algorithm>
#include <glm/geometric.hpp>

#include "engine/asset/model.h"
#include "engine/core/error.h"

namespace rv::simulator {
namespace {

// A part's name says how it is painted. Leaves are refined per tree, see Prop.
Paint paint_of(std::string_view model, std::string_view part) {
    if (part == "walls" || part == "body")
        return model == "car" || part == "walls" ? Paint::Wall : Paint::Plain;
    if (part == "roof") return Paint::Roof;
    if (part == "petals") return Paint::Petal;
    if (part == "windows") return Paint::Pane;
    if (part == "bulb") return Paint::Bulb;
    if (part == "lights") return Paint::CarLight;
    if (part == "stone") return Paint::Rock;
    if (part != "foliage") return Paint::Plain;
    if (model.starts_with("tree_pine")) return Paint::Pine;
    if (model.starts_with("tree_palm")) return Paint::Palm;
    if (model.starts_with("cactus")) return Paint::Cactus;
    if (model.starts_with("bush")) return Paint::Bush;
    if (model.starts_with("tree_")) return Paint::Leaf0;
    return Paint::Tuft;
}

}  // namespace

ModelLibrary::ModelLibrary(const std::filesystem::path& folder, std::span<const std::string_view> names) {
    for (const std::string_view name : names) {
        const std::filesystem::path near_file = folder / (std::string(name) + ".glb");
        const std::filesystem::path far_file = folder / (std::string(name) + "_far.glb");
        ModelEntry entry;
        entry.near_parts = read(near_file, entry.near_triangles, entry.radius_m);
        entry.far_parts = entry.near_parts;
        entry.far_triangles = entry.near_triangles;
        if (std::filesystem::exists(far_file)) {
            entry.far_triangles = 0;
            entry.far_parts = read(far_file, entry.far_triangles, entry.radius_m);
        }
        ids_[std::string(name)] = static_cast<ModelId>(entries_.size());
        entries_.push_back(std::move(entry));
    }
}

ModelId ModelLibrary::id(std::string_view name) const {
    const auto found = ids_.find(std::string(name));
    RV_ASSERT(found != ids_.end(), "a model was not loaded");
    return found->second;
}

std::vector<ModelPart> ModelLibrary::read(const std::filesystem::path& file, std::uint32_t& triangles,
                                          float& radius_m) {
    asset::Model model = asset::load_model(file);
    std::vector<ModelPart> parts;
    for (asset::Mesh& mesh : model.parts) {
        for (const asset::Vertex& vertex : mesh.vertices) {
            radius_m = std::max(radius_m, glm::length(vertex.position));
        }
        triangles += static_cast<std::uint32_t>(mesh.indices.size() / 3);
        parts.push_back({static_cast<std::uint32_t>(meshes_.size()), paint_of(model.name, mesh.name)});
        meshes_.push_back(std::move(mesh));
    }
    return parts;
}

}  // namespace rv::simulator
