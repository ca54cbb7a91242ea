#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "engine/app/bench_growth.h"
#include "engine/core/error.h"
#include "tests/app/hash_world.h"

using namespace rv::app;

namespace {

GrowthOptions short_walk() {
    GrowthOptions options;
    options.world = "hash";
    options.frames = 60;
    options.early = 20;
    options.pairs = 5;
    options.show_progress = false;
    return options;
}

}  // namespace

TEST_CASE("[bench growth] steps both rollouts from where they were, in turns and with the same input") {
    auto probe = std::make_shared<hash_world::Probe>();
    std::vector<std::uint64_t> made;
    probe->before_step = [&](std::uint64_t frame) { made.push_back(frame); };
    bench_growth(short_walk(), hash_world::opener(probe));
    REQUIRE(made.size() == 60 + 2 * 5);
    CHECK(std::vector(made.begin() + 60, made.end()) ==
          std::vector<std::uint64_t>{21, 61, 62, 22, 23, 63, 64, 24, 25, 65});
    for (std::size_t i = 60; i < made.size(); i += 2)
        CHECK(probe->steps[i].action == probe->steps[i + 1].action);
    CHECK(probe->prompts.front() == "noon");
}

TEST_CASE("[bench growth] windows and tenths cover the walk") {
    const GrowthResult result =
        bench_growth(short_walk(), hash_world::opener(std::make_shared<hash_world::Probe>()));
    CHECK(result.world == "hash");
    CHECK(result.sampler_steps == 3);
    CHECK(result.early.first == 20);
    CHECK(result.early.last == 50);
    CHECK(result.late.first == 31);
    CHECK(result.late.last == 60);
    REQUIRE(result.tenths.size() == 10);
    int next = 1;
    for (const GrowthTenth& tenth : result.tenths) {
        CHECK(tenth.window.first == next);
        CHECK(tenth.window.step_ms_p99 >= tenth.window.step_ms_p50);
        CHECK(tenth.rss_mib > 0);
        CHECK(tenth.state_bytes == result.early_state_bytes);  // a hash does not grow
        next = tenth.window.last + 1;
    }
    CHECK(next == 61);
    CHECK(result.ratios.state_bytes == 1);
    CHECK(result.comparison.pairs == 5);
}

TEST_CASE("[bench growth] prints one JSON object") {
    const auto json = nlohmann::json::parse(
        to_json(bench_growth(short_walk(), hash_world::opener(std::make_shared<hash_world::Probe>()))));
    for (const char* key : {"world", "device", "threads", "sampler_steps", "frames", "early_frame", "seconds",
                            "comparison", "early", "late", "tenths", "early_state_bytes", "ratios"})
        CHECK_MESSAGE(json.contains(key), key);
    for (const char* key : {"pairs", "early_ms_p50", "late_ms_p50", "ratio", "ratio_95", "pair_ratio_p25",
                            "pair_ratio_p50", "pair_ratio_p75"})
        CHECK_MESSAGE(json["comparison"].contains(key), key);
    for (const char* key : {"step_ms_p50", "step_ms_p99", "rss", "state_bytes"})
        CHECK_MESSAGE(json["ratios"].contains(key), key);
    CHECK(json["comparison"]["ratio_95"].size() == 2);
    CHECK(json["tenths"].size() == 10);
    CHECK(json["tenths"][9]["last_frame"] == 60);
}

TEST_CASE("[bench growth] the comparison sees what grew through what wavers") {
    std::vector<double> early, late;
    for (int i = 0; i < 60; ++i) {
        const double machine = 40 * (1 + 0.5 * std::sin(0.7 * i));  // meets both
        early.push_back(machine * (1 + 0.01 * std::sin(13.0 * i)));
        late.push_back(1.1 * machine * (1 + 0.01 * std::sin(17.0 * i)));
    }
    const GrowthComparison grown = compare_growth(early, late);
    CHECK(grown.pairs == 60);
    CHECK(grown.ratio == doctest::Approx(1.1).epsilon(0.03));
    CHECK(grown.pair_ratio_p50 == doctest::Approx(1.1).epsilon(0.01));
    CHECK(grown.pair_ratio_p25 <= grown.pair_ratio_p50);
    CHECK(grown.pair_ratio_p50 <= grown.pair_ratio_p75);
    CHECK(grown.ratio_low <= grown.ratio);
    CHECK(grown.ratio <= grown.ratio_high);
    CHECK(grown.ratio_low > 1);
    const GrowthComparison same = compare_growth(early, early);
    CHECK(same.ratio == 1);
    CHECK(same.ratio_low == 1);
    CHECK(same.ratio_high == 1);
}

TEST_CASE("[bench growth] a world that cannot be opened is an error") {
    GrowthOptions options = short_walk();
    options.world = "missing";
    CHECK_THROWS_AS(bench_growth(options, hash_world::opener(std::make_shared<hash_world::Probe>())),
                    rv::Error);
}
