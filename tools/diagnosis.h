#pragma once
/// What this machine can do for Reverie, gathered once: rows to read, and what is missing with its remedy.

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace rv::tools {

struct Row {
    std::string key;    ///< in JSON: "cores"
    std::string label;  ///< for people: "Cores"
    nlohmann::ordered_json value;
    std::string text;  ///< the value for people; empty: not shown
};

struct Section {
    std::string key, title;
    std::vector<Row> rows;
};

struct Shortfall {
    std::string what, remedy;
    bool needed = false;  ///< Reverie cannot work without it
};

struct Diagnosis {
    std::vector<Section> sections;
    std::vector<Shortfall> shortfalls;
};

/// Asks the system, Vulkan, LibTorch, FFmpeg and the display. Never throws for something that is missing.
Diagnosis diagnose();

}  // namespace rv::tools
