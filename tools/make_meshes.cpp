// reverie make-meshes: writes the village's models as binary glTF files.

#include <cstdio>
#include <filesystem>
#include <memory>

#include "engine/asset/assets_folder.h"
#include "engine/asset/village_models.h"
#include "tools/command.h"

namespace rv::tools {
namespace {

int make_meshes(std::filesystem::path folder) {
    if (folder.empty()) folder = asset::assets_folder() / "meshes";
    std::filesystem::create_directories(folder);
    for (const asset::Model& model : asset::village_models()) {
        const std::filesystem::path file = folder / (model.name + ".glb");
        asset::save_model(file, model);
        std::printf("%s: %zu triangles in %zu parts\n", file.c_str(), asset::triangle_count(model),
                    model.parts.size());
    }
    return 0;
}

const Command kMakeMeshes("make-meshes", "Write the village's models as glTF files",
                          [](CLI::App& app) -> Run {
                              auto folder = std::make_shared<std::string>();
                              app.add_option("--out", *folder,
                                             "Folder to write to (default: meshes/ of the assets)");
                              return [folder] { return make_meshes(*folder); };
                          });

}  // namespace
}  // namespace rv::tools
