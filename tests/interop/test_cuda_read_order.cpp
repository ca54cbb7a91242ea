#include <ATen/Functions.h>
#include <doctest/doctest.h>

#include <optional>

#include "engine/core/error.h"
#include "interop/cuda_observation.h"
#include "tests/interop/fake_cuda.h"

using namespace rv;
using namespace rv::interop;
using namespace std::chrono_literals;
using Log = std::vector<std::string>;

namespace {

struct Shared {
    FakeCuda cuda;
    SharedFile drawn{8}, read{8};
    std::optional<CudaReadOrder> order;

    Shared() {
        WrittenTimeline seen{
            [this] { return read.value(); },
            [this](std::uint64_t value, std::chrono::milliseconds) { return read.value() >= value; }};
        order.emplace(cuda, CudaImportedTimeline(cuda, drawn.export_fd()),
                      CudaImportedTimeline(cuda, read.export_fd()), std::move(seen), 300ms);
        cuda.clear_log();
    }
    void draw(std::uint64_t done) {
        order->draw(nullptr, [&](std::uint64_t read_value) {
            cuda.record_step("draw after " + std::to_string(read_value));
            return done;
        });
    }
};

}  // namespace

TEST_CASE("[CudaReadOrder] Vulkan draws after what was read, and what reads next comes after the drawing") {
    Shared s;
    s.cuda.immediate = false;
    s.draw(11);
    CHECK(s.cuda.log() == Log{"signal 1", "draw after 1", "wait 11"});
    bool read = false;
    s.cuda.put_step([&] { read = true; });
    CHECK(s.cuda.run() == 1);  // as far as the wait
    CHECK(s.read.value() == 1);
    CHECK_FALSE(read);
    s.drawn.raise(11);
    s.cuda.run();
    CHECK(read);
}

TEST_CASE("[CudaReadOrder] nothing more is given to Vulkan while CUDA has not come to the draw before") {
    Shared s;
    s.cuda.immediate = false;
    s.draw(11);
    s.cuda.clear_log();
    CHECK_THROWS_AS(s.draw(12), DeviceError);
    CHECK_THROWS_AS(s.draw(12), DeviceError);
    CHECK(s.cuda.log() == Log(6, "check"));
    s.cuda.run();
    s.drawn.raise(11);
    s.draw(12);
    CHECK(s.cuda.log().back() == "wait 12");
}

TEST_CASE("[CudaReadOrder] a drawing that fails leaves the order whole") {
    Shared s;
    s.cuda.failing = "draw after 1";
    CHECK_THROWS_AS(s.draw(11), DeviceError);
    s.cuda.failing.clear();
    s.cuda.clear_log();
    s.drawn.raise(11);
    s.draw(11);
    CHECK(s.cuda.log() == Log{"signal 2", "draw after 2", "wait 11"});
}

TEST_CASE("[tensor_over] keeps the imported memory as long as a view of the tensor lives, and no longer") {
    FakeCuda cuda;
    const SharedFile file(6 * 4);
    at::Tensor row;
    {
        auto owner = std::make_shared<CudaImportedBuffer>(cuda, file.export_fd(), 24, 24);
        const at::Tensor whole = tensor_over(std::move(owner), {2, 3}, at::kFloat, cuda.tensor_device());
        row = whole[1];
    }
    CHECK(cuda.alive() == 2);
    row.fill_(1.5f);  // where the exporter sees it
    CHECK(reinterpret_cast<const float*>(file.bytes().data())[5] == 1.5f);
    row.reset();
    CHECK(cuda.alive() == 0);
}
