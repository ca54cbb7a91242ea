#include "engine/simulator/prompt.h"

#include <cctype>
#include <optional>
#include <span>
#include <unordered_map>

namespace rv::simulator {
namespace {

using Words = std::span<const std::string_view>;

struct Meaning {
    std::optional<TimeOfDay> time;
    std::optional<Weather> weather;
    std::optional<Biome> biome;
};

using Lexicon = std::unordered_map<std::string_view, Meaning>;

template <typename T>
void add(Lexicon& lexicon, std::optional<T> Meaning::*attribute, T value,
         std::initializer_list<std::string_view> words) {
    for (const std::string_view word : words) lexicon[word].*attribute = value;
}

Lexicon make_lexicon() {
    Lexicon l;
    add(l, &Meaning::time, TimeOfDay::Dawn, {"dawn", "sunrise", "morning", "daybreak", "sunup", "daybreaks"});
    add(l, &Meaning::time, TimeOfDay::Noon,
        {"noon", "midday", "day", "daytime", "afternoon", "daylight", "lunchtime"});
    add(l, &Meaning::time, TimeOfDay::Dusk,
        {"dusk", "sunset", "evening", "twilight", "sundown", "nightfall", "gloaming"});
    add(l, &Meaning::time, TimeOfDay::Night,
        {"night", "midnight", "nighttime", "moonlit", "moonlight", "moon", "nocturnal", "nights"});
    add(l, &Meaning::weather, Weather::Clear,
        {"clear", "sunny", "fair", "cloudless", "starry", "unclouded", "sunshine", "fine", "dry"});
    add(l, &Meaning::weather, Weather::Fog, {"fog", "foggy", "mist", "misty", "haze", "hazy", "mists"});
    add(l, &Meaning::weather, Weather::Rain,
        {"rain", "rainy", "raining", "rains", "drizzle", "drizzly", "downpour", "shower", "showers", "storm",
         "stormy", "wet", "rainstorm", "raindrops"});
    add(l, &Meaning::weather, Weather::Snow,
        {"snow", "snowy", "snowing", "snows", "snowfall", "snowflakes", "flakes", "blizzard", "snowstorm"});
    add(l, &Meaning::biome, Biome::Meadow,
        {"meadow", "meadows", "grass", "grassy", "green", "spring", "summer", "countryside", "pasture",
         "pastures", "fields"});
    add(l, &Meaning::biome, Biome::Autumn,
        {"autumn", "autumnal", "fall", "october", "november", "harvest", "russet"});
    add(l, &Meaning::biome, Biome::Desert,
        {"desert", "deserts", "sand", "sandy", "sands", "dune", "dunes", "cactus", "cacti", "arid", "oasis",
         "palms"});
    add(l, &Meaning::biome, Biome::Winter,
        {"winter", "wintry", "winters", "frozen", "frosty", "frost", "icy", "ice", "december", "january",
         "wintertime"});
    return l;
}

const Lexicon& lexicon() {
    static const Lexicon words = make_lexicon();
    return words;
}

// The next word in lower case, or empty at the end; `at` moves past it.
std::string next_word(std::string_view text, std::size_t& at) {
    const auto letter = [&](std::size_t i) { return std::isalpha(static_cast<unsigned char>(text[i])) != 0; };
    while (at < text.size() && !letter(at)) ++at;
    std::string word;
    for (; at < text.size() && letter(at); ++at) {
        word.push_back(static_cast<char>(std::tolower(static_cast<unsigned char>(text[at]))));
    }
    return word;
}

// --- captions
// -----------------------------------------------------------------------------------------------------

constexpr std::string_view kTimeNames[] = {"dawn", "noon", "dusk", "night"};
constexpr std::string_view kWeatherNames[] = {"clear", "fog", "rain", "snow"};
constexpr std::string_view kBiomeNames[] = {"meadow", "autumn", "desert", "winter"};

// After "at": a moment of the day.
constexpr std::string_view kAtDawn[] = {"dawn", "sunrise", "daybreak", "first light of dawn",
                                        "early morning"};
constexpr std::string_view kAtNoon[] = {"noon", "midday", "high noon", "midday", "the middle of the day"};
constexpr std::string_view kAtDusk[] = {"dusk", "sunset", "twilight", "sundown", "early evening"};
constexpr std::string_view kAtNight[] = {"night", "midnight", "night", "dead of night", "moonlit night"};
constexpr Words kAt[] = {kAtDawn, kAtNoon, kAtDusk, kAtNight};

// After an adjective: "a foggy ...".
constexpr std::string_view kNounDawn[] = {"dawn", "morning", "sunrise", "daybreak"};
constexpr std::string_view kNounNoon[] = {"noon", "midday", "day", "afternoon"};
constexpr std::string_view kNounDusk[] = {"dusk", "evening", "sunset", "twilight"};
constexpr std::string_view kNounNight[] = {"night", "midnight", "night"};
constexpr Words kNoun[] = {kNounDawn, kNounNoon, kNounDusk, kNounNight};

constexpr std::string_view kAdjectiveClear[] = {"clear", "cloudless", "fair", "fine"};
constexpr std::string_view kAdjectiveFog[] = {"foggy", "misty", "hazy"};
constexpr std::string_view kAdjectiveRain[] = {"rainy", "wet", "stormy", "drizzly"};
constexpr std::string_view kAdjectiveSnow[] = {"snowy", "snowy", "blizzard-swept"};
constexpr Words kAdjective[] = {kAdjectiveClear, kAdjectiveFog, kAdjectiveRain, kAdjectiveSnow};

constexpr std::string_view kClauseClear[] = {"under a clear sky", "with a cloudless sky", "in fair weather",
                                             "in clear air"};
constexpr std::string_view kClauseFog[] = {"in thick fog", "wrapped in mist", "with fog between the houses",
                                           "lost in the haze", "veiled by fog"};
constexpr std::string_view kClauseRain[] = {"in the rain", "with rain pouring down", "while it is raining",
                                            "in a heavy downpour", "under grey rain"};
constexpr std::string_view kClauseSnow[] = {"in falling snow", "while it is snowing",
                                            "with snowflakes in the air", "in heavy snowfall",
                                            "in a snowstorm"};
constexpr Words kClause[] = {kClauseClear, kClauseFog, kClauseRain, kClauseSnow};

constexpr std::string_view kPlaceMeadow[] = {"a village in a green meadow", "a grassy village",
                                             "a summer village", "a village among green pastures",
                                             "a village in the countryside"};
constexpr std::string_view kPlaceAutumn[] = {"an autumn village", "a village in autumn",
                                             "a village among autumn trees", "an autumnal village",
                                             "a village in October"};
constexpr std::string_view kPlaceDesert[] = {"a desert village", "a village in the desert", "a sandy village",
                                             "a village among dunes", "a village of sand and cacti"};
constexpr std::string_view kPlaceWinter[] = {"a winter village", "a village in winter", "a wintry village",
                                             "a frozen village", "a frosty village"};
constexpr Words kPlace[] = {kPlaceMeadow, kPlaceAutumn, kPlaceDesert, kPlaceWinter};

constexpr std::string_view kTemplates[] = {
    "{place} at {at}, {clause}",          "{place} {clause} at {at}",
    "{clause}: {place} at {at}",          "{a-adjective} {noun} in {place}",
    "{adjective} {noun}, {place}",        "{noun}, {weather}, {biome}",
    "{biome} village, {weather}, {noun}", "a walk through {place} on {a-adjective} {noun}",
    "{place} on {a-adjective} {noun}",    "{place}, {adjective} {noun}",
    "{at} in {place}, {clause}",          "a view of {place} {clause}, {noun}",
    "it is {at} in {place}; {weather}",   "houses and trees of {place}, {a-adjective} {noun}",
};

std::string_view pick(Words words, Random& random) {
    return words[static_cast<std::size_t>(random.index(static_cast<int>(words.size())))];
}

std::string with_article(std::string_view word) {
    const bool vowel = std::string_view("aeiou").find(word.front()) != std::string_view::npos;
    return (vowel ? "an " : "a ") + std::string(word);
}

template <typename E>
std::size_t at(E value) {
    return static_cast<std::size_t>(value);
}

std::string fill(std::string_view slot, const Look& look, Random& random) {
    if (slot == "place") return std::string(pick(kPlace[at(look.biome)], random));
    if (slot == "at") return std::string(pick(kAt[at(look.time)], random));
    if (slot == "noun") return std::string(pick(kNoun[at(look.time)], random));
    if (slot == "clause") return std::string(pick(kClause[at(look.weather)], random));
    if (slot == "adjective") return std::string(pick(kAdjective[at(look.weather)], random));
    if (slot == "a-adjective") return with_article(pick(kAdjective[at(look.weather)], random));
    if (slot == "weather") return std::string(kWeatherNames[at(look.weather)]);
    return std::string(kBiomeNames[at(look.biome)]);
}

}  // namespace

Look parse_prompt(std::string_view text, const Look& defaults) {
    Meaning found;
    bool negated = false;
    for (std::size_t position = 0; position < text.size();) {
        const std::string word = next_word(text, position);
        if (word == "no" || word == "not" || word == "without") {
            negated = true;
            continue;
        }
        const auto entry = lexicon().find(word);
        if (entry != lexicon().end() && !negated) {
            const Meaning& meaning = entry->second;
            if (!found.time) found.time = meaning.time;
            if (!found.weather) found.weather = meaning.weather;
            if (!found.biome) found.biome = meaning.biome;
        }
        negated = false;
    }
    return {found.time.value_or(defaults.time), found.weather.value_or(defaults.weather),
            found.biome.value_or(defaults.biome)};
}

std::string caption(const Look& look, Random& random) {
    const std::string_view pattern = pick(kTemplates, random);
    std::string text;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        if (pattern[i] != '{') {
            text.push_back(pattern[i]);
            continue;
        }
        const std::size_t end = pattern.find('}', i);
        text += fill(pattern.substr(i + 1, end - i - 1), look, random);
        i = end;
    }
    return text;
}

std::string canonical_name(const Look& look) {
    return std::string(kTimeNames[at(look.time)]) + ", " + std::string(kWeatherNames[at(look.weather)]) +
           ", " + std::string(kBiomeNames[at(look.biome)]);
}

const std::array<Look, kLookCount>& all_looks() {
    static const std::array<Look, kLookCount> looks = [] {
        std::array<Look, kLookCount> all;
        for (int i = 0; i < kLookCount; ++i) {
            all[static_cast<std::size_t>(i)] = {static_cast<TimeOfDay>(i / 16),
                                                static_cast<Weather>(i / 4 % 4), static_cast<Biome>(i % 4)};
        }
        return all;
    }();
    return looks;
}

int look_index(const Look& look) {
    return static_cast<int>(look.time) * 16 + static_cast<int>(look.weather) * 4 +
           static_cast<int>(look.biome);
}

}  // namespace rv::simulator
