#include "tests/layers/include_graph.h"

#include <algorithm>
#include <fstream>
#include <optional>
#include <regex>
#include <set>

namespace rv::layers {
namespace fs = std::filesystem;
namespace {

struct Layer {
    std::string folder;
    std::set<std::string> may_include;  ///< besides itself
    std::set<std::string> libraries;    ///< of those in kLibraries
};

// Libraries that reach into everything they touch; the others need no rule.
struct Library {
    std::string name;
    std::regex header;
};
const std::vector<Library> kLibraries = {
    {"Vulkan", std::regex("^(vulkan/|volk|vk_mem_alloc)")},
    {"LibTorch", std::regex("^(torch/|ATen/|c10/|caffe2/)")},
    {"Dear ImGui", std::regex("^(imgui|implot)")},
    {"FFmpeg", std::regex("^lib(av|sw)[a-z]*/")},
};

const std::vector<Layer> kLayers = {
    {"engine/core", {}, {}},
    {"engine/platform", {"engine/core"}, {"Vulkan"}},  // a window makes its surface
    {"engine/asset", {"engine/core"}, {}},
    {"engine/video", {"engine/core"}, {"FFmpeg"}},
    {"engine/dataset", {"engine/core", "engine/video"}, {}},
    {"engine/simulator", {"engine/core", "engine/asset"}, {}},
    {"renderer", {"engine/core", "engine/platform", "engine/asset"}, {"Vulkan"}},
    {"world_model", {"engine/core", "engine/video", "engine/dataset"}, {"LibTorch"}},
    {"interop", {"engine/core", "renderer", "world_model"}, {"Vulkan", "LibTorch"}},
    {"ui", {"engine/core", "engine/platform", "renderer"}, {"Vulkan", "Dear ImGui"}},
    {"engine/app",
     {"engine/core", "engine/platform", "engine/asset", "engine/video", "engine/dataset", "engine/simulator",
      "renderer", "world_model", "interop", "ui"},
     {"Vulkan", "LibTorch", "Dear ImGui", "FFmpeg"}},
    {"tools",
     {"engine/core", "engine/platform", "engine/asset", "engine/video", "engine/dataset", "engine/simulator",
      "engine/app", "renderer", "world_model", "interop", "ui"},
     {"Vulkan", "LibTorch", "Dear ImGui", "FFmpeg"}},
};

// Not part of the program: tests see everything, the others hold no C++ of ours.
const std::set<std::string> kOutside = {"tests", "build",  "artifacts", "recordings", "data",
                                        "runs",  "assets", "shaders",   "docs",       "cmake"};

bool is_source(const fs::path& path) {
    static const std::set<std::string> extensions = {".h", ".hpp", ".cpp", ".cc", ".cu", ".cuh"};
    return extensions.contains(path.extension().string());
}

const Layer* layer_of(const std::string& path) {
    const auto layer = std::ranges::find_if(
        kLayers, [&](const Layer& candidate) { return path.starts_with(candidate.folder + "/"); });
    return layer == kLayers.end() ? nullptr : &*layer;
}

/// Why `from` may not include `target` (a path from the root, or a library's header); nothing if it may.
std::optional<std::string> objection(const Layer& from, const std::string& target) {
    if (const Layer* to = layer_of(target)) {
        if (to == &from || from.may_include.contains(to->folder)) return std::nullopt;
        return from.folder + " may not include " + to->folder;
    }
    for (const Library& library : kLibraries) {
        if (std::regex_search(target, library.header) && !from.libraries.contains(library.name))
            return from.folder + " may not include " + library.name;
    }
    return std::nullopt;
}

/// Quoted includes are looked up beside the file first, as the compiler does.
std::string resolve(const fs::path& root, const fs::path& file, const std::string& include, bool quoted) {
    const fs::path beside = (file.parent_path() / include).lexically_normal();
    return quoted && fs::exists(root / beside) ? beside.generic_string()
                                               : fs::path(include).lexically_normal().generic_string();
}

void check_file(const fs::path& root, const fs::path& file, const Layer& layer,
                std::vector<Violation>& violations) {
    static const std::regex include_line(R"(^\s*#\s*include\s*([<"])([^>"]+)[>"])");
    std::ifstream stream(root / file);
    std::string text;
    for (int line = 1; std::getline(stream, text); ++line) {
        std::smatch match;
        if (!std::regex_search(text, match, include_line)) continue;
        const std::string target = resolve(root, file, match[2], match[1] == "\"");
        if (auto reason = objection(layer, target)) violations.push_back({file, line, match[2], *reason});
    }
}

}  // namespace

std::vector<Violation> check_includes(const fs::path& root) {
    std::vector<Violation> violations;
    for (fs::recursive_directory_iterator entry(root), end; entry != end; ++entry) {
        const fs::path file = entry->path().lexically_relative(root);
        const std::string name = entry->path().filename().string();
        if (entry->is_directory()) {
            if (name.starts_with(".") || (entry.depth() == 0 && kOutside.contains(name)))
                entry.disable_recursion_pending();
            continue;
        }
        if (!is_source(file)) continue;
        if (const Layer* layer = layer_of(file.generic_string()))
            check_file(root, file, *layer, violations);
        else
            violations.push_back({file, 0, "", "its folder has no row in tests/layers/include_graph.cpp"});
    }
    std::ranges::sort(violations, {}, [](const Violation& v) { return std::pair(v.file, v.line); });
    return violations;
}

std::string describe(const std::vector<Violation>& violations) {
    std::string text;
    for (const auto& [file, line, include, reason] : violations) {
        text += file.generic_string() + ":" + std::to_string(line) + ": ";
        if (!include.empty()) text += "#include \"" + include + "\": ";
        text += reason + "\n";
    }
    return text;
}

}  // namespace rv::layers
