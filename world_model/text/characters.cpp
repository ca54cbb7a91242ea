#include "world_model/text/characters.h"

#include <algorithm>
#include <cstdint>
#include <span>

namespace rv::world_model::text {
namespace {

constexpr char32_t kReplacement = 0xFFFD;

struct Range {
    char32_t first, last;
};

bool within(std::span<const Range> ranges, char32_t c) {
    return std::ranges::any_of(ranges, [c](const Range& r) { return c >= r.first && c <= r.last; });
}

constexpr Range kSpaces[] = {{0x09, 0x0A},     {0x0D, 0x0D},     {0x20, 0x20},     {0xA0, 0xA0},
                             {0x1680, 0x1680}, {0x2000, 0x200A}, {0x2028, 0x2029}, {0x202F, 0x202F},
                             {0x205F, 0x205F}, {0x3000, 0x3000}};

constexpr Range kControls[] = {{0x00, 0x08},       {0x0B, 0x0C},       {0x0E, 0x1F},     {0x7F, 0x9F},
                               {0xAD, 0xAD},       {0x0600, 0x0605},   {0x061C, 0x061C}, {0x06DD, 0x06DD},
                               {0x180E, 0x180E},   {0x200B, 0x200F},   {0x202A, 0x202E}, {0x2060, 0x206F},
                               {0xD800, 0xF8FF},   {0xFEFF, 0xFEFF},   {0xFFF0, 0xFFFB}, {0xFFFD, 0xFFFF},
                               {0xE0000, 0xE00FF}, {0xF0000, 0x10FFFF}};

constexpr Range kPunctuation[] = {
    {0x21, 0x2F},     {0x3A, 0x40},     {0x5B, 0x60},     {0x7B, 0x7E},     {0xA1, 0xA1},
    {0xA7, 0xA7},     {0xAB, 0xAB},     {0xB6, 0xB7},     {0xBB, 0xBB},     {0xBF, 0xBF},
    {0x037E, 0x037E}, {0x0387, 0x0387}, {0x055A, 0x055F}, {0x0589, 0x058A}, {0x05BE, 0x05BE},
    {0x05C0, 0x05C0}, {0x05C3, 0x05C3}, {0x05F3, 0x05F4}, {0x060C, 0x060D}, {0x061B, 0x061B},
    {0x061D, 0x061F}, {0x066A, 0x066D}, {0x06D4, 0x06D4}, {0x0964, 0x0965}, {0x2010, 0x2027},
    {0x2030, 0x2043}, {0x2045, 0x2051}, {0x2053, 0x205E}, {0x207D, 0x207E}, {0x208D, 0x208E},
    {0x2308, 0x230B}, {0x2329, 0x232A}, {0x2768, 0x2775}, {0x27C5, 0x27C6}, {0x27E6, 0x27EF},
    {0x2983, 0x2998}, {0x29D8, 0x29DB}, {0x29FC, 0x29FD}, {0x2E00, 0x2E2E}, {0x2E30, 0x2E4F},
    {0x2E52, 0x2E5D}, {0x3001, 0x3003}, {0x3008, 0x3011}, {0x3014, 0x301F}, {0x3030, 0x3030},
    {0x303D, 0x303D}, {0x30A0, 0x30A0}, {0x30FB, 0x30FB}, {0xFE10, 0xFE19}, {0xFE30, 0xFE52},
    {0xFE54, 0xFE61}, {0xFE63, 0xFE63}, {0xFE68, 0xFE68}, {0xFE6A, 0xFE6B}, {0xFF01, 0xFF03},
    {0xFF05, 0xFF0A}, {0xFF0C, 0xFF0F}, {0xFF1A, 0xFF1B}, {0xFF1F, 0xFF20}, {0xFF3B, 0xFF3D},
    {0xFF3F, 0xFF3F}, {0xFF5B, 0xFF5B}, {0xFF5D, 0xFF5D}, {0xFF5F, 0xFF65}};

// The blocks that BERT's published code names. Not among them: Japanese kana and Korean, written in words.
constexpr Range kChinese[] = {{0x3400, 0x4DBF},   {0x4E00, 0x9FFF},   {0xF900, 0xFAFF},   {0x20000, 0x2A6DF},
                              {0x2A700, 0x2B73F}, {0x2B740, 0x2B81F}, {0x2B820, 0x2CEAF}, {0x2F800, 0x2FA1F}};

// With the selectors of emoji, which Unicode counts among the accents.
constexpr Range kAccents[] = {{0x0300, 0x036F}, {0x0483, 0x0487}, {0x0591, 0x05BD}, {0x1AB0, 0x1ABD},
                              {0x1DC0, 0x1DFF}, {0x20D0, 0x20DC}, {0x302A, 0x302D}, {0x3099, 0x309A},
                              {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}};

/// The plain letters of a block, one for each code point from `first` on; '.' where there is no accent.
struct Block {
    char32_t first;
    std::string_view letters;
};
constexpr Block kLatin[] = {
    {0x00C0, "aaaaaa.ceeeeiiii.nooooo..uuuuy..aaaaaa.ceeeeiiii.nooooo..uuuuy.y"},
    {0x0100,
     "aaaaaaccccccccdd..eeeeeeeeeegggggggghh..iiiiiiiii...jjkk.llllll....nnnnnn...oooooo..rrrrrr"
     "sssssssstttt..uuuuuuuuuuuuwwyyyzzzzzz."},
    {0x01A0, "oo.............uu"},
    {0x01CD,
     "aaiioouuuuuuuuuu.aaaa....ggkkoooo..j...gg..nnaa....aaaaeeeeiiiioooorrrruuuusstt..hh......aa"
     "eeooooooooyy"},
    {0x1E00,
     "aabbbbbbccddddddddddeeeeeeeeeeffgghhhhhhhhhhiiiikkkkkkllllllllmmmmmmnnnnnnnnoooooooopppprrrr"
     "rrrrssssssssssttttttttuuuuuuuuuuvvvvwwwwwwwwwwxxxxyyzzzzzzhtwy......aaaaaaaaaaaaaaaaaaaaaaaa"
     "eeeeeeeeeeeeeeeeiiiioooooooooooooooooooooooouuuuuuuuuuuuuuyyyyyyyy"}};

/// Lower-case letters of other scripts, with accent and without.
struct Pair {
    char32_t accented, plain;
};
constexpr Pair kPairs[] = {
    {U'\u03AC', U'\u03B1'}, {U'\u03AD', U'\u03B5'}, {U'\u03AE', U'\u03B7'}, {U'\u03AF', U'\u03B9'},
    {U'\u03CC', U'\u03BF'}, {U'\u03CD', U'\u03C5'}, {U'\u03CE', U'\u03C9'}, {U'\u03CA', U'\u03B9'},
    {U'\u03CB', U'\u03C5'}, {U'\u0390', U'\u03B9'}, {U'\u03B0', U'\u03C5'}, {U'\u0439', U'\u0438'},
    {U'\u0450', U'\u0435'}, {U'\u0451', U'\u0435'}, {U'\u0453', U'\u0433'}, {U'\u0457', U'\u0456'},
    {U'\u045C', U'\u043A'}, {U'\u045D', U'\u0438'}, {U'\u045E', U'\u0443'}};

char32_t lower(char32_t c) {
    const auto in = [c](char32_t first, char32_t last) { return c >= first && c <= last; };
    if (in('A', 'Z')) return c + 32;
    if (in(0xC0, 0xDE) && c != 0xD7) return c + 32;
    // Pairs of neighbours; where a letter without a capital shifts them, the capital is the odd one.
    if (in(0x0139, 0x0148) || in(0x0179, 0x017E)) return c + c % 2;
    if (in(0x0100, 0x0137) || in(0x014A, 0x0177)) return c | 1;
    if (c == 0x1E9E) return 0xDF;
    if (c == 0x0386) return 0x03AC;
    if (in(0x0388, 0x038A)) return c + 37;
    if (c == 0x038C) return 0x03CC;
    if (in(0x038E, 0x038F)) return c + 63;
    if (in(0x0391, 0x03AB) && c != 0x03A2) return c + 32;
    if (in(0x0400, 0x040F)) return c + 80;
    if (in(0x0410, 0x042F)) return c + 32;
    if (in(0x0490, 0x04BF)) return c | 1;
    return c;
}

/// How many bytes a sequence that begins with `lead` has, and the bits of the lead that belong to the code
/// point. Length 0: no sequence begins so.
struct Lead {
    std::size_t length;
    char32_t bits;
};
Lead read_lead(unsigned char lead) {
    if (lead < 0x80) return {1, lead};
    if (lead >= 0xC2 && lead <= 0xDF) return {2, lead & 0x1Fu};
    if (lead >= 0xE0 && lead <= 0xEF) return {3, lead & 0x0Fu};
    if (lead >= 0xF0 && lead <= 0xF4) return {4, lead & 0x07u};
    return {0, 0};
}

}  // namespace

std::u32string decode_utf8(std::string_view bytes) {
    constexpr char32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};  // a longer sequence for less is an error
    std::u32string text;
    text.reserve(bytes.size());
    for (std::size_t i = 0; i < bytes.size();) {
        auto [length, c] = read_lead(static_cast<unsigned char>(bytes[i]));
        std::size_t read = 1;
        for (; read < length && i + read < bytes.size(); ++read) {
            const auto byte = static_cast<unsigned char>(bytes[i + read]);
            if ((byte & 0xC0u) != 0x80u) break;
            c = c << 6 | (byte & 0x3Fu);
        }
        const bool whole = length > 0 && read == length && c >= kSmallest[length] && c <= 0x10FFFF &&
                           (c < 0xD800 || c > 0xDFFF);
        text += whole ? c : kReplacement;
        i += read;
    }
    return text;
}

void append_utf8(std::string& text, char32_t c) {
    const auto add = [&text](char32_t byte) { text += static_cast<char>(static_cast<unsigned char>(byte)); };
    const auto follow = [&add, c](int shift) { add(0x80 | ((c >> shift) & 0x3F)); };
    if (c < 0x80) {
        add(c);
    } else if (c < 0x800) {
        add(0xC0 | c >> 6);
        follow(0);
    } else if (c < 0x10000) {
        add(0xE0 | c >> 12);
        follow(6);
        follow(0);
    } else {
        add(0xF0 | c >> 18);
        follow(12);
        follow(6);
        follow(0);
    }
}

bool is_space(char32_t c) {
    return within(kSpaces, c);
}

bool is_control(char32_t c) {
    return within(kControls, c);
}

bool is_punctuation(char32_t c) {
    return within(kPunctuation, c);
}

bool is_chinese(char32_t c) {
    return within(kChinese, c);
}

bool is_accent(char32_t c) {
    return within(kAccents, c);
}

char32_t plain_letter(char32_t c) {
    if (c < 0x80) return lower(c);
    for (const Block& block : kLatin) {
        if (c < block.first || c - block.first >= block.letters.size()) continue;
        const char letter = block.letters[c - block.first];
        if (letter != '.') return static_cast<unsigned char>(letter);
    }
    c = lower(c);
    const auto found = std::ranges::find(kPairs, c, &Pair::accented);
    return found != std::end(kPairs) ? found->plain : c;
}

}  // namespace rv::world_model::text
