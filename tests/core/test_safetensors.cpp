#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <numeric>
#include <sstream>

#include "engine/core/safetensors.h"

using namespace rv;
namespace fs = std::filesystem;

namespace {

struct Folder {
    fs::path path = fs::temp_directory_path() / ("reverie-safetensors-" + std::to_string(::getpid()));
    Folder() { fs::create_directories(path); }
    ~Folder() { fs::remove_all(path); }
};

std::string bytes_of(const fs::path& path) {
    std::ostringstream text;
    text << std::ifstream(path, std::ios::binary).rdbuf();
    return text.str();
}

void put(const fs::path& path, std::string_view bytes) {
    std::ofstream(path, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

std::string with_header(std::string_view header, std::size_t data_bytes) {
    const std::uint64_t length = header.size();
    std::string file(reinterpret_cast<const char*>(&length), 8);
    file += header;
    file.append(data_bytes, '\7');
    return file;
}

/// The message of the refusal, or nothing if the file was taken.
std::string refusal(const fs::path& path) {
    try {
        SafetensorsFile::open(path);
    } catch (const FileError& error) {
        return error.what();
    }
    return {};
}

struct Example {
    std::vector<float> weight = {1, 2, 3, 4, 5, 6};
    std::vector<std::uint8_t> mask = {1, 0, 1};
    std::vector<std::int64_t> step = {42};
    std::vector<TensorEntry> entries = {
        {"mask", DType::Bool, {3}, std::as_bytes(std::span(mask))},
        {"weight", DType::F32, {2, 3}, std::as_bytes(std::span(weight))},
        {"step", DType::I64, {}, std::as_bytes(std::span(step))},
        {"nothing", DType::F16, {0, 4}, {}},
    };
};

}  // namespace

TEST_CASE("[Safetensors] what is written is read back") {
    const Folder folder;
    const Example example;
    const fs::path path = folder.path / "a.safetensors";
    write_safetensors(path, example.entries, {{"kind", "test \"quoted\""}, {"n", "1"}});

    const SafetensorsFile file = SafetensorsFile::open(path);
    CHECK(file.names() == std::vector<std::string>{"mask", "nothing", "step", "weight"});
    CHECK(file.metadata().at("kind") == "test \"quoted\"");
    CHECK(file.metadata().size() == 2);
    const TensorView& weight = file.at("weight");
    CHECK(weight.dtype == DType::F32);
    CHECK(weight.shape == std::vector<std::int64_t>{2, 3});
    CHECK(weight.values<float>() == example.weight);
    CHECK(file.at("mask").values<std::uint8_t>() == example.mask);
    CHECK(file.at("step").shape.empty());
    CHECK(file.at("step").values<std::int64_t>() == example.step);
    CHECK(file.at("nothing").element_count() == 0);
    CHECK_FALSE(file.contains("bias"));
    CHECK_THROWS_WITH_AS(static_cast<void>(file.at("bias")), doctest::Contains("no tensor 'bias'"),
                         FileError);
}

TEST_CASE("[Safetensors] every dtype survives") {
    const Folder folder;
    const std::vector<std::byte> data(32, std::byte{3});
    const DType all[] = {DType::F64, DType::F32, DType::F16, DType::BF16, DType::I64,
                         DType::I32, DType::I16, DType::I8,  DType::U8,   DType::Bool};
    std::vector<TensorEntry> entries;
    for (const DType dtype : all)
        entries.push_back(
            {std::string(name_of(dtype)), dtype, {2, 2}, std::span(data).first(4 * size_bytes(dtype))});
    write_safetensors(folder.path / "types", entries);
    const SafetensorsFile file = SafetensorsFile::open(folder.path / "types");
    for (const DType dtype : all) {
        const TensorView& view = file.at(name_of(dtype));
        CHECK(view.dtype == dtype);
        CHECK(view.bytes.size() == 4 * size_bytes(dtype));
        CHECK(reinterpret_cast<std::uintptr_t>(view.bytes.data()) % size_bytes(dtype) == 0);
    }
}

TEST_CASE("[Safetensors] the same content gives the same bytes in any order") {
    const Folder folder;
    Example example;
    write_safetensors(folder.path / "a", example.entries, {{"x", "1"}, {"y", "2"}});
    std::reverse(example.entries.begin(), example.entries.end());
    write_safetensors(folder.path / "b", example.entries, {{"y", "2"}, {"x", "1"}});
    CHECK(bytes_of(folder.path / "a") == bytes_of(folder.path / "b"));
    // Nothing temporary stays behind.
    CHECK(std::distance(fs::directory_iterator(folder.path), fs::directory_iterator()) == 2);
}

TEST_CASE("[Safetensors] a file by the format's definition is read, unaligned data included") {
    const Folder folder;
    const fs::path path = folder.path / "foreign";
    put(path,
        with_header(R"({"b":{"dtype":"F32","shape":[1],"data_offsets":[1,5]},"a":{"dtype":"U8","shape":[1],)"
                    R"("data_offsets":[0,1]}})",
                    5));
    const SafetensorsFile file = SafetensorsFile::open(path);
    CHECK(file.at("b").values<float>().size() == 1);
    CHECK(file.at("a").values<std::uint8_t>()[0] == 7);
    put(path, with_header("{}", 0));
    CHECK(SafetensorsFile::open(path).names().empty());
}

TEST_CASE("[Safetensors] each kind of damage is refused with its own sentence") {
    const Folder folder;
    const fs::path path = folder.path / "bad";
    const auto refuses = [&](std::string_view header, std::size_t data_bytes, const char* sentence) {
        put(path, with_header(header, data_bytes));
        const std::string message = refusal(path);
        CAPTURE(header);
        CHECK_MESSAGE(message.find(sentence) != std::string::npos, message);
        CHECK(message.find(path.string()) == 0);
    };
    refuses("", 0, "not valid JSON");
    refuses("[]", 0, "not a JSON object");
    refuses("{\"a\":", 0, "not valid JSON");
    refuses(R"({"a":1})", 0, "not described by an object");
    refuses(R"({"a":{"shape":[1],"data_offsets":[0,1]}})", 1, "no dtype");
    refuses(R"({"a":{"dtype":"F7","shape":[1],"data_offsets":[0,1]}})", 1, "unknown dtype 'F7'");
    refuses(R"({"a":{"dtype":"U8","shape":4,"data_offsets":[0,1]}})", 1, "has no shape");
    refuses(R"({"a":{"dtype":"U8","shape":[-1],"data_offsets":[0,1]}})", 1, "non-negative");
    refuses(R"({"a":{"dtype":"U8","shape":[1.5],"data_offsets":[0,1]}})", 1, "non-negative");
    refuses(R"({"a":{"dtype":"U8","shape":[18446744073709551615],"data_offsets":[0,1]}})", 1, "non-negative");
    refuses(R"({"a":{"dtype":"F64","shape":[4611686018427387904,2],"data_offsets":[0,0]}})", 0, "overflows");
    refuses(R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0]}})", 1, "data_offsets");
    refuses(R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[-1,0]}})", 1, "data_offsets");
    refuses(R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[1,0]}})", 1, "ends before it begins");
    refuses(R"({"a":{"dtype":"U8","shape":[9],"data_offsets":[0,9]}})", 1, "cut short");
    refuses(R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,18446744073709551615]}})", 1, "cut short");
    refuses(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}})", 4, "needs 8 bytes and has 4");
    refuses(R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}})", 3, "2 bytes after the last tensor");
    refuses(R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}})", 2, "hole");
    refuses(R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],)"
            R"("data_offsets":[1,3]}})",
            3, "overlaps");
    refuses(R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"U8","shape":[1],)"
            R"("data_offsets":[0,1]}})",
            1, "'a' twice");
    refuses(R"({"__metadata__":3})", 0, "__metadata__ is not an object");
    refuses(R"({"__metadata__":{"a":3}})", 0, "'a' is not a string");
    refuses(std::string(4000, '['), 0, "not valid JSON");

    put(path, "abc");
    CHECK(refusal(path).find("too short") != std::string::npos);
    put(path, std::string("\xff\xff\xff\xff\xff\xff\xff\x7f{}", 10));
    CHECK(refusal(path).find("claims a header") != std::string::npos);
    put(path, std::string("\x09\0\0\0\0\0\0\0{}", 10));
    CHECK(refusal(path).find("cut short") != std::string::npos);
    CHECK(refusal(folder.path).find("not a regular file") != std::string::npos);
    CHECK(refusal(folder.path / "absent").find("cannot be opened") != std::string::npos);
}

TEST_CASE("[Safetensors] a file cut at any length is refused") {
    const Folder folder;
    const Example example;
    write_safetensors(folder.path / "whole", example.entries, {{"kind", "test"}});
    const std::string whole = bytes_of(folder.path / "whole");
    for (std::size_t length = 0; length < whole.size(); ++length) {
        put(folder.path / "cut", std::string_view(whole).substr(0, length));
        CAPTURE(length);
        CHECK_FALSE(refusal(folder.path / "cut").empty());
    }
}

TEST_CASE("[Safetensors] a flipped header byte is refused or leaves every view inside the file") {
    const Folder folder;
    const Example example;
    write_safetensors(folder.path / "whole", example.entries, {{"kind", "test"}});
    const std::string whole = bytes_of(folder.path / "whole");
    std::uint64_t header_bytes = 0;
    std::memcpy(&header_bytes, whole.data(), 8);
    for (std::size_t at = 0; at < 8 + header_bytes; ++at)
        for (const int mask : {0x01, 0x02, 0x04, 0x10, 0x20, 0x80, 0xff}) {
            std::string damaged = whole;
            damaged[at] = static_cast<char>(damaged[at] ^ mask);
            put(folder.path / "damaged", damaged);
            try {
                const SafetensorsFile file = SafetensorsFile::open(folder.path / "damaged");
                std::size_t total = 0;
                for (const auto& [name, view] : file.tensors())
                    total += std::accumulate(view.bytes.begin(), view.bytes.end(), std::size_t{0},
                                             [](std::size_t n, std::byte) { return n + 1; });
                CHECK(total == whole.size() - 8 - header_bytes);
            } catch (const FileError&) {
            }
        }
}

TEST_CASE("[Safetensors] writing where it cannot keeps the older file") {
    const Folder folder;
    const Example example;
    CHECK_THROWS_AS(write_safetensors(folder.path / "absent" / "a", example.entries), FileError);
    fs::create_directory(folder.path / "taken");
    CHECK_THROWS_AS(write_safetensors(folder.path / "taken", example.entries), FileError);
    CHECK(fs::is_directory(folder.path / "taken"));
    CHECK(std::distance(fs::directory_iterator(folder.path), fs::directory_iterator()) == 1);
}
