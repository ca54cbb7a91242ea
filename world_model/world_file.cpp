#include "world_model/world_file.h"

#include <cmath>

#include "engine/core/error.h"
#include "world_model/config.h"
#include "world_model/families/family.h"

namespace rv::world_model {

WorldFile read_world_file(const std::filesystem::path& folder) {
    const auto path = folder / kWorldFile;
    if (!std::filesystem::is_directory(folder))
        throw FileError(folder.string(), "is not a world: there is no such folder");
    WorldFile file;
    try {
        file = config_from<WorldFile>(read_toml(path), path.string());
    } catch (const UsageError& error) {
        throw FileError(path.string(), error.what());
    }
    if (!file.family.empty()) families::find_family(file.family, folder);
    if (file.width <= 0 || file.height <= 0)
        throw FileError(path.string(), "width and height must be positive");
    if (file.start.empty()) throw FileError(path.string(), "names no [[start]] frame");
    for (const auto& start : file.start) {
        if (start.up.size() != 3)
            throw FileError(path.string(), "the up vector of start frame " + start.name + " needs 3 numbers");
    }
    return file;
}

WorldInfo info_from(const WorldFile& file, const std::filesystem::path& folder) {
    WorldInfo info;
    info.name = std::filesystem::canonical(folder).filename().string();
    info.title = file.title.empty() ? info.name : file.title;
    info.description = file.description;
    info.folder = folder;
    info.environment = file.environment;
    info.width = file.width;
    info.height = file.height;
    info.frame_rate = file.frame_rate;
    info.has_prompt = file.prompt;
    info.has_pose = file.pose;
    info.has_depth = file.depth;
    info.default_sampler_steps = file.sampler_steps;
    info.max_sampler_steps = file.max_sampler_steps;
    info.prompts = file.prompts;
    for (const auto& start : file.start) {
        info.start_frames.push_back(start.name);
        info.start_pictures.push_back(folder / start.file);
        info.start_prompts.push_back(start.prompt);
        std::optional<SimulatorStart> simulated;
        if (start.simulator_seed >= 0)
            simulated = {static_cast<uint64_t>(start.simulator_seed), start.simulator_walk};
        info.simulator_starts.push_back(simulated);
    }
    if (!file.family.empty()) info.buttons = families::find_family(file.family, folder).buttons(file);
    info.intrinsics = Intrinsics::from_vertical_fov(
        file.width, file.height, static_cast<float>(file.vertical_fov_degrees * M_PI / 180));
    return info;
}

}  // namespace rv::world_model
