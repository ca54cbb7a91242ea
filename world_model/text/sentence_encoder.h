#pragma once
/// Sentences as vectors whose angles tell how alike their meanings are: all-MiniLM-L6-v2, pretrained and not
/// learned further. So a prompt works whose words no world was trained on.
///
///     const auto encoder = SentenceEncoder::open(sentence_encoder_folder());
///     const torch::Tensor vectors = encoder->encode(prompts);  // (B, 384)
///
/// The same text gives the same vector whatever else is encoded with it: each is computed by itself, so that
/// it needs no padding.
///
/// Sources: Reimers and Gurevych 2019, "Sentence-BERT", Sec. 3 (mean pooling); Wang et al. 2020, "MiniLM"
/// (the network's size and weights before fine-tuning); Devlin et al. 2019, "BERT".

#include <torch/torch.h>

#include <filesystem>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <unordered_map>

#include "world_model/text/bert.h"
#include "world_model/text/wordpiece.h"

namespace rv::world_model::text {

/// Any thread may use it; they take turns.
class SentenceEncoder {
  public:
    static constexpr int64_t kWidth = 384;

    /// Takes about a tenth of a second and 90 MB. Shared between the worlds and trainings that read prompts.
    /// @param folder with model.safetensors and vocab.txt: sentence_encoder_folder().
    /// @throws FileError if a file is missing (the remedy is ./reverie setup), damaged or of another network.
    static std::shared_ptr<SentenceEncoder> open(const std::filesystem::path& folder);

    /// Only the first WordPiece::kMaxTokens tokens of a text count. An empty text is one like any other: "no
    /// prompt" is for the caller to tell apart. What was encoded lately is remembered, so that asking for the
    /// same prompt every frame costs nothing.
    /// @param texts B texts in UTF-8; what is broken in them is left out.
    /// @return      (B, 384) float32 of unit length, on the CPU, without gradient; the caller's own copy.
    torch::Tensor encode(std::span<const std::string> texts);

  private:
    SentenceEncoder(WordPiece words, Bert network) : words_(std::move(words)), network_(std::move(network)) {}
    torch::Tensor encode_one(const std::string& text);  // (384)

    std::mutex mutex_;  ///< guards all of the below
    WordPiece words_;
    Bert network_;
    std::unordered_map<std::string, torch::Tensor> recent_;  ///< text -> (384)
};

}  // namespace rv::world_model::text
