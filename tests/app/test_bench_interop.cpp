#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "engine/app/bench_interop.h"

TEST_CASE("[bench interop] measures every way that is there, and says why the others are not") {
    const auto result = rv::app::bench_interop({.width = 33, .height = 17, .frames = 3});
    CHECK(result.paths.size() + result.missing.size() == 5);
    CHECK_FALSE(result.paths.empty());  // staging needs nothing but a Vulkan device
    for (const auto& path : result.paths) {
        CHECK(path.publish_ms_p50 > 0);
        CHECK(path.sharing_ms_p50 >= path.publish_ms_p50);
        CHECK(path.sharing_ms_p99 >= path.sharing_ms_p50);
        CHECK(path.draw_ms_p50 > 0);
    }
    for (const auto& [path, reason] : result.missing) CHECK_FALSE(reason.empty());
    const auto json = nlohmann::json::parse(rv::app::to_json(result));
    CHECK(json["paths"].size() == result.paths.size());
    CHECK(json["missing"].size() == result.missing.size());
    CHECK(json["width"] == 33);
}
