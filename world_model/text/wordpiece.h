#pragma once
/// Texts as numbers for BERT: cut into words and punctuation, and each word into the longest pieces that the
/// vocabulary has.
///
/// Sources: Devlin et al. 2019, "BERT", Sec. 3 (its published code for the details: lower case, no accents,
/// Chinese characters as words); Wu et al. 2016, Sec. 4.1 (WordPiece).

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace rv::world_model::text {

/// Words and single punctuation marks, in lower case and without accents. Control characters and broken UTF-8
/// are left out.
std::vector<std::string> split_words(std::string_view text);

class WordPiece {
  public:
    /// Tokens that the sentence encoder was made for, [CLS] and [SEP] included (its model card).
    static constexpr std::size_t kMaxTokens = 256;

    /// @param vocabulary one token a line; a line's number, from 0 on, is the token's id.
    /// @throws FileError if it cannot be read or lacks [CLS], [SEP] or [UNK].
    explicit WordPiece(const std::filesystem::path& vocabulary);

    /// "Unaffable!" -> {"una", "##ffa", "##ble", "!"}. A word that cannot be made of pieces is "[UNK]".
    [[nodiscard]] std::vector<std::string> pieces(std::string_view text) const;
    /// [CLS], the pieces, [SEP]; what does not fit into kMaxTokens is left out. What a text spells out as
    /// "[SEP]" is text like any other.
    [[nodiscard]] std::vector<std::int64_t> ids(std::string_view text) const;
    /// Number of tokens.
    [[nodiscard]] std::size_t size() const { return size_; }

  private:
    /// Appends the pieces of one word.
    void cut(std::string_view word, std::vector<std::string>& pieces) const;

    std::unordered_map<std::string, std::int64_t> ids_;
    std::size_t size_ = 0;
    std::int64_t cls_ = 0, sep_ = 0;
};

}  // namespace rv::world_model::text
