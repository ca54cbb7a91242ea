#include <doctest/doctest.h>
#include <torch/torch.h>

#include <cstdlib>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/messages.h"
#include "tests/support/temporary_folder.h"
#include "world_model/checkpoint.h"
#include "world_model/text/characters.h"
#include "world_model/text/encoder_files.h"
#include "world_model/text/sentence_encoder.h"
#include "world_model/text/wordpiece.h"

using namespace rv;
using namespace rv::world_model::text;
using rv::tests::contains;
using rv::tests::message_of;
using rv::tests::TemporaryFolder;

using Words = std::vector<std::string>;

namespace {

// The set-up fetches the files; where it could not, what needs them is left out, and says so.
bool files_are_there() {
    const bool there = has_sentence_encoder(sentence_encoder_folder());
    if (!there) MESSAGE("left out: the sentence encoder is not there; ./reverie setup fetches it");
    return there;
}

const WordPiece& bert_words() {
    static const WordPiece words(sentence_encoder_folder() / "vocab.txt");
    return words;
}

SentenceEncoder& encoder() {
    static const auto opened = SentenceEncoder::open(sentence_encoder_folder());
    return *opened;
}

/// Cosine similarities (A, B).
torch::Tensor similarities(const Words& a, const Words& b) {
    return torch::matmul(encoder().encode(a), encoder().encode(b).t());
}

float similarity(const std::string& a, const std::string& b) {
    return similarities({a}, {b}).item<float>();
}

std::filesystem::path small_vocabulary(const TemporaryFolder& folder) {
    const auto file = folder / "vocab.txt";
    std::ofstream(file) << "[PAD]\n[UNK]\n[CLS]\n[SEP]\nsnow\n##y\n##fall\nsno\n!\n\xE5\x8C\x97\n\xC3\xB8\n";
    return file;
}

}  // namespace

TEST_CASE("[decode_utf8] whole characters come back, and each broken place becomes one mark") {
    CHECK(decode_utf8("a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x8C\xA7") == U"a\u00E9\u20AC\U0001F327");
    CHECK(decode_utf8("a\xFFz") == U"a\uFFFDz");
    CHECK(decode_utf8("a\xE2\x82") == U"a\uFFFD");          // cut short by the end
    CHECK(decode_utf8("\xE2\x82z") == U"\uFFFDz");          // and by another character
    CHECK(decode_utf8("\xC0\x80z") == U"\uFFFD\uFFFDz");    // longer than needed
    CHECK(decode_utf8("\xED\xA0\x80z") == U"\uFFFDz");      // half of a surrogate pair
    CHECK(decode_utf8("\xF4\x90\x80\x80z") == U"\uFFFDz");  // beyond Unicode
    std::string back;
    for (const char32_t c : std::u32string(U"a\u00E9\u20AC\U0001F327")) append_utf8(back, c);
    CHECK(back == "a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x8C\xA7");
}

TEST_CASE("[split_words] lower case, punctuation and spaces") {
    CHECK(split_words(" Hello,\tWorld!\n") == Words{"hello", ",", "world", "!"});
    CHECK(split_words("it's 5\xC2\xB0"
                      "C... (dusk)") == Words{"it", "'", "s",
                                              "5\xC2\xB0"
                                              "c",
                                              ".", ".", ".", "(", "dusk", ")"});
    CHECK(split_words("dusk\xE2\x80\x94\xE2\x80\x9Csnow\xE2\x80\x9D") ==
          Words{"dusk", "\xE2\x80\x94", "\xE2\x80\x9C", "snow", "\xE2\x80\x9D"});
    CHECK(split_words("no\xC2\xA0"
                      "break")
              .size() == 2);
    CHECK(split_words("").empty());
    CHECK(split_words(" \n\t").empty());
}

TEST_CASE("[split_words] accents go, letters of their own stay") {
    CHECK(split_words("Cr\u00E8me Br\u00FBl\u00E9\x65 \u00C5ngstr\u00F6m \u1EA2") ==
          Words{"creme", "brulee", "angstrom", "a"});
    CHECK(split_words("e\u0301te\u0301") == Words{"ete"});  // accents as characters of their own
    CHECK(split_words("\u00D8re \u0141\u00F3d\u017A Stra\u00DFe") ==
          Words{"\u00F8re", "\u0142odz", "stra\u00DFe"});
    CHECK(split_words("\u0391\u03B8\u03AE\u03BD\u03B1 \u0419\u043E\u0434") ==
          Words{"\u03B1\u03B8\u03B7\u03BD\u03B1", "\u0438\u043E\u0434"});
}

TEST_CASE("[split_words] Chinese characters are words, and what nobody sees is left out") {
    CHECK(split_words("in\u5317\u4EAC now") == Words{"in", "\u5317", "\u4EAC", "now"});
    CHECK(split_words("sn\u200Bo\u00ADw\x01\x7F") == Words{"snow"});
    CHECK(split_words(std::string_view("a\0b", 3)) == Words{"ab"});
    CHECK(split_words("sn\xFFow \xC3") == Words{"snow"});
}

TEST_CASE("[WordPiece] takes the longest piece first, and a word that has none is unknown") {
    const TemporaryFolder folder;
    const WordPiece words(small_vocabulary(folder));
    CHECK(words.size() == 11);
    CHECK(words.pieces("Snowy snowfall!") == Words{"snow", "##y", "snow", "##fall", "!"});
    CHECK(words.pieces("snowman y \u5317\u00D8") == Words{"[UNK]", "[UNK]", "\u5317", "\u00F8"});
    CHECK(words.pieces(std::string(101, 'y')) == Words{"[UNK]"});
    CHECK(words.ids("snowy [SEP]") == std::vector<int64_t>{2, 4, 5, 1, 1, 1, 3});
    CHECK(words.ids("") == std::vector<int64_t>{2, 3});
}

TEST_CASE("[WordPiece] refuses what is no vocabulary") {
    const TemporaryFolder folder;
    CHECK(contains(message_of([&] { WordPiece(folder / "vocab.txt"); }), "cannot be read"));
    std::ofstream(folder / "vocab.txt") << "[CLS]\n[SEP]\n";
    CHECK(contains(message_of([&] { WordPiece(folder / "vocab.txt"); }), "no token [UNK]"));
}

TEST_CASE("[WordPiece] BERT's vocabulary") {
    if (!files_are_there()) return;
    const WordPiece& words = bert_words();
    CHECK(words.size() == 30522);
    CHECK(words.pieces("unaffable") == Words{"una", "##ffa", "##ble"});
    CHECK(words.ids("Hello, world!") == std::vector<int64_t>{101, 7592, 1010, 2088, 999, 102});
    CHECK(words.ids("na\u00EFve caf\u00E9") == words.ids("naive cafe"));
    CHECK(words.pieces("\U0001F327") == Words{"[UNK]"});
}

TEST_CASE("[WordPiece] a long text ends at the limit") {
    if (!files_are_there()) return;
    std::string text;
    for (int i = 0; i < 400; ++i) text += "snow ";
    const auto ids = bert_words().ids(text);
    REQUIRE(ids.size() == WordPiece::kMaxTokens);
    CHECK(ids.front() == 101);
    CHECK(ids[254] == ids[1]);
    CHECK(ids.back() == 102);
    CHECK(bert_words().ids(text.substr(0, 5 * 254)) == ids);         // just fits
    CHECK(bert_words().ids(text.substr(0, 5 * 253)).size() == 255);  // room for one more
}

TEST_CASE("[SentenceEncoder] agrees with the similarities that sentence-transformers publishes") {
    if (!files_are_there()) return;
    // sbert.net, "Usage" and "Semantic Textual Similarity"; printed there with four digits.
    const Words weather = {"The weather is lovely today.", "It's so sunny outside!",
                           "He drove to the stadium."};
    const auto usage =
        torch::tensor({{1.0, 0.6660, 0.1046}, {0.6660, 1.0, 0.1411}, {0.1046, 0.1411, 1.0}}, torch::kFloat32);
    const auto pairs = torch::tensor(
        {{0.0543, 0.8939, -0.0502}, {0.2838, -0.0029, 0.1310}, {0.2277, -0.0136, -0.0327}}, torch::kFloat32);
    const auto largest = [](const torch::Tensor& a, const torch::Tensor& b) {
        return (a - b).abs().max().item<float>();
    };
    const float usage_error = largest(similarities(weather, weather), usage);
    const float pairs_error = largest(
        similarities({"The new movie is awesome", "The cat sits outside", "A man is playing guitar"},
                     {"The dog plays in the garden", "The new movie is so great", "A woman watches TV"}),
        pairs);
    MESSAGE("largest differences " << usage_error << " and " << pairs_error);
    CHECK(usage_error < 1e-4f);
    CHECK(pairs_error < 1e-4f);
}

TEST_CASE("[SentenceEncoder] prompts of like meaning are near in words that share nothing") {
    if (!files_are_there()) return;
    CHECK(similarity("a frosty evening", "snowy dusk") >
          similarity("a frosty evening", "clear noon in the desert") + 0.1f);
    CHECK(similarity("pouring rain", "a heavy downpour") >
          similarity("pouring rain", "a sunny morning") + 0.1f);
    CHECK(similarity("SNOWY dusk ", "snowy dusk") == doctest::Approx(1));
}

TEST_CASE("[SentenceEncoder] vectors have unit length, whatever the text") {
    if (!files_are_there()) return;
    const Words texts = {
        "snow", "", "\xFF\xFE", "\u5317\u4EAC", std::string(5000, 'x'), std::string(3000, '!')};
    const auto vectors = encoder().encode(texts);
    REQUIRE(vectors.sizes() == torch::IntArrayRef({6, SentenceEncoder::kWidth}));
    CHECK(vectors.dtype() == torch::kFloat32);
    CHECK(!vectors.requires_grad());
    CHECK(torch::allclose(vectors.norm(2, 1), torch::ones({6}), 0, 1e-5));
    CHECK(torch::equal(vectors[1], vectors[2]));  // nothing is left of broken bytes
    CHECK(encoder().encode(Words{}).sizes() == torch::IntArrayRef({0, SentenceEncoder::kWidth}));
}

TEST_CASE("[SentenceEncoder] a text has one vector: alone, among others, remembered, from another thread") {
    if (!files_are_there()) return;
    const auto fresh = SentenceEncoder::open(sentence_encoder_folder());
    const auto among =
        fresh->encode(Words{"fog over the village", "a long prompt about an autumn morning", "fog"});
    CHECK(torch::equal(encoder().encode(Words{"fog"})[0], among[2]));
    auto again = fresh->encode(Words{"fog"});
    CHECK(torch::equal(again[0], among[2]));
    again.zero_();  // the caller's own copy
    torch::Tensor elsewhere;
    std::thread([&] { elsewhere = fresh->encode(Words{"fog"}); }).join();
    CHECK(torch::equal(elsewhere[0], among[2]));
}

TEST_CASE("[SentenceEncoder] its vectors can steer what is being trained") {
    if (!files_are_there()) return;
    torch::nn::Linear layer(SentenceEncoder::kWidth, 4);
    layer(encoder().encode(Words{"rain"})).sum().backward();
    CHECK(layer->weight.grad().abs().sum().item<float>() > 0);
}

TEST_CASE("[SentenceEncoder] says what is missing and how to get it") {
    const TemporaryFolder folder;
    CHECK(!has_sentence_encoder(folder.path()));
    const std::string message = message_of([&] { SentenceEncoder::open(folder.path()); });
    CHECK(contains(message, "model.safetensors"));
    CHECK(contains(message, "./reverie setup"));
    world_model::write_checkpoint(folder / "model.safetensors", {{{"a", torch::zeros({1})}}, {}});
    small_vocabulary(folder);
    CHECK(has_sentence_encoder(folder.path()));
    CHECK(contains(message_of([&] { SentenceEncoder::open(folder.path()); }), "11 tokens instead of 30522"));
    std::ofstream vocabulary(folder / "vocab.txt", std::ios::app);
    for (int i = 11; i < 30522; ++i) vocabulary << "word" << i << '\n';
    vocabulary.close();
    CHECK(contains(message_of([&] { SentenceEncoder::open(folder.path()); }), "missing embeddings."));
}

TEST_CASE("[sentence_encoder_folder] REVERIE_DEPS comes first where it holds the files") {
    const TemporaryFolder folder;
    std::filesystem::create_directories(folder / "minilm");
    for (const char* name : {"model.safetensors", "vocab.txt"})
        std::ofstream(folder / "minilm" / name) << "x";
    const char* before = std::getenv("REVERIE_DEPS");
    const std::string kept = before != nullptr ? before : "";
    setenv("REVERIE_DEPS", folder.path().c_str(), 1);
    const auto found = sentence_encoder_folder();
    if (before != nullptr)
        setenv("REVERIE_DEPS", kept.c_str(), 1);
    else
        unsetenv("REVERIE_DEPS");
    CHECK(found == folder / "minilm");
}
