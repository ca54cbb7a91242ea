#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <thread>

#include "engine/app/generation.h"
#include "engine/app/playback.h"
#include "engine/app/recovery.h"
#include "engine/core/error.h"
#include "tests/app/hash_world.h"
#include "tests/support/temporary_folder.h"

using namespace rv::app;
using rv::tests::TemporaryFolder;

namespace {

void walk(Generation& generation, int frames) {
    Steering steering;
    for (int i = 0; i < frames; ++i) {
        steering.action.forward = static_cast<float>(generation.frame().index % 5) / 4;
        generation.step(steering);
    }
}

// A program that ends in the middle of a walk, without a word.
template <class Life>
void die_after(Life life) {
    const pid_t child = fork();
    if (child == 0) {
        life();
        _exit(0);  // no destructor runs
    }
    int status = 0;
    waitpid(child, &status, 0);
    REQUIRE(status == 0);
}

std::uint64_t picture_of(const Generation& generation) {
    std::vector<std::uint8_t> rgba;
    return digest_of(generation.rollout(), hash_world::kWidth, hash_world::kHeight, rgba);
}

}  // namespace

TEST_CASE("[RecoveryLog] of a program that ends well nothing stays") {
    const TemporaryFolder folder;
    {
        NoSink sink;
        Generation generation(sink, hash_world::opener(std::make_shared<hash_world::Probe>()));
        generation.secure(folder / "root");
        generation.open("hash", {}, {});
        walk(generation, 5);
        CHECK_FALSE(std::filesystem::is_empty(folder / "root"));
        CHECK_FALSE(find_unfinished(folder / "root"));  // it still runs
    }
    CHECK(std::filesystem::is_empty(folder / "root"));
}

TEST_CASE("[RecoveryLog] what a crash ended is gone on with at its last frame, to the bit") {
    const TemporaryFolder folder;
    int frames = 40;
    SUBCASE("soon after the start") {}
    SUBCASE("after states were written") {
        frames = 2 * RecoveryLog::kStateInterval + 40;
    }
    die_after([&] {
        NoSink sink;
        auto* generation = new Generation(sink, hash_world::opener(std::make_shared<hash_world::Probe>()));
        generation->secure(folder / "root");
        generation->open("hash", {}, {3, 0, "noon"});
        walk(*generation, frames);
        std::this_thread::sleep_for(std::chrono::milliseconds(200));  // the last state is being written
    });
    const auto unfinished = find_unfinished(folder / "root");
    REQUIRE(unfinished);
    CHECK(unfinished->world == "hash");
    CHECK(unfinished->last_frame == static_cast<std::uint64_t>(frames));
    const Session session = read_unfinished(unfinished->log);
    REQUIRE(session.parts.size() == 1);
    if (frames > RecoveryLog::kStateInterval)  // no more is made again than since the last states
        CHECK(session.parts[0].frames.size() <= RecoveryLog::kStateInterval + 40);

    NoSink sink;
    Generation again(sink, hash_world::opener(std::make_shared<hash_world::Probe>()));
    again.open("hash", {}, {});
    Playback playback(unfinished->log, session);
    const auto part = playback.next_part();
    REQUIRE(part);
    again.restart(part->start);
    if (!part->state.empty()) again.restore(part->state);
    playback.begin(again.world().info(), "");
    while (const auto steering = playback.next({})) again.step(*steering);

    Generation never_left(sink, hash_world::opener(std::make_shared<hash_world::Probe>()));
    never_left.open("hash", {}, {3, 0, "noon"});
    walk(never_left, frames);
    CHECK(again.frame().index == static_cast<std::uint64_t>(frames));
    CHECK(picture_of(again) == picture_of(never_left));

    forget_unfinished(folder / "root");
    CHECK_FALSE(find_unfinished(folder / "root"));
}

TEST_CASE("[RecoveryLog] a jump into the past is followed") {
    const TemporaryFolder folder;
    die_after([&] {
        NoSink sink;
        auto* generation =
            new Generation(sink, hash_world::opener(std::make_shared<hash_world::Probe>()), 1 << 20);
        generation->secure(folder / "root");
        generation->open("hash", {}, {});
        walk(*generation, 20);
        generation->rewind({0, 8});
        walk(*generation, 4);
        std::this_thread::sleep_for(std::chrono::milliseconds(200));
    });
    const auto unfinished = find_unfinished(folder / "root");
    REQUIRE(unfinished);
    CHECK(unfinished->last_frame == 12);
}

TEST_CASE("[RecoveryLog] a state that never reached the disk is not needed") {
    const TemporaryFolder folder;
    die_after([&] {
        NoSink sink;
        auto* generation = new Generation(sink, hash_world::opener(std::make_shared<hash_world::Probe>()));
        generation->secure(folder / "root");
        generation->open("hash", {}, {});
        walk(*generation, RecoveryLog::kStateInterval + 20);
        std::this_thread::sleep_for(std::chrono::milliseconds(200));
    });
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder / "root"))
        if (entry.path().extension() == ".safetensors") std::filesystem::remove(entry.path());
    const auto unfinished = find_unfinished(folder / "root");
    REQUIRE(unfinished);
    CHECK(unfinished->last_frame == RecoveryLog::kStateInterval + 20);
    CHECK(read_unfinished(unfinished->log).parts[0].frames.size() == RecoveryLog::kStateInterval + 20);
}

TEST_CASE("[RecoveryLog] without a place to write the world goes on") {
    const TemporaryFolder folder;
    std::ofstream(folder / "file") << "in the way";
    NoSink sink;
    Generation generation(sink, hash_world::opener(std::make_shared<hash_world::Probe>()));
    generation.secure(folder / "file");
    generation.open("hash", {}, {});
    walk(generation, 3);
    CHECK(generation.frame().index == 3);
    CHECK_FALSE(find_unfinished(folder / "nowhere"));
}
