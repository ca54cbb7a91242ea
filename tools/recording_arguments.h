#pragma once
/// The options of `reverie play` that say what is recorded, and how.

#include <CLI/CLI.hpp>

#include "engine/app/recording_options.h"

namespace rv::tools {

struct RecordingArguments {
    std::string file, codec = "auto";
    std::optional<int> quality;
    int scale = 0;
    bool with_interface = false;

    void declare(CLI::App& app);
    /// @param otherwise the file where none was named; may be empty.
    /// @throws UsageError for a file name that says no kind of video.
    [[nodiscard]] app::RecordingOptions options(const std::filesystem::path& otherwise = {}) const;
};

}  // namespace rv::tools
