#include "tools/evaluate_recorded.h"

#include <torch/torch.h>

#include <cmath>

#include "engine/asset/image.h"
#include "engine/core/log.h"

namespace rv::tools {
namespace {

namespace wm = world_model;

// Two digits are what the noise of such a measurement leaves; null where nothing was measured.
nlohmann::json rounded(double v) {
    if (!std::isfinite(v)) return nullptr;
    return std::round(v * 100) / 100;
}

void save_sheet(const torch::Tensor& rgb, const std::filesystem::path& file) {
    const auto rgba =
        torch::cat({rgb, torch::full({rgb.size(0), rgb.size(1), 1}, 255, torch::kUInt8)}, 2).contiguous();
    asset::save_png(file, {rgba.data_ptr<uint8_t>(), static_cast<int>(rgba.size(1)),
                           static_cast<int>(rgba.size(0)), static_cast<size_t>(rgba.size(1)) * 4});
    log::info("wrote {}", file.string());
}

}  // namespace

nlohmann::json evaluate_recorded(const std::filesystem::path& world, const wm::OpenOptions& open,
                                 const std::filesystem::path& dataset, const wm::RecordedPlan& plan,
                                 const std::filesystem::path& sheet) {
    const auto opened = wm::open_world(world, open);
    const wm::RecordedQuality quality = wm::predict_recorded(*opened, dataset, plan);
    if (!sheet.empty()) save_sheet(quality.sheet, sheet);
    nlohmann::json j;
    j["world"] = opened->info().name;
    j["data"] = dataset.string();
    j["tokenizer"]["psnr_db"] = rounded(quality.tokenizer_psnr_db);
    for (size_t h = 1; h <= quality.count.size(); h *= 4) {
        std::string horizon = std::to_string(h);
        horizon = h == 1 ? "next" : horizon.insert(horizon.begin(), 'h');
        j["prediction"][horizon] = {{"psnr_db", rounded(quality.psnr_db[h - 1])},
                                    {"copy_last_psnr_db", rounded(quality.copy_last_psnr_db[h - 1])},
                                    {"frames", quality.count[h - 1]}};
    }
    return j;
}

std::string recorded_table(const nlohmann::json& recorded) {
    std::string text = "The tokenizer gives a frame back with " + recorded["tokenizer"]["psnr_db"].dump() +
                       " dB.\n\n| horizon | PSNR dB | copy-last dB | frames |\n|---|---|---|---|\n";
    for (const char* horizon : {"next", "h4", "h16", "h64"}) {
        if (!recorded["prediction"].contains(horizon)) continue;
        const nlohmann::json& row = recorded["prediction"][horizon];
        text += std::string("| ") + horizon + " | " + row["psnr_db"].dump() + " | " +
                row["copy_last_psnr_db"].dump() + " | " + row["frames"].dump() + " |\n";
    }
    return text;
}

}  // namespace rv::tools
