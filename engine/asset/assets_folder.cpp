#include "engine/asset/assets_folder.h"

#include <cstdlib>

#include "engine/core/error.h"

namespace rv::asset {

std::filesystem::path assets_folder() {
    if (const char* chosen = std::getenv("REVERIE_ASSETS"); chosen != nullptr && *chosen != '\0') {
        if (!std::filesystem::is_directory(chosen)) {
            throw FileError(chosen, "REVERIE_ASSETS names a folder that does not exist",
                            "correct or unset it");
        }
        return chosen;
    }
    for (const char* candidate : {REVERIE_SOURCE_ASSETS, "assets"}) {
        if (std::filesystem::is_directory(candidate)) return candidate;
    }
    throw FileError("assets", "the program's data folder was not found",
                    "set REVERIE_ASSETS to the assets folder of the source tree");
}

}  // namespace rv::asset
