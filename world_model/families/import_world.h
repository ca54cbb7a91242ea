#pragma once
/// Makes a world of files that other people published.

#include <filesystem>
#include <string>
#include <vector>

namespace rv::world_model::families {

struct ImportOptions {
    /// Weight files, or folders of them. A config.json beside the first one may say what no tensor says.
    std::vector<std::filesystem::path> paths;
    std::filesystem::path out;    ///< the world's folder, which must not be there yet
    bool copy = false;            ///< the world holds the weights; otherwise it says where they are
    std::filesystem::path start;  ///< PNG or JPEG to begin with; empty: a plain picture
    std::string title;            ///< empty: the family's
};

struct ImportedPart {
    std::string key;  ///< what the family calls it: "autoencoder"
    std::filesystem::path file;
    std::size_t matched = 0;
    std::vector<std::string> unexpected;  ///< tensors of the file that no part of the world uses
};

struct ImportResult {
    std::string family;
    std::vector<ImportedPart> parts;
};

/// @throws FileError if no family knows the files, a part of the model or a tensor of a part is missing, or
/// the folder cannot be written.
ImportResult import_world(const ImportOptions& options);

}  // namespace rv::world_model::families
