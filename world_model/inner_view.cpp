#include "world_model/inner_view.h"

#include <cmath>

#include "engine/core/error.h"

namespace rv::world_model {
namespace {

using torch::indexing::Slice;

// Colours at even distances from 0 to 1, straight lines between them.
torch::Tensor through_colours(const torch::Tensor& values, const torch::Tensor& colours) {
    const auto place = values.clamp(0, 1) * static_cast<double>(colours.size(0) - 1);  // (h, w)
    const auto below = place.floor().clamp_max(static_cast<double>(colours.size(0) - 2));
    const auto index = below.to(torch::kLong);
    const auto mixed = torch::lerp(colours.index({index}), colours.index({index + 1}),
                                   (place - below).unsqueeze(-1));  // (h, w, 3)
    return mixed.permute({2, 0, 1}) / 127.5 - 1;
}

// Five points of matplotlib's viridis (Smith and van der Walt 2015).
torch::Tensor viridis() {
    return torch::tensor({{68.f, 1.f, 84.f},
                          {59.f, 82.f, 139.f},
                          {33.f, 145.f, 140.f},
                          {94.f, 201.f, 98.f},
                          {253.f, 231.f, 37.f}});
}

torch::Tensor blue_to_red() {
    return torch::tensor({{40.f, 90.f, 200.f}, {62.f, 62.f, 66.f}, {214.f, 66.f, 56.f}});
}

torch::Tensor enlarged(const torch::Tensor& picture, int64_t height, int64_t width) {
    return torch::upsample_nearest2d(picture.unsqueeze(0), {height, width})[0];
}

}  // namespace

torch::Tensor depth_picture(const torch::Tensor& inverse_depth, int64_t height, int64_t width) {
    torch::NoGradGuard no_grad;
    const auto values = inverse_depth[0].to(torch::kCPU, torch::kFloat32);
    return enlarged(through_colours((values + 1) / 2, viridis()), height, width);
}

torch::Tensor latent_picture(const torch::Tensor& latent, int64_t height, int64_t width) {
    torch::NoGradGuard no_grad;
    constexpr double kWidest = 2.5;  // standard deviations at full colour
    const int64_t C = latent.size(0), h = latent.size(1), w = latent.size(2);
    const auto columns = static_cast<int64_t>(std::ceil(std::sqrt(static_cast<double>(C))));
    const int64_t rows = (C + columns - 1) / columns;
    auto grid = torch::zeros({rows * h, columns * w});
    for (int64_t c = 0; c < C; ++c) {
        const int64_t top = c / columns * h, left = c % columns * w;
        grid.index_put_({Slice(top, top + h), Slice(left, left + w)},
                        latent[c].to(torch::kCPU, torch::kFloat32));
    }
    return enlarged(through_colours(grid / (2 * kWidest) + 0.5, blue_to_red()), height, width);
}

torch::Tensor inner_picture(InnerView view, const WorldInfo& world, const torch::Tensor& latent,
                            const torch::Tensor& inverse_depth) {
    if (view == InnerView::Latent) return latent_picture(latent[0], world.height, world.width);
    if (!inverse_depth.defined()) throw UsageError(world.title + " knows no depth");
    return depth_picture(inverse_depth, world.height, world.width);
}

}  // namespace rv::world_model
