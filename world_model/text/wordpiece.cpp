#include "world_model/text/wordpiece.h"

#include <algorithm>
#include <fstream>

#include "engine/core/error.h"
#include "world_model/text/characters.h"

namespace rv::world_model::text {
namespace {

constexpr const char* kUnknown = "[UNK]";
constexpr std::ptrdiff_t kMaxWordLength =
    100;  // characters; longer ones are unknown, as in the published code

bool continues(char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0u) == 0x80u;
}

}  // namespace

std::vector<std::string> split_words(std::string_view text) {
    std::vector<std::string> words;
    std::string word;
    const auto finish = [&] {
        if (!word.empty()) words.push_back(std::move(word));
        word.clear();
    };
    for (const char32_t c : decode_utf8(text)) {
        if (is_space(c)) {
            finish();
        } else if (is_control(c) || is_accent(c)) {
            continue;
        } else if (is_chinese(c) || is_punctuation(c)) {
            finish();
            append_utf8(word, c);
            finish();
        } else {
            append_utf8(word, plain_letter(c));
        }
    }
    finish();
    return words;
}

WordPiece::WordPiece(const std::filesystem::path& vocabulary) {
    std::ifstream stream(vocabulary);
    if (!stream) throw FileError(vocabulary.string(), "cannot be read");
    ids_.reserve(32768);
    for (std::string line; std::getline(stream, line); ++size_) {
        if (line.ends_with('\r')) line.pop_back();
        ids_.try_emplace(std::move(line), static_cast<std::int64_t>(size_));
    }
    for (const char* token : {"[CLS]", "[SEP]", kUnknown}) {
        if (!ids_.contains(token))
            throw FileError(vocabulary.string(),
                            std::string("has no token ") + token + ", so it is no vocabulary of BERT");
    }
    cls_ = ids_.at("[CLS]");
    sep_ = ids_.at("[SEP]");
}

void WordPiece::cut(std::string_view word, std::vector<std::string>& pieces) const {
    if (std::ranges::count_if(word, [](char byte) { return !continues(byte); }) > kMaxWordLength) {
        pieces.emplace_back(kUnknown);
        return;
    }
    const std::size_t before = pieces.size();
    std::string piece;
    for (std::size_t begin = 0; begin < word.size();) {
        std::size_t end = word.size();
        for (; end > begin; --end) {
            if (end < word.size() && continues(word[end])) continue;  // inside of a character
            piece = begin > 0 ? "##" : "";
            piece += word.substr(begin, end - begin);
            if (ids_.contains(piece)) break;
        }
        if (end == begin) {  // no piece begins like this: the whole word is unknown
            pieces.resize(before);
            pieces.emplace_back(kUnknown);
            return;
        }
        pieces.push_back(piece);
        begin = end;
    }
}

std::vector<std::string> WordPiece::pieces(std::string_view text) const {
    std::vector<std::string> pieces;
    for (const std::string& word : split_words(text)) cut(word, pieces);
    return pieces;
}

std::vector<std::int64_t> WordPiece::ids(std::string_view text) const {
    std::vector<std::int64_t> ids = {cls_};
    for (const std::string& piece : pieces(text)) {
        if (ids.size() + 1 == kMaxTokens) break;
        ids.push_back(ids_.at(piece));
    }
    ids.push_back(sep_);
    return ids;
}

}  // namespace rv::world_model::text
