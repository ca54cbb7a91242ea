/// reverie inspect: what a file of weights holds, without loading it or running anything in it.

#include <cstdio>
#include <nlohmann/json.hpp>

#include "engine/core/weights_file.h"
#include "tools/command.h"

namespace rv::tools {
namespace {

struct Options {
    std::string file, entry;
    bool json = false;
};

constexpr std::size_t kShownText = 100;  // of a value beside the tensors

std::string shortened(const std::string& text) {
    return text.size() <= kShownText ? text : text.substr(0, kShownText) + "...";
}

// Names of foreign files can be anything; a terminal should not obey them.
std::string printable(std::string text) {
    for (char& c : text)
        if (static_cast<unsigned char>(c) < 32 || c == 127) c = '?';
    return text;
}

struct Totals {
    std::size_t elements = 0, bytes = 0;
};

Totals totals_of(const TensorViews& tensors) {
    Totals totals;
    for (const auto& [name, view] : tensors) {
        totals.elements += view.element_count();
        totals.bytes += view.bytes.size();
    }
    return totals;
}

void print_json(const WeightsFile& file, const TensorViews& tensors) {
    nlohmann::json list = nlohmann::json::array();
    for (const auto& [name, view] : tensors)
        list.push_back({{"name", name},
                        {"dtype", name_of(view.dtype)},
                        {"shape", view.shape},
                        {"bytes", view.bytes.size()}});
    const Totals totals = totals_of(tensors);
    const nlohmann::json all = {{"format", file.format_name()},
                                {"file_bytes", file.contents().size()},
                                {"tensors", list},
                                {"elements", totals.elements},
                                {"tensor_bytes", totals.bytes},
                                {"copied_bytes", file.copied_bytes()},
                                {"metadata", file.metadata()},
                                {"wrapping_entry", file.wrapping_entry()}};
    std::printf("%s\n", all.dump(2, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
}

void print_table(const WeightsFile& file, const TensorViews& tensors) {
    std::size_t width = 4;
    for (const auto& [name, view] : tensors) width = std::max(width, std::min<std::size_t>(name.size(), 80));
    for (const auto& [name, view] : tensors)
        std::printf("%-*s  %-5s %12zu  %s\n", static_cast<int>(width), printable(name).c_str(),
                    std::string(name_of(view.dtype)).c_str(), view.bytes.size(),
                    describe_shape(view.shape).c_str());
    for (const auto& [key, value] : file.metadata())
        std::printf("%s = %s\n", printable(key).c_str(), printable(shortened(value)).c_str());
    const Totals totals = totals_of(tensors);
    std::printf("%s: %s, %zu tensors, %zu elements, %zu bytes\n", file.path().c_str(),
                std::string(file.format_name()).c_str(), tensors.size(), totals.elements, totals.bytes);
    if (const std::string entry = file.wrapping_entry(); !entry.empty())
        std::printf("its weights seem to be under \"%s\"\n", printable(entry).c_str());
}

int inspect(const Options& options) {
    const WeightsFile file = WeightsFile::open(options.file);
    const TensorViews tensors = file.tensors_under(options.entry);
    options.json ? print_json(file, tensors) : print_table(file, tensors);
    return 0;
}

const Command kInspect(
    "inspect", "Say what a file of weights holds, without running it", [](CLI::App& app) -> Run {
        auto options = std::make_shared<Options>();
        app.add_option("FILE", options->file, "safetensors, or .pt and .ckpt of PyTorch")->required();
        app.add_option("--under", options->entry, "Only the tensors of this entry, such as state_dict");
        app.add_flag("--json", options->json, "Print one JSON object");
        return [options] { return inspect(*options); };
    });

}  // namespace
}  // namespace rv::tools
