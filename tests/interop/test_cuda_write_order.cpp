#include <doctest/doctest.h>

#include <thread>

#include "engine/core/clock.h"
#include "engine/core/error.h"
#include "interop/cuda_write_order.h"
#include "interop/frame_ring.h"
#include "tests/interop/fake_cuda.h"

using namespace rv;
using namespace rv::interop;
using namespace std::chrono_literals;
using Log = std::vector<std::string>;

namespace {

/// Both sides of the two timelines, and what stands between them.
struct Shared {
    FakeCuda cuda;
    SharedFile read{8}, written{8};
    int descriptors = open_descriptors();
    std::optional<CudaWriteOrder> order;

    /// @param really_waits whether a wait takes its time; else nothing is expected to come meanwhile.
    explicit Shared(std::chrono::milliseconds patience = 300ms, bool really_waits = false) {
        order.emplace(cuda, CudaImportedTimeline(cuda, read.export_fd()),
                      CudaImportedTimeline(cuda, written.export_fd()), seen(really_waits), patience);
        cuda.clear_log();
    }
    [[nodiscard]] WrittenTimeline seen(bool really_waits) const {
        return {[this] { return written.value(); },
                [this, really_waits](std::uint64_t value, std::chrono::milliseconds slice) {
                    const auto end = Clock::now() + slice;
                    while (really_waits && written.value() < value && Clock::now() < end)
                        std::this_thread::yield();
                    return written.value() >= value;
                }};
    }
    std::uint64_t write(std::uint64_t read_until, const std::string& what = "write") {
        return order->write(nullptr, read_until, [&] { cuda.record_step(what); });
    }
};

}  // namespace

TEST_CASE("[CudaWriteOrder] waits for Vulkan's reading before it writes, and signals after") {
    Shared s;
    CHECK(s.write(0) == 1);  // a slot that was never read
    CHECK(s.write(7) == 2);
    CHECK(s.cuda.log() == Log{"write", "signal 1", "wait 7", "write", "signal 2"});
}

TEST_CASE("[CudaWriteOrder] nothing is written before Vulkan has read, nor called finished before it is") {
    Shared s;
    s.cuda.immediate = false;
    bool wrote = false;
    s.order->write(nullptr, 5, [&] { s.cuda.put_step([&] { wrote = true; }); });
    CHECK(s.cuda.run() == 0);
    CHECK_FALSE(wrote);
    s.read.raise(5);
    CHECK(s.order->written() == 0);
    CHECK(s.cuda.run() == 3);
    CHECK(wrote);
    CHECK(s.order->written() == 1);
}

TEST_CASE("[CudaWriteOrder] the first frame is waited for by nobody, the next one by the one after it") {
    Shared s;
    s.order->await_previous(nullptr);
    s.cuda.immediate = false;
    s.write(0);
    CHECK_THROWS_AS(s.order->await_previous(nullptr), DeviceError);  // nobody runs the stream
    s.cuda.run();
    s.order->await_previous(nullptr);
    CHECK(s.order->written() == 1);
}

TEST_CASE("[CudaWriteOrder] a GPU that never finishes ends in a sentence, as often as it is asked") {
    Shared s(1000ms);
    s.cuda.immediate = false;
    s.write(0);
    for (int i = 0; i < 2; ++i) {
        s.cuda.clear_log();
        CHECK_THROWS_WITH_AS(s.order->await_previous(nullptr),
                             doctest::Contains("not finished a frame within 1 seconds"), DeviceError);
        CHECK(s.cuda.log() == Log(10, "check"));  // a slice each
    }
}

TEST_CASE("[CudaWriteOrder] CUDA's own failure ends the wait at once") {
    Shared s(1h);
    s.cuda.immediate = false;
    s.write(0);
    s.cuda.failing = "check";
    CHECK_THROWS_WITH_AS(s.order->await_previous(nullptr), doctest::Contains("check failed"), DeviceError);
    CHECK_THROWS_AS(s.order->await_previous(nullptr), DeviceError);
}

TEST_CASE(
    "[CudaWriteOrder] a write that fails anywhere is not waited for, and the next one takes its value") {
    for (const char* call : {"wait", "write", "signal"}) {
        CAPTURE(call);
        Shared s;
        s.cuda.failing = call;
        CHECK_THROWS_AS(s.write(1), DeviceError);
        CHECK_THROWS_AS(s.write(1), DeviceError);
        s.order->await_previous(nullptr);
        s.cuda.failing.clear();
        s.read.raise(1);
        CHECK(s.write(1) == 1);
        CHECK(s.order->written() == 1);
    }
}

TEST_CASE(
    "[CudaWriteOrder] gives both semaphores and their descriptors back, also when the second import fails") {
    Shared s;
    s.order.reset();
    CHECK(s.cuda.alive() == 0);
    CHECK(open_descriptors() == s.descriptors);
    CudaImportedTimeline first(s.cuda, s.read.export_fd());
    s.cuda.failing = "import_timeline";
    CHECK_THROWS_AS(CudaImportedTimeline(s.cuda, s.written.export_fd()), DeviceError);
    CHECK(s.cuda.alive() == 1);
    CHECK(open_descriptors() == s.descriptors + 1);
}

// The ring and the order together, as CudaSharedFrames puts them: a GPU that is slower than whoever feeds it,
// and a window that looks at any time. A slot's content is the number of its frame.
TEST_CASE("[CudaWriteOrder] with a FrameRing, no unfinished and no overwritten frame is ever shown") {
    Shared s(60s, true);
    s.cuda.immediate = false;
    FrameRing ring;
    std::array<std::atomic<std::uint64_t>, FrameRing::kSlots> content{};
    constexpr std::uint64_t kFrames = 3000, kHalfWritten = ~std::uint64_t{0};
    std::atomic<bool> over = false;
    std::jthread gpu([&] {
        while (!over) s.cuda.run(), std::this_thread::yield();
    });
    std::jthread writer([&] {
        for (std::uint64_t i = 1; i <= kFrames; ++i) {
            s.order->await_previous(nullptr);
            const auto slot = ring.begin_write(s.read.value());
            REQUIRE(slot);
            auto& target = content[static_cast<std::size_t>(*slot)];
            FrameStamp stamp;
            stamp.frame_index = i;
            const auto value = s.order->write(nullptr, ring.read_until(*slot), [&, i] {
                s.cuda.put_step([&target] { target = kHalfWritten; });
                s.cuda.put_step([&target, i] { target = i; });
            });
            ring.end_write(*slot, stamp, value);
        }
        s.order->await_previous(nullptr);
        over = true;
    });
    std::uint64_t submitted = 0, last = 0;
    int wrong = 0, backwards = 0;
    for (bool finished = false; !finished;) {
        finished = over;
        const auto shown = ring.take(++submitted, s.order->written());
        if (shown) {
            wrong += content[static_cast<std::size_t>(shown->slot)] != shown->stamp.frame_index;
            std::this_thread::yield();  // the GPU draws
            wrong += content[static_cast<std::size_t>(shown->slot)] != shown->stamp.frame_index;
            backwards += shown->number < last;
            last = shown->number;
        }
        s.read.raise(submitted);
    }
    CHECK(wrong == 0);
    CHECK(backwards == 0);
    CHECK(last == kFrames);
}
