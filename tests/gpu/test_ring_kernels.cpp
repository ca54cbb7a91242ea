#include <doctest/doctest.h>
#include <torch/torch.h>

#include "tests/gpu/parity.h"
#include "world_model/cuda/ring.h"
#include "world_model/nn/key_value_ring.h"

using namespace rv::world_model;
using rv::tests::fresh;
using rv::tests::kFormats;
using rv::tests::relative_error;
using rv::tests::rounding;

namespace {

constexpr int64_t kLayers = 2, kRows = 15, kHeads = 3;

nn::KeyValueRing make_ring(int64_t sink, int64_t features, torch::ScalarType dtype) {
    return {
        {.layers = kLayers, .rows = kRows, .heads = kHeads, .window = 6, .sink = sink, .features = features},
        torch::dtype(dtype).device(torch::kCUDA)};
}

struct Errors {
    double keys = 0, sink_keys = 0, outputs = 0;
    bool same_values = true;
};

// Two rings through the same frames: one in `dtype`, and one in float64, of which the kernels know nothing.
Errors walk(int64_t first_frame, int64_t sink, int64_t features, torch::ScalarType dtype) {
    auto ring = make_ring(sink, features, dtype), reference = make_ring(sink, features, torch::kFloat64);
    REQUIRE(cuda::takes_ring(ring.keys, ring.values, ring.sink_keys, ring.frames));
    REQUIRE_FALSE(cuda::takes_ring(reference.keys, reference.values, reference.sink_keys, reference.frames));
    for (auto* r : {&ring, &reference}) r->frames.fill_(first_frame);
    Errors errors;
    std::vector<torch::Tensor> outputs, truths;
    for (int64_t frame = 0; frame < 20; ++frame) {
        ring.open_frame();
        reference.open_frame();
        for (int64_t layer = 0; layer < kLayers; ++layer) {
            const auto qkv =
                fresh({kRows, 3, kHeads, features}, dtype);  // as a block gives them: views with strides
            const auto parts = qkv.unbind(1), precise = qkv.to(torch::kFloat64).unbind(1);
            outputs.push_back(ring.attend(layer, parts[0], parts[1], parts[2]));
            truths.push_back(reference.attend(layer, precise[0], precise[1], precise[2]));
            if (frame % 3 == 0) {
                ring.remember(layer, parts[1], parts[2]);
                reference.remember(layer, precise[1], precise[2]);
            }
        }
        ring.close_frame();
        reference.close_frame();
        errors.same_values &= torch::equal(ring.values.to(torch::kFloat64), reference.values);
    }
    std::ostringstream what;
    what << dtype << ", " << features << " features, " << sink << " sinks, frame " << first_frame;
    errors.keys = relative_error("keys " + what.str(), ring.keys, reference.keys);
    if (sink > 0)
        errors.sink_keys = relative_error("sinks " + what.str(), ring.sink_keys, reference.sink_keys);
    errors.outputs = relative_error("attention " + what.str(), torch::stack(outputs), torch::stack(truths));
    CHECK(ring.frames.item<int64_t>() == first_frame + 20);
    return errors;
}

}  // namespace

TEST_CASE("[cuda::ring] frame by frame the kernels leave in the ring what LibTorch's operations do") {
    torch::NoGradGuard no_grad;
    for (const auto dtype : kFormats) {
        for (const int64_t features : {64, 12, 6}) {
            for (const int64_t sink : {0, 1, 2}) {
                const Errors errors = walk(0, sink, features, dtype);
                CHECK(errors.same_values);
                CHECK(errors.keys < 2 * rounding(dtype));  // the sinks' are rounded twice
                CHECK(errors.sink_keys < rounding(dtype));
                CHECK(errors.outputs < 8 * rounding(dtype));  // LibTorch's attention in that format
            }
        }
    }
}

TEST_CASE("[cuda::ring] positions are exact after years of frames") {
    torch::NoGradGuard no_grad;
    const Errors errors = walk(470'000'000, 1, 64, torch::kFloat32);
    CHECK(errors.keys < 2e-6);
    CHECK(errors.outputs < 2e-5);
}

TEST_CASE("[cuda::ring] slots that no frame came to are not seen, and what lay in them does not matter") {
    torch::NoGradGuard no_grad;
    auto clean = make_ring(1, 16, torch::kFloat32), dirty = make_ring(1, 16, torch::kFloat32);
    dirty.keys.fill_(7);
    dirty.values.fill_(-3);
    for (int64_t frame = 0; frame < 4; ++frame) {
        const auto q = fresh({kRows, kHeads, 16}), k = fresh({kRows, kHeads, 16}),
                   v = fresh({kRows, kHeads, 16});
        clean.open_frame();
        dirty.open_frame();
        CHECK(torch::equal(clean.attend(0, q, k, v), dirty.attend(0, q, k, v)));
        clean.close_frame();
        dirty.close_frame();
    }
}
