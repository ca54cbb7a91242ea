#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "engine/app/bench_kernels.h"
#include "engine/core/error.h"
#include "tests/app/hash_world.h"

using namespace rv::app;

TEST_CASE("[bench kernels] measures the machine with one thread and with all, beside a walk of any world") {
    auto probe = std::make_shared<hash_world::Probe>();
    KernelBenchOptions options;
    options.world = "hash";
    options.open.threads = 2;
    options.rounds = 1;
    options.frames_before = 3;
    const KernelBenchResult result = bench_kernels(options, hash_world::opener(probe));
    CHECK(result.world == "hash");
    REQUIRE(result.runs.size() == 2);
    CHECK(result.runs[0].threads == 1);
    CHECK(result.runs[1].threads == 2);
    CHECK(probe->steps[3].prompt == "noon");
    for (const auto& run : result.runs) {
        CHECK(run.rates.size() == 4);
        for (const auto& rate : run.rates) CHECK(rate.gflops_per_second > 0);
        REQUIRE(run.parts.size() == 1);  // a hash world is not made of parts
        CHECK(run.parts[0].name == "step");
        CHECK(run.parts[0].gflop == 0);
        CHECK(run.parts[0].share_of_convolution == 0);
    }

    const auto json = nlohmann::json::parse(to_json(result));
    for (const char* key : {"world", "device", "sampler_steps", "runs"})
        CHECK_MESSAGE(json.contains(key), key);
    for (const char* key : {"threads", "precision", "rates", "step", "parts"})
        CHECK_MESSAGE(json["runs"][0].contains(key), key);
    for (const char* key : {"kind", "precision", "gflop", "ms_p50", "gflops_per_second"})
        CHECK_MESSAGE(json["runs"][0]["rates"][0].contains(key), key);
    for (const char* key :
         {"name", "calls", "gflop", "ms_p50", "gflops_per_second", "share_of_convolution",
          "share_of_matrix_product", "multiplying", "multiplying_gflops_per_second", "operations"})
        CHECK_MESSAGE(json["runs"][0]["parts"][0].contains(key), key);
}

TEST_CASE("[bench kernels] is about the processor") {
    KernelBenchOptions options;
    options.world = "hash";
    options.open.device = rv::world_model::DeviceKind::Cuda;
    CHECK_THROWS_AS(bench_kernels(options, hash_world::opener(std::make_shared<hash_world::Probe>())),
                    rv::UsageError);
}
