#pragma once
/// Training of one part of a world, for the command and for recipes.

#include <nlohmann/json.hpp>
#include <string>

#include "world_model/training/trainer.h"

namespace rv::tools {

/// @param part "tokenizer", "dynamics", "decoder" or "probes"
/// @param file a training file's content, as docs/training.md describes it  @param where names it in errors
/// @throws Error
world_model::TrainingResult train_part(const std::string& part, const nlohmann::json& file,
                                       const std::string& where);

}  // namespace rv::tools
