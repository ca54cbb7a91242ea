#include "world_model/text/encoder_files.h"

#include <cstdlib>
#include <vector>

namespace rv::world_model::text {

namespace fs = std::filesystem;

fs::path sentence_encoder_folder() {
    std::vector<fs::path> candidates;
    if (const char* chosen = std::getenv("REVERIE_DEPS"); chosen != nullptr && *chosen != '\0')
        candidates.emplace_back(chosen);
    candidates.emplace_back(REVERIE_BUILD_DEPS);
    candidates.emplace_back(".deps");
    for (const fs::path& candidate : candidates)
        if (has_sentence_encoder(candidate / "minilm")) return candidate / "minilm";
    return candidates.front() / "minilm";
}

bool has_sentence_encoder(const fs::path& folder) {
    std::error_code ignored;
    return fs::is_regular_file(folder / "model.safetensors", ignored) &&
           fs::is_regular_file(folder / "vocab.txt", ignored);
}

}  // namespace rv::world_model::text
