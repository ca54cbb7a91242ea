#include <doctest/doctest.h>
#include <torch/torch.h>

#include "world_model/cuda/norm_math.h"
#include "world_model/numerics.h"

using namespace rv::world_model;
using namespace rv::world_model::cuda;

namespace {

struct Case {
    int64_t B, C, h, w;
    int groups, vector, positions_a_tile;
};

Moments moments_of(const std::vector<float>& values) {
    MomentsSoFar so_far;
    for (const float v : values) so_far.add(v);
    return so_far.moments();
}

// What the two kernels do, thread by thread, on the host.
class HostGroupNorm {
  public:
    HostGroupNorm(const Case& c, const torch::Tensor& x)
        : tiles_{.positions = static_cast<int>(c.h * c.w),
                 .channels = static_cast<int>(c.C),
                 .groups = c.groups,
                 .vector = c.vector,
                 .positions_a_tile = c.positions_a_tile},
          samples_(c.B),
          x_(x.const_data_ptr<float>()),
          visits(static_cast<size_t>(x.numel())) {}

    Moments moments(int64_t sample, int group) {
        Moments all;
        for (int tile = 0; tile < tiles_.tiles(); ++tile)
            for (int i = 0; i < tiles_.threads_a_group(); ++i)
                all = merged(all, of_thread(sample, tile, tiles_.thread_of_group(group, i)));
        return all;
    }

    // scale and shift: (B, C)
    torch::Tensor apply(const torch::Tensor& scale, const torch::Tensor& shift, float eps) {
        torch::Tensor out = torch::full({static_cast<int64_t>(visits.size())}, NAN);
        for (int64_t sample = 0; sample < samples_; ++sample)
            for (int tile = 0; tile < tiles_.tiles(); ++tile)
                for (int thread = 0; thread < GroupTiles::kThreads; ++thread)
                    if (tiles_.works(thread))
                        apply(sample, tile, thread, scale, shift, eps, out.data_ptr<float>());
        return out;
    }

  private:
    Moments of_thread(int64_t sample, int tile, int thread) const {
        MomentsSoFar so_far;
        for_each(sample, tile, thread, [&](int64_t at, int) { so_far.add(x_[at]); });
        return so_far.moments();
    }

    void apply(int64_t sample, int tile, int thread, const torch::Tensor& scale, const torch::Tensor& shift,
               float eps, float* out) {
        const Moments m = moments(sample, tiles_.group(thread));
        for_each(sample, tile, thread, [&](int64_t at, int channel) {
            const float s = scale[sample][channel].item<float>(), t = shift[sample][channel].item<float>();
            out[at] = silu(modulated_norm(m, eps, 1, 0, s, t)(x_[at]));
            ++visits[static_cast<size_t>(at)];
        });
    }

    template <class Visit>
    void for_each(int64_t sample, int tile, int thread, Visit visit) const {
        const int end = tiles_.end_position(tile);
        for (int p = tiles_.first_position(tile, thread); p < end; p += tiles_.rows())
            for (int i = 0; i < tiles_.vector; ++i)
                visit(tiles_.offset(sample, p, thread) + i, tiles_.column(thread) * tiles_.vector + i);
    }

    GroupTiles tiles_;
    int64_t samples_;
    const float* x_;

  public:
    std::vector<int> visits;  ///< of every element by apply()
};

}  // namespace

TEST_CASE("[Moments] put together in any grouping they are those of all values, far from zero too") {
    const auto values = (torch::randn({1000}, generator_for(1, 0)) * 0.5 + 300).contiguous();
    const std::vector<float> all(values.const_data_ptr<float>(), values.const_data_ptr<float>() + 1000);
    const double mean = values.to(torch::kFloat64).mean().item<double>(),
                 variance = values.to(torch::kFloat64).var(false).item<double>();
    for (const size_t part : {1, 7, 64, 1000}) {
        Moments m;
        for (size_t i = 0; i < all.size(); i += part)
            m = merged(
                m, moments_of({all.begin() + static_cast<std::ptrdiff_t>(i),
                               all.begin() + static_cast<std::ptrdiff_t>(std::min(all.size(), i + part))}));
        CHECK(m.count == 1000);
        CHECK(m.mean == doctest::Approx(mean).epsilon(1e-6));
        CHECK(m.m2 / m.count == doctest::Approx(variance).epsilon(1e-4));
    }
    CHECK(merged({}, {}).count == 0);
    CHECK(moments_of({3, 3, 3}).m2 == 0);
}

TEST_CASE("[GroupTiles] threads take every element once, and what they make of it is the modulated norm") {
    for (const Case& c : {Case{2, 12, 3, 5, 1, 4, 2}, Case{1, 36, 4, 4, 1, 1, 16}, Case{2, 64, 3, 3, 2, 4, 5},
                          Case{1, 40, 1, 7, 5, 8, 3}}) {
        const auto x = torch::randn({c.B, c.h, c.w, c.C}, generator_for(2, static_cast<uint64_t>(c.C))) + 4;
        const auto scale = torch::randn({c.B, c.C}, generator_for(3, 0)),
                   shift = torch::randn({c.B, c.C}, generator_for(3, 1));
        HostGroupNorm host(c, x);
        const auto out = host.apply(scale, shift, 1e-5f).reshape(x.sizes()).permute({0, 3, 1, 2});
        const auto precise = [](const torch::Tensor& t) { return t.to(torch::kFloat64); };
        const auto gain = precise(1 + scale).unsqueeze(-1).unsqueeze(-1),
                   offset = precise(shift).unsqueeze(-1).unsqueeze(-1);
        const auto reference = torch::silu(
            torch::group_norm(precise(x).permute({0, 3, 1, 2}), c.groups, {}, {}, 1e-5) * gain + offset);
        const double error = ((precise(out) - reference).norm() / reference.norm()).item<double>();
        INFO(c.C, " channels, relative error ", error);
        CHECK(error < 3e-6);
        for (const int visits : host.visits) REQUIRE(visits == 1);
    }
}
