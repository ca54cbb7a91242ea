#pragma once
/// Where the set-up puts the sentence encoder's files. Free of LibTorch.

#include <filesystem>

namespace rv::world_model::text {

/// minilm/ in the environment variable REVERIE_DEPS, else next to the LibTorch that the program was built
/// with, else in ./.deps: the first that holds the files. Where none does, where the set-up will put them.
std::filesystem::path sentence_encoder_folder();

/// Whether the weights and the vocabulary are in `folder`.
bool has_sentence_encoder(const std::filesystem::path& folder);

}  // namespace rv::world_model::text
