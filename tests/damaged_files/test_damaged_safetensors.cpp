#include <doctest/doctest.h>

#include "engine/core/safetensors.h"
#include "tests/damaged_files/trial.h"
#include "tests/support/files.h"
#include "tests/support/temporary_folder.h"

using namespace rv;
using namespace rv::tests;

namespace {

constexpr int kFiles = 200;  // of each kind of damage

std::string whole_file(const TemporaryFolder& folder) {
    const std::vector<float> weight(24, 1.5f);
    const std::vector<std::int64_t> step = {42};
    const std::vector<std::uint8_t> mask(7, 1);
    const std::vector<TensorEntry> entries = {
        {"blocks.0.weight", DType::F32, {2, 3, 4}, std::as_bytes(std::span(weight))},
        {"step", DType::I64, {}, std::as_bytes(std::span(step))},
        {"mask", DType::Bool, {7}, std::as_bytes(std::span(mask))},
        {"empty", DType::F16, {0, 4}, {}}};
    write_safetensors(folder / "whole", entries, {{"kind", "test"}, {"config", "{\"a\": 1}"}});
    return bytes_of(folder / "whole");
}

std::string with_header(const std::string& header, std::size_t data_bytes = 0) {
    const std::uint64_t length = header.size();
    std::string file(reinterpret_cast<const char*>(&length), 8);
    file += header;
    file.append(data_bytes, '\7');
    return file;
}

std::string repeated(const std::string& text, std::size_t times) {
    std::string all;
    for (std::size_t i = 0; i < times; ++i) all += text;
    return all;
}

std::string joined(std::initializer_list<std::string_view> parts) {
    std::string all;
    for (const std::string_view part : parts) all += part;
    return all;
}

// One piece of the header replaced by something of another type.
std::string with_wrong_type(const std::string& header, Dice& dice) {
    static const std::vector<std::string> pieces = {
        "\"F32\"", "[2,3,4]", "[0,8]", "\"BOOL\"", "{\"kind\"", "\"shape\"", "24", ":", ",", "]", "}", "\""};
    static const std::vector<std::string> others = {"null",
                                                    "true",
                                                    "-1",
                                                    "1e308",
                                                    "\"F64\"",
                                                    "[[]]",
                                                    "{}",
                                                    "[1.5]",
                                                    "\"\\ud800\"",
                                                    "\"\xff\"",
                                                    "99999999999999999999",
                                                    "",
                                                    "[",
                                                    "{\"a\":",
                                                    "\"data_offsets\""};
    std::string changed = header;
    const std::string& piece = dice.one_of(pieces);
    std::vector<std::size_t> places;
    for (std::size_t at = changed.find(piece); at != std::string::npos; at = changed.find(piece, at + 1))
        places.push_back(at);
    if (!places.empty()) changed.replace(dice.one_of(places), piece.size(), dice.one_of(others));
    return changed;
}

std::string absurd_tensor(Dice& dice) {
    const auto number = [&] { return std::to_string(dice.one_of(kAbsurdNumbers)); };
    std::string shape;
    for (std::size_t i = dice.below(5); i > 0; --i) shape += (shape.empty() ? "" : ",") + number();
    static const std::vector<std::string> types = {"F64", "F32", "F16", "I8", "BOOL"};
    return "{\"dtype\":\"" + dice.one_of(types) + "\",\"shape\":[" + shape + "],\"data_offsets\":[" +
           number() + "," + number() + "]}";
}

}  // namespace

TEST_CASE("[damaged safetensors] a thousand damaged files are refused or read within their bounds") {
    const TemporaryFolder folder;
    const std::string whole = whole_file(folder);
    std::uint64_t header_bytes = 0;
    std::memcpy(&header_bytes, whole.data(), 8);
    const std::string header = whole.substr(8, header_bytes), data = whole.substr(8 + header_bytes);
    Trials trials(folder / "damaged");
    REQUIRE_FALSE(trials.run("whole", 0, whole));
    for (std::uint64_t seed = 0; seed < kFiles; ++seed) {
        Dice dice(seed);
        trials.run_refused("cut", seed, whole.substr(0, dice.below(whole.size())));
        trials.run("flipped", seed, with_flipped_bits(whole, 0, whole.size(), dice));
        trials.run("header flipped", seed, with_flipped_bits(whole, 8, 8 + header_bytes, dice));
        trials.run("absurd number", seed, with_absurd_number(whole, 0, whole.size(), dice));
        trials.run("wrong type", seed, with_header(with_wrong_type(header, dice)) + data);
        trials.run(
            "absurd tensors", seed,
            with_header(std::string("{\"a\":") + absurd_tensor(dice) + ",\"b\":" + absurd_tensor(dice) + "}",
                        64));
        // Two tensors that may overlap, leave a hole or reach too far
        const std::size_t begin = dice.below(24), end = dice.below(40);
        trials.run(
            "overlap", seed,
            with_header(
                R"({"a":{"dtype":"U8","shape":[16],"data_offsets":[0,16]},"b":{"dtype":"U8","shape":[)" +
                    std::to_string(end > begin ? end - begin : 0) + R"(],"data_offsets":[)" +
                    std::to_string(begin) + "," + std::to_string(end) + "]}}",
                32));
    }
    MESSAGE(trials.count() << " files, " << trials.refused() << " refused, at most "
                           << trials.most_beyond_size_bytes() / 1024 << " KiB beyond a file's size");
    CHECK(trials.count() > 1000);
    CHECK(trials.refused() > trials.count() / 2);
}

TEST_CASE("[damaged safetensors] a large header cannot ask for more memory than its file's size allows") {
    const TemporaryFolder folder;
    Trials trials(folder / "damaged");
    constexpr std::size_t kMany = 16'000'000;
    std::uint64_t seed = 0;
    const auto refused = [&](const std::string& header) {
        trials.run_refused("large", seed++, with_header(header));
    };
    refused(std::string(kMany, '['));
    refused(joined({"{\"a\":", std::string(kMany, '[')}));
    refused(std::string("{\"a\":[") + repeated("1,", kMany / 2) + "1]}");
    refused(std::string("{\"a\":[") + repeated("\"\",", kMany / 3) + "1]}");
    refused(std::string("{\"a\":[") + repeated("{},", kMany / 3) + "1]}");
    refused(std::string("{\"a\":{") + repeated("\"b\":{", kMany / 5));
    refused(std::string("{\"a\":{\"dtype\":\"U8\",\"shape\":[") + repeated("0,", kMany / 2) +
            "0],\"data_offsets\":[0,0]}}");
    refused(joined({"{\"", std::string(kMany, 'x'), "\":1}"}));
    refused(joined({"{\"a\":\"", std::string(kMany, 'x'), "\"}"}));
    refused(joined({"{\"a\":\"", std::string(kMany / 4, 'x'), "\n\"}"}));
    refused(joined({"{\"a\":\"", std::string(kMany, ','), "\n\"}"}));
    refused(joined({"{\"a\":", std::string(kMany, '1'), "}"}));
    refused(joined({"{\"a\":", std::string(kMany / 4, '1'), "}"}));
    refused(joined({"{", std::string(kMany, ' ')}));
    refused(joined({"{", std::string(kMany / 4, ' ')}));
    refused(std::string((16u << 20) + 1, ' '));
    std::string metadata = "{\"__metadata__\":{", tensors = "{";
    for (std::size_t i = 0; metadata.size() < kMany; ++i) metadata += "\"" + std::to_string(i) + "\":\"\",";
    for (std::size_t i = 0; tensors.size() < kMany; ++i)
        tensors += "\"" + std::to_string(i) + R"(":{"dtype":"U8","shape":[],"data_offsets":[0,0]},)";
    refused(metadata + "\"x\":\"\"}}");
    refused(tensors + "\"x\":1}");
    MESSAGE(trials.count() << " files, at most " << trials.most_beyond_size_bytes() / 1024
                           << " KiB beyond a file's size");
}
