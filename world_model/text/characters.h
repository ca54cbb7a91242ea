#pragma once
/// What BERT's tokenizer asks of characters, without a Unicode library: for what prompts are likely to hold,
/// which is European letters, Chinese characters and the usual punctuation. Rarer capitals stay as they are.

#include <string>
#include <string_view>

namespace rv::world_model::text {

/// Code points of UTF-8. Bytes that are none become U+FFFD, and the text after them is read on.
std::u32string decode_utf8(std::string_view bytes);
/// @param character a code point that decode_utf8() gave.
void append_utf8(std::string& text, char32_t character);

bool is_space(char32_t c);
/// What a text loses before it is cut: control and formatting characters, private ones, U+FFFD.
bool is_control(char32_t c);
/// Unicode's punctuation, and every ASCII character that is neither letter nor digit.
bool is_punctuation(char32_t c);
/// Ideographs, which are words by themselves.
bool is_chinese(char32_t c);
/// A combining accent of its own.
bool is_accent(char32_t c);
/// The lower-case letter without its accents: E with acute -> e. A stroke is no accent: O with stroke -> o
/// with stroke.
char32_t plain_letter(char32_t c);

}  // namespace rv::world_model::text
