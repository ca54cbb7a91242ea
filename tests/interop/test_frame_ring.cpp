#include <doctest/doctest.h>

#include "interop/frame_ring.h"

using rv::interop::FrameRing;
using rv::interop::FrameStamp;

namespace {

FrameStamp stamp(std::uint64_t index) {
    FrameStamp result;
    result.frame_index = index;
    return result;
}

int publish(FrameRing& ring, std::uint64_t index, std::uint64_t gpu_done = ~0ull) {
    const auto slot = ring.begin_write(gpu_done);
    REQUIRE(slot);
    ring.end_write(*slot, stamp(index));
    return *slot;
}

}  // namespace

TEST_CASE("[FrameRing] shows nothing before the first frame is finished") {
    FrameRing ring;
    CHECK_FALSE(ring.take(1));
    const auto slot = ring.begin_write(0);
    CHECK_FALSE(ring.take(2));
    ring.end_write(*slot, stamp(0));
    CHECK(ring.take(3));
}

TEST_CASE("[FrameRing] the newest finished frame wins") {
    FrameRing ring;
    for (std::uint64_t i = 1; i <= 5; ++i) publish(ring, i);
    const auto shown = ring.take(1);
    REQUIRE(shown);
    CHECK(shown->stamp.frame_index == 5);
    CHECK(shown->fresh);
}

TEST_CASE("[FrameRing] the same frame is shown again until a newer one is there") {
    FrameRing ring;
    publish(ring, 1);
    const auto first = ring.take(1), again = ring.take(2);
    REQUIRE(again);
    CHECK(first->number == again->number);
    CHECK(first->slot == again->slot);
    CHECK_FALSE(again->fresh);
    publish(ring, 2);
    CHECK(ring.take(3)->stamp.frame_index == 2);
}

TEST_CASE("[FrameRing] never hands out the shown slot for writing") {
    FrameRing ring;
    publish(ring, 1);
    const int shown = ring.take(1)->slot;
    for (std::uint64_t i = 2; i < 20; ++i) CHECK(publish(ring, i) != shown);
}

TEST_CASE("[FrameRing] never hands out a slot that the GPU may still read") {
    FrameRing ring;
    publish(ring, 1);
    const int first = ring.take(1)->slot;  // read until timeline value 1
    publish(ring, 2);
    const int second = ring.take(2)->slot;
    CHECK(first != second);
    for (std::uint64_t i = 3; i < 10; ++i) {
        const int slot = publish(ring, i, 0);  // the GPU has finished nothing
        CHECK(slot != first);
        CHECK(slot != second);
    }
    CHECK(publish(ring, 10, 1) == first);  // free again, because value 1 is reached
}

TEST_CASE("[FrameRing] gives no slot while the GPU reads all others") {
    FrameRing ring;
    for (std::uint64_t i = 1; i <= 3; ++i) {
        publish(ring, i, 0);
        ring.take(i);
    }
    CHECK_FALSE(ring.begin_write(0));
    CHECK(ring.begin_write(1));
}

TEST_CASE("[FrameRing] a cancelled write leaves what was shown") {
    FrameRing ring;
    publish(ring, 1);
    ring.take(1);
    const auto slot = ring.begin_write(1);
    ring.cancel_write(*slot);
    const auto shown = ring.take(2);
    CHECK(shown->stamp.frame_index == 1);
    CHECK_FALSE(shown->fresh);
    CHECK(ring.finished_frames() == 1);
}

TEST_CASE("[FrameRing] an unseen frame that is being replaced is not shown half written") {
    FrameRing ring;
    publish(ring, 1);
    ring.take(5);
    publish(ring, 2, 0);
    const auto writing = ring.begin_write(0);  // the third slot
    REQUIRE(writing);
    ring.end_write(*writing, stamp(3));
    const auto replacing = ring.begin_write(0);
    REQUIRE(replacing);
    const auto shown = ring.take(6);
    CHECK(shown->slot != *replacing);
}

TEST_CASE("[FrameRing] a frame that the GPU still writes is not shown before it is finished") {
    FrameRing ring;
    const auto first = ring.begin_write(0);
    ring.end_write(*first, stamp(1), 10);
    CHECK_FALSE(ring.take(1, 9));
    CHECK(ring.unfinished(9));
    CHECK(ring.finished_frames(9) == 0);
    CHECK(ring.take(1, 10)->slot == *first);
    CHECK_FALSE(ring.unfinished(10));
    CHECK(ring.finished_frames(10) == 1);
}

TEST_CASE("[FrameRing] while the newest frame is unfinished the one before it is shown, fresh once") {
    FrameRing ring;
    for (const std::uint64_t i : {1, 2}) {
        const auto slot = ring.begin_write(0);
        ring.end_write(*slot, stamp(i), i);
    }
    CHECK(ring.take(1, 1)->fresh);
    CHECK(ring.take(2, 1)->stamp.frame_index == 1);
    CHECK_FALSE(ring.take(3, 1)->fresh);
    CHECK(ring.take(4, 2)->stamp.frame_index == 2);
}

TEST_CASE("[FrameRing] says until when the GPU reads a slot, for those who wait for it there") {
    FrameRing ring;
    const int slot = publish(ring, 1);
    CHECK(ring.read_until(slot) == 0);
    ring.take(5);
    CHECK(ring.read_until(slot) == 5);
}
