#pragma once
/// Whether a network computes what the public program does: a folder with small weights, inputs and the
/// program's own outputs is run through and compared, stage by stage.

#include <filesystem>
#include <string>
#include <vector>

namespace rv::world_model::families {

/// One stage's outputs against the program's.
struct Difference {
    std::string stage;                 ///< "first call"
    double largest = 0, mean = 0;      ///< of the absolute differences
    double share_within_one_step = 1;  ///< of 8-bit values: equal or neighbours; 1 where it is no picture
    bool judged = true;                ///< whether the bar is meant for it; otherwise it only informs
    double bar = 0;                    ///< what `largest` must not exceed, or 0: a share is asked for
    double share_bar = 0;              ///< what `share_within_one_step` must reach

    [[nodiscard]] bool passed() const;
};

struct ParityReport {
    std::string family;  ///< "oasis"
    std::vector<Difference> stages;

    [[nodiscard]] bool passed() const;
    [[nodiscard]] std::string to_json() const;
};

/// Runs the folder, whose config.json says what it is (docs/families). In float32 on the CPU.
/// @throws FileError for a folder that is no reference case.
ParityReport check_parity(const std::filesystem::path& folder);

}  // namespace rv::world_model::families
