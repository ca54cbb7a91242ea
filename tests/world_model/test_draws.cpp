#include <doctest/doctest.h>

#include "engine/core/error.h"
#include "tests/support/messages.h"
#include "world_model/numerics.h"
#include "world_model/sampling/draws.h"

using namespace rv::world_model;
using rv::tests::contains;
using rv::tests::message_of;

namespace {

// What all processes draw for a batch, one behind the other.
torch::Tensor of_all(int64_t processes, int64_t batch) {
    std::vector<torch::Tensor> parts;
    for (int64_t rank = 0; rank < processes; ++rank) {
        const Draws draws = Draws(generator_for(1, 2), {rank, processes}).of(batch);
        const auto rows = draws.randint(1000, {draws.count(), 2}).to(torch::kFloat32);
        const auto frames = draws.randn({draws.count() * 3, 2});  // three a sample
        const auto share = torch::rand({1}, draws.shared());      // the same for all
        parts.push_back(torch::cat({rows, frames.reshape({draws.count(), 6}), draws.rand({draws.count(), 2}),
                                    share.expand({draws.count(), 1})},
                                   1));
    }
    return torch::cat(parts);
}

}  // namespace

TEST_CASE("[Draws] processes draw together what one draws alone, also where the batch does not divide") {
    for (const int64_t batch : {12, 7}) {
        const auto alone = of_all(1, batch);
        for (const int64_t processes : {2, 3, 7}) CHECK(torch::equal(of_all(processes, batch), alone));
    }
}

TEST_CASE("[Draws] one process draws what its generator would give") {
    CHECK(torch::equal(Draws(generator_for(1, 2)).of(5).randn({5, 3}),
                       torch::randn({5, 3}, generator_for(1, 2))));
    CHECK(Draws(generator_for(1, 2)).of(5).weight() == 1);
}

TEST_CASE("[Draws] the weights of the parts add up to the number of processes") {
    double sum = 0;
    int64_t samples = 0;
    for (int64_t rank = 0; rank < 4; ++rank) {
        const Draws draws = Draws(generator_for(1, 2), {rank, 4}).of(10);
        CHECK(draws.first() == samples);
        samples += draws.count();
        sum += draws.weight();
    }
    CHECK(samples == 10);
    CHECK(sum == doctest::Approx(4));
}

TEST_CASE("[Draws] fewer samples than processes are refused") {
    CHECK(contains(message_of([] {
                       static_cast<void>(Draws(generator_for(1, 2), {0, 4}).of(3));
                   }),
                   "a batch of 3 samples cannot be shared by 4 processes"));
}
