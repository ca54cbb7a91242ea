#pragma once
/// Line plots as PNG files.

#include <filesystem>
#include <string>
#include <vector>

namespace rv::world_model {

struct Curve {
    std::string name;
    std::vector<double> x, y;
};

struct PlotOptions {
    std::string title, x_label, y_label;
    bool log_y = false;  ///< values at or below zero are left out
    int width = 960, height = 540;
};

/// @throws FileError if the file cannot be written.
void write_plot(const std::filesystem::path& file, const std::vector<Curve>& curves,
                const PlotOptions& options);

}  // namespace rv::world_model
