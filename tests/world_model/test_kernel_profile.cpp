#include <doctest/doctest.h>
#include <torch/torch.h>

#include <thread>

#include "engine/core/error.h"
#include "world_model/evaluation/kernel_profile.h"
#include "world_model/evaluation/part_observer.h"
#include "world_model/nn/blocks.h"
#include "world_model/part_scope.h"

using namespace rv;
using namespace rv::world_model;

namespace {

template <class Work>
PartRecord observed(Work work) {
    torch::NoGradGuard no_grad;
    const PartObserver observer(PartObserver::Detail::Operations);
    as_part("part", [&] {
        work();
        return 0;
    });
    return observer.records().at("part");
}

/// A rollout of two parts whose work is known.
class TwoParts : public Rollout {
  public:
    void step(const StepInput&) override {
        as_part("wide", [&] { return torch::conv2d(picture_, kernel_, torch::Tensor(), 1, 1); });
        const PartScope outer("outer");
        for (int i = 0; i < 2; ++i) as_part("inner", [&] { return torch::mm(matrix_, matrix_); });
        torch::silu(matrix_);
    }
    [[nodiscard]] uint64_t frame_index() const override { return 0; }
    [[nodiscard]] const at::Tensor& frame() const override { return picture_; }
    [[nodiscard]] CameraPose pose() const override { return {}; }
    [[nodiscard]] StepTimes times() const override { return {1, 2, 3, 6}; }
    void copy_frame(std::span<std::uint8_t>) const override {}
    [[nodiscard]] std::size_t copy_bytes() const override { return 0; }
    [[nodiscard]] std::unique_ptr<Rollout> copy() const override { return std::make_unique<TwoParts>(); }
    void save(const std::filesystem::path&) const override {}
    void restore(const std::filesystem::path&) override {}

  private:
    torch::Tensor picture_ = torch::ones({1, 8, 10, 10}), kernel_ = torch::ones({16, 8, 3, 3});
    torch::Tensor matrix_ = torch::ones({64, 64});
};

}  // namespace

TEST_CASE("[flops] counts convolutions by their output, whatever stride, groups and module") {
    const auto x = torch::ones({2, 8, 10, 12});
    CHECK(observed([&] { nn::conv3x3(8, 16)(x); }).flops == 2.0 * 2 * 16 * 10 * 12 * 8 * 9);
    CHECK(observed([&] { nn::conv1x1(8, 16)(x); }).flops == 2.0 * 2 * 16 * 10 * 12 * 8);
    const auto strided = torch::nn::Conv2dOptions(8, 16, 4).stride(2).padding(1);
    CHECK(observed([&] { torch::nn::Conv2d{strided}(x); }).flops == 2.0 * 2 * 16 * 5 * 6 * 8 * 16);
    const auto grouped = torch::nn::Conv2dOptions(8, 16, 3).padding(1).groups(4);
    CHECK(observed([&] { torch::nn::Conv2d{grouped}(x); }).flops == 2.0 * 2 * 16 * 10 * 12 * 2 * 9);
    const auto transposed = torch::nn::ConvTranspose2dOptions(8, 16, 2).stride(2);
    CHECK(observed([&] { torch::nn::ConvTranspose2d{transposed}(x); }).flops ==
          2.0 * 2 * 8 * 10 * 12 * 16 * 4);
}

TEST_CASE("[flops] counts matrix products once, and nothing that only moves numbers") {
    const auto x = torch::ones({3, 5, 7});
    CHECK(observed([&] { torch::nn::Linear(7, 11)(x); }).flops == 2.0 * 3 * 5 * 7 * 11);
    CHECK(observed([&] { torch::nn::Linear(7, 11)(x[0]); }).flops == 2.0 * 5 * 7 * 11);
    CHECK(observed([&] { torch::matmul(x, torch::ones({3, 7, 2})); }).flops == 2.0 * 3 * 5 * 7 * 2);
    CHECK(observed([&] { torch::einsum("bij,bkj->bik", {x, x}); }).flops == 2.0 * 3 * 5 * 7 * 5);
    CHECK(observed([&] { torch::silu(x) + x; }).flops == 0);
    CHECK(observed([&] { torch::group_norm(x, 1); }).flops == 0);
}

TEST_CASE("[flops] attention is two products a head") {
    const auto q = torch::ones({2, 4, 16, 32}), k = torch::ones({2, 4, 24, 32});
    CHECK(observed([&] { at::scaled_dot_product_attention(q, k, k); }).flops ==
          2.0 * 2 * 2 * 4 * 16 * 24 * 32);
}

TEST_CASE("[PartObserver] attributes work to the part and to all around it, by the operation asked for") {
    PartRecords records;
    {
        torch::NoGradGuard no_grad;
        const PartObserver observer(PartObserver::Detail::Operations);
        TwoParts().step({});
        records = observer.records();
    }
    CHECK(records.size() == 3);
    CHECK(records.at("wide").calls == 1);
    CHECK(records.at("wide").flops == 2.0 * 16 * 100 * 8 * 9);
    CHECK(records.at("wide").operations.at("aten::conv2d").flops == records.at("wide").flops);
    CHECK(records.at("outer").operations.at("aten::silu").calls == 1);
    CHECK(records.at("outer").flops == records.at("outer/inner").flops);
    CHECK(records.at("outer/inner").calls == 2);
    CHECK(records.at("outer/inner").flops == 2 * 2.0 * 64 * 64 * 64);
    CHECK(records.at("outer").ms >= records.at("outer/inner").ms);
    TwoParts().step({});  // nobody looks any more
    CHECK(records.at("wide").calls == 1);
}

TEST_CASE("[PartObserver] sees its own thread only") {
    const PartObserver observer(PartObserver::Detail::Operations);
    std::thread([] { TwoParts().step({}); }).join();
    CHECK(observer.records().empty());
}

TEST_CASE("[profile_step] reports every part with its rate, and the machine's own") {
    TwoParts rollout;
    const KernelProfile profile = profile_step(rollout, {}, {.threads = 1, .rounds = 2});
    CHECK(profile.threads == 1);
    CHECK(profile.step.total_ms == 6);
    CHECK(profile.rates.size() == 4);
    for (const MachineRate& rate : profile.rates)
        CHECK(rate.gflops_per_second == doctest::Approx(rate.gflop / rate.ms_p50 * 1000));
    REQUIRE(profile.parts.size() == 4);
    CHECK(profile.parts[0].name == "step");
    const PartProfile& inner = profile.parts[2];
    CHECK(inner.name == "outer/inner");
    CHECK(inner.calls == 2);
    CHECK(inner.gflop == doctest::Approx(2e-9 * 64 * 64 * 64));
    CHECK(inner.gflops_per_second == doctest::Approx(inner.gflop / inner.ms_p50 * 1000));
    CHECK(inner.share_of_convolution > 0);
    CHECK(inner.share_of_matrix_product > 0);
    CHECK(inner.multiplying <= 1);
    CHECK(profile.parts[0].gflop == doctest::Approx(profile.parts[1].gflop + profile.parts[3].gflop));
}
