#include <doctest/doctest.h>
#include <torch/torch.h>

#include "world_model/cuda/ring_math.h"
#include "world_model/nn/key_value_ring.h"
#include "world_model/numerics.h"

using namespace rv::world_model;
using cuda::RingShape;
using cuda::RingThread;

namespace {

constexpr int64_t kRows = 3, kHeads = 2, kLines = kRows * kHeads;
constexpr int kFeatures = 12;

// What the kernels do, thread by thread, on the host: the same tensors as nn::KeyValueRing has, of one layer.
class HostRing {
  public:
    explicit HostRing(const RingShape& shape)
        : keys(torch::zeros({shape.lines, shape.window, shape.features})),
          values(torch::zeros_like(keys)),
          sink_keys(torch::zeros({shape.lines, shape.sink, shape.features})),
          shape_(shape) {}

    // k, v: (lines, features)
    void remember(int64_t frame, const torch::Tensor& k, const torch::Tensor& v, int vector) {
        const int64_t lost = shape_.lost_at(frame);
        for (int64_t sink = 0; lost > 0 && sink < shape_.sink; ++sink)
            for (int64_t line = 0; line < shape_.lines; ++line)
                turn(sink_keys[line][sink], lost, shape_.offset(line, static_cast<int>(sink), 0),
                     shape_.pairs());
        const int slot = shape_.slot_of(frame);
        const int64_t threads = shape_.lines * (shape_.pairs() / vector);
        for (int64_t i = 0; i < threads; ++i) {
            const auto [line, pair] = RingThread::at(i, shape_, vector);
            const int64_t to = shape_.offset(line, slot, 0);
            turn(k[line], frame, to, vector, pair);
            for (int p = pair; p < pair + vector; ++p)
                for (const int feature : {p, shape_.pairs() + p})
                    values.data_ptr<float>()[to + feature] = v[line][feature].item<float>();
        }
        if (frame < shape_.sink) sink_keys.select(1, frame).copy_(keys.select(1, slot));
    }

    torch::Tensor keys, values, sink_keys;

  private:
    void turn(const torch::Tensor& from, int64_t position, int64_t to, int count, int first = 0) {
        for (int pair = first; pair < first + count; ++pair) {
            const double angle = cuda::turn_angle(position, pair, shape_.pairs(), nn::kTimeBase);
            const auto turned =
                cuda::turned({from[pair].item<float>(), from[shape_.pairs() + pair].item<float>()},
                             static_cast<float>(std::cos(angle)), static_cast<float>(std::sin(angle)));
            keys.data_ptr<float>()[to + pair] = turned.first;
            keys.data_ptr<float>()[to + shape_.pairs() + pair] = turned.second;
        }
    }

    RingShape shape_;
};

double largest_difference(const torch::Tensor& a, const torch::Tensor& b) {
    return (a.reshape(-1) - b.reshape(-1)).abs().max().item<double>();
}

}  // namespace

TEST_CASE("[ring_math] angles are those of nn::time_rotation, after years too") {
    const std::vector<int64_t> positions = {0, 1, 17, 999'983, 470'000'000};
    const auto reference = nn::time_rotation(torch::tensor(positions), kFeatures);
    double largest = 0;
    for (size_t i = 0; i < positions.size(); ++i) {
        for (int pair = 0; pair < kFeatures / 2; ++pair) {
            const double angle = cuda::turn_angle(positions[i], pair, kFeatures / 2, nn::kTimeBase);
            const auto row = static_cast<int64_t>(i);
            largest = std::max({largest, std::abs(std::cos(angle) - reference.cos[row][pair].item<double>()),
                                std::abs(std::sin(angle) - reference.sin[row][pair].item<double>())});
        }
    }
    INFO("largest difference ", largest);
    CHECK(largest < 2e-7);
}

TEST_CASE("[ring_math] frame by frame, what threads write is what the ring has") {
    torch::NoGradGuard no_grad;
    for (const int sink : {0, 1, 2}) {
        for (const int vector : {1, 2, 3}) {
            const RingShape shape{.lines = kLines, .window = 5, .sink = sink, .features = kFeatures};
            HostRing host(shape);
            nn::KeyValueRing ring(
                {.rows = kRows, .heads = kHeads, .window = 5, .sink = sink, .features = kFeatures},
                torch::kFloat32);
            for (int64_t frame = 0; frame < 14; ++frame) {
                const auto k = torch::randn({kLines, kFeatures},
                                            generator_for(1, static_cast<uint64_t>(frame))),
                           v = torch::randn({kLines, kFeatures},
                                            generator_for(2, static_cast<uint64_t>(frame)));
                const auto in_ring = [](const torch::Tensor& t) {
                    return t.reshape({kRows, kHeads, kFeatures});
                };
                ring.open_frame();
                ring.remember(0, in_ring(k), in_ring(v));
                ring.close_frame();
                host.remember(frame, k, v, vector);
                CHECK(largest_difference(host.keys, ring.keys) < 1e-6);
                CHECK(torch::equal(host.values.reshape(-1), ring.values.reshape(-1)));
                if (sink > 0) CHECK(largest_difference(host.sink_keys, ring.sink_keys) < 1e-6);
            }
        }
    }
}

TEST_CASE("[ring_math] slots are empty until their frame has come") {
    const RingShape shape{.window = 5};
    for (int slot = 0; slot < 5; ++slot)
        for (int64_t frame = 0; frame < 9; ++frame) CHECK(shape.is_empty(slot, frame) == (slot > frame));
}
