#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "engine/asset/image.h"
#include "engine/core/error.h"

using namespace rv;
using namespace rv::asset;

TEST_CASE("[Image] a PNG keeps every byte, also from padded rows") {
    const auto file = std::filesystem::temp_directory_path() / "reverie-test-image.png";
    std::vector<std::uint8_t> padded(3 * 16, 9);
    for (std::size_t y = 0; y < 3; ++y) {
        for (std::size_t i = 0; i < 8; ++i) padded[y * 16 + i] = static_cast<std::uint8_t>(40 * y + 5 * i);
    }
    save_png(file, FrameView{padded.data(), 2, 3, 16});
    const Image image = load_image(file);
    std::filesystem::remove(file);
    REQUIRE(image.width == 2);
    REQUIRE(image.height == 3);
    for (std::size_t y = 0; y < 3; ++y) {
        for (std::size_t i = 0; i < 8; ++i) CHECK(image.rgba[y * 8 + i] == padded[y * 16 + i]);
    }
}

TEST_CASE("[Image] missing and damaged pictures and unwritable files are errors that name the file") {
    CHECK_THROWS_AS(load_image("/nowhere/picture.png"), FileError);
    const auto file = std::filesystem::temp_directory_path() / "reverie-test-broken.png";
    std::ofstream(file) << "\x89PNG and nothing more";
    CHECK_THROWS_WITH_AS(load_image(file), doctest::Contains("reverie-test-broken.png"), FileError);
    std::filesystem::remove(file);
    const std::uint8_t pixel[4] = {};
    CHECK_THROWS_AS(save_png("/nowhere/picture.png", FrameView{pixel, 1, 1, 4}), FileError);
}
