/// reverie import: a world of weights that other people published.

#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "tools/command.h"
#include "world_model/families/import_world.h"

namespace rv::tools {
namespace {

struct Options {
    world_model::families::ImportOptions import;
    bool json = false;
};

void print_json(const world_model::families::ImportResult& result, const std::string& out) {
    auto parts = nlohmann::ordered_json::array();
    for (const auto& part : result.parts)
        parts.push_back({{"part", part.key},
                         {"file", part.file.string()},
                         {"matched", part.matched},
                         {"missing", 0},
                         {"unexpected", part.unexpected}});
    std::printf(
        "%s\n",
        nlohmann::ordered_json{{"family", result.family}, {"world", out}, {"parts", parts}}.dump(2).c_str());
}

void print_text(const world_model::families::ImportResult& result, const std::string& out) {
    for (const auto& part : result.parts) {
        std::printf("%s, %s (%s): %zu tensors matched, none missing, %zu unexpected\n", result.family.c_str(),
                    part.key.c_str(), part.file.filename().c_str(), part.matched, part.unexpected.size());
        constexpr std::size_t kShown = 5;
        for (std::size_t i = 0; i < part.unexpected.size() && i < kShown; ++i)
            std::printf("  not used: %s\n", part.unexpected[i].c_str());
        if (part.unexpected.size() > kShown) std::printf("  and %zu more\n", part.unexpected.size() - kShown);
    }
    std::printf("reverie play --world %s\n", out.c_str());
}

int import(const Options& options) {
    const auto result = world_model::families::import_world(options.import);
    const std::string out = options.import.out.string();
    if (options.json)
        print_json(result, out);
    else
        print_text(result, out);
    return 0;
}

const Command kImport(
    "import", "Make a world of weights that other people published", [](CLI::App& app) -> Run {
        auto options = std::make_shared<Options>();
        app.add_option("paths", options->import.paths,
                       "Weight files (.safetensors, .pt, .ckpt), or folders of them")
            ->required()
            ->check(CLI::ExistingPath);
        app.add_option("--out", options->import.out, "Folder of the new world")->required();
        app.add_flag("--copy", options->import.copy,
                     "Copy the weights into the world; otherwise it says where they are");
        app.add_option("--start", options->import.start,
                       "PNG or JPEG to begin with; otherwise a plain picture")
            ->check(CLI::ExistingFile);
        app.add_option("--title", options->import.title, "Name of the world for people");
        app.add_flag("--json", options->json, "Print one JSON object");
        app.footer(
            "The family is recognised by the tensors' names and shapes: docs/families tells which there "
            "are,\n"
            "where their weights come from and which keys do what. Nothing in a file is executed.\n"
            "Examples:\n"
            "  reverie import oasis500m.safetensors vit-l-20.safetensors --out worlds/oasis --start "
            "field.png\n"
            "  reverie import Breakout.pt --out worlds/breakout --copy");
        return [options] { return import(*options); };
    });

}  // namespace
}  // namespace rv::tools
