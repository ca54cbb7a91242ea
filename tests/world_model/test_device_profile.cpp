#include <doctest/doctest.h>

#include "tests/support/messages.h"
#include "tests/world_model/world_folder.h"
#include "world_model/evaluation/device_profile.h"
#include "world_model/evaluation/random_world.h"
#include "world_model/evaluation/training_profile.h"

using namespace rv::world_model;
using rv::tests::contains;
using rv::tests::message_of;

TEST_CASE("[profile_device] says of each part how long it takes and what bounds it") {
    WorldFolder folder;
    folder.take_decoder();
    const DeviceProfile profile =
        profile_device(folder.path(), {.open = {.device = DeviceKind::Cpu, .threads = 1}, .rounds = 2});
    REQUIRE(profile.parts.size() > 3);
    CHECK(profile.parts.front().name == "step");
    CHECK(profile.sampler_steps == 2);
    CHECK(profile.copy_gb_per_s > 0);
    double gflop = 0;
    for (const DevicePart& part : profile.parts) {
        CAPTURE(part.name);
        CHECK(part.ms > 0);
        CHECK(part.bound_ms >= part.gflop / profile.tflop_per_s);
        CHECK(part.bound_ms >= part.megabytes / profile.copy_gb_per_s);
        if (part.name != "step") gflop += part.gflop;
        if (part.name == "dynamics" || part.name == "paint") CHECK(part.gflop * part.megabytes > 0);
    }
    CHECK(profile.parts.front().gflop == doctest::Approx(gflop));
    CHECK(profile.overlap.alone_ms > 0);
    CHECK(profile.overlap.overlapped_ms > 0);
    CHECK(profile.overlap.delay_ms > 0);
}

TEST_CASE("[write_random_world] makes a world that plays and that training can be measured on") {
    const rv::tests::TemporaryFolder folder;
    const RandomWorldOptions options{.width = 64,
                                     .height = 32,
                                     .dim = 16,
                                     .depth = 2,
                                     .heads = 2,
                                     .mlp_ratio = 1,
                                     .patch = 1,
                                     .window = 4,
                                     .sampler_steps = 2};
    const auto parameters = write_random_world(folder.path(), options);
    const auto world = open_world(folder.path(), {.device = DeviceKind::Cpu, .threads = 1});
    CHECK(world->info().width == 64);
    const auto rollout = world->start({});
    for (int i = 0; i < 6; ++i) rollout->step({.action = {.forward = 1}, .pose = {}, .prompt = ""});
    CHECK(rollout->frame().isfinite().all().item<bool>());

    const TrainingProfile training = profile_training(
        folder.path(), {.open = {.device = DeviceKind::Cpu, .threads = 1}, .batch = 8, .steps = 2});
    CHECK(training.kind == "transformer");
    CHECK(training.parameters == parameters);
    CHECK(training.model_gflop > 0);
    CHECK(training.utilisation > 0);
    CHECK(training.utilisation < 1);
    CHECK(contains(message_of([&] { write_random_world(folder.path(), {.width = 63}); }), "63 x 360"));
}
