#include <doctest/doctest.h>

#include <array>
#include <fstream>

#include "engine/core/error.h"
#include "tests/distributed/workers.h"
#include "tests/support/messages.h"
#include "tests/support/temporary_folder.h"
#include "world_model/training/process_group.h"

using namespace rv::world_model;
using rv::tests::contains;
using rv::tests::message_of;
using rv::tests::TemporaryFolder;
using rv::tests::told;
using rv::tests::Workers;

namespace {

constexpr double kLimitS = 60;

}  // namespace

TEST_CASE("calls of a worker" * doctest::skip()) {
    ProcessGroup group(launch_from_environment(), 30);
    const int rank = group.launch().rank;
    const auto of_rank = [&](torch::IntArrayRef sizes) { return torch::full(sizes, rank + 1.0); };

    // More than one bucket, another layout, and a single number.
    std::vector<torch::Tensor> tensors = {of_rank({5, 1000, 1000}),
                                          of_rank({2, 3, 4, 5}).contiguous(torch::MemoryFormat::ChannelsLast),
                                          of_rank({}), of_rank({7})};
    group.average(tensors);
    for (const auto& tensor : tensors) CHECK(torch::equal(tensor, torch::full_like(tensor, 1.5)));

    std::vector<torch::Tensor> copied = {of_rank({3, 2}).to(torch::kBFloat16), of_rank({}).to(torch::kInt64)};
    group.broadcast(copied);
    CHECK(copied[0].sum().item<double>() == 6);
    CHECK(copied[1].item<int64_t>() == 1);

    std::array<double, 2> values = {1.0, static_cast<double>(rank)};
    group.sum(values);
    CHECK(values[0] == 2);
    CHECK(values[1] == 1);

    const std::filesystem::path file = std::filesystem::path(told("FOLDER")) / "from_process_0";
    group.first_before_others([&] {
        if (group.first())
            std::ofstream(file) << "here";
        else
            CHECK(std::filesystem::exists(file));
    });
}

TEST_CASE("[ProcessGroup] two processes average, copy, add, and wait for each other") {
    const TemporaryFolder folder;
    const rv::tests::Environment each = {{"FOLDER", folder.path().string()}};
    Workers workers("calls of a worker", {each, each});
    CHECK(workers.wait(0, kLimitS) == 0);
    CHECK(workers.wait(1, kLimitS) == 0);
}

TEST_CASE("[ProcessGroup] one process alone waits for nobody") {
    ProcessGroup alone;
    auto tensor = torch::full({2}, 3.0);
    alone.average({tensor});
    alone.broadcast({tensor});
    int runs = 0;
    alone.first_before_others([&] { ++runs; });
    CHECK(torch::equal(tensor, torch::full({2}, 3.0)));
    CHECK(runs == 1);
    CHECK(alone.first());
    CHECK(alone.device("cpu").is_cpu());
}

TEST_CASE("[ProcessGroup] who waits in vain for the others says where") {
    Launch launch;
    launch.size = 2;
    launch.port = 0;  // any
    const std::string message = message_of([&] { ProcessGroup(launch, 1); });
    CHECK(contains(message, "process 0 did not meet all 2 at 127.0.0.1:0"));
    CHECK(contains(message, "start all of them at once"));
}
