#pragma once
/// Measures a world on a dataset, for the command and for recipes.

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "world_model/evaluation/recorded.h"

namespace rv::tools {

/// @param sheet a PNG to write; may be empty
/// @return {"tokenizer": {"psnr_db"}, "prediction": {"next", "h4", "h16": {"psnr_db", "copy_last_psnr_db",
/// "frames"}}}
nlohmann::json evaluate_recorded(const std::filesystem::path& world, const world_model::OpenOptions& open,
                                 const std::filesystem::path& dataset, const world_model::RecordedPlan& plan,
                                 const std::filesystem::path& sheet);

/// The same as a table in Markdown.
std::string recorded_table(const nlohmann::json& recorded);

}  // namespace rv::tools
