// The program itself, on a file as PyTorch writes it.

#include <doctest/doctest.h>

#include <cstdio>
#include <nlohmann/json.hpp>

#include "tests/support/files.h"
#include "tests/support/messages.h"
#include "tests/support/pickle_writer.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/zip_writer.h"

using namespace rv::tests;

namespace {

// What it printed, errors too.
std::string output_of(const std::string& arguments) {
    FILE* pipe = popen((std::string(REVERIE_PROGRAM) + " " + arguments + " 2>&1").c_str(), "r");
    REQUIRE(pipe);
    std::string text;
    for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) text += static_cast<char>(c);
    pclose(pipe);
    return text;
}

}  // namespace

TEST_CASE("[inspect] lists tensors, the entry that wraps them, and what stands beside") {
    const TemporaryFolder folder;
    PickleWriter pickle;
    pickle.raw("}(")
        .text("epoch")
        .integer(3)
        .text("state_dict")
        .raw("}")
        .text("a.weight")
        .tensor({})
        .raw("su");
    ZipWriter zip;
    zip.add("a/data.pkl", pickle.finish());
    zip.add("a/data/0", std::string(24, '\1'));
    put_bytes(folder / "a.pt", zip.finish());
    const std::string file = (folder / "a.pt").string();
    const auto json = nlohmann::json::parse(output_of("inspect --json " + file));
    CHECK(json["format"] == "PyTorch");
    CHECK(json["wrapping_entry"] == "state_dict");
    CHECK(json["metadata"]["epoch"] == "3");
    CHECK(json["tensor_bytes"] == 24);
    CHECK(json["tensors"][0]["name"] == "state_dict.a.weight");
    CHECK(json["tensors"][0]["shape"] == nlohmann::json({2, 3}));
    const std::string table = output_of("inspect --under state_dict " + file);
    CHECK(contains(table, "a.weight"));
    CHECK(contains(table, "(2, 3)"));
    CHECK(contains(table, "1 tensors, 6 elements, 24 bytes"));
    put_bytes(folder / "a.pt", zip.finish().substr(0, 100));
    CHECK(contains(output_of("inspect " + file), "cut short"));
}
