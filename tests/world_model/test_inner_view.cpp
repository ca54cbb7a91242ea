#include <doctest/doctest.h>
#include <torch/torch.h>

#include "world_model/inner_view.h"

using namespace rv::world_model;

namespace {

// 0 to 255.
int channel(const torch::Tensor& picture, int c, int y, int x) {
    return static_cast<int>(std::lround((picture[c][y][x].item<float>() + 1) * 127.5f));
}

}  // namespace

TEST_CASE("[depth_picture] is yellow near and violet far") {
    const auto depth = torch::tensor({{1.f, -1.f}}).reshape({1, 1, 2});
    const auto picture = depth_picture(depth, 4, 8);
    CHECK(picture.sizes() == torch::IntArrayRef({3, 4, 8}));
    CHECK(channel(picture, 0, 0, 0) == 253);
    CHECK(channel(picture, 2, 0, 0) == 37);
    CHECK(channel(picture, 0, 3, 7) == 68);
    CHECK(channel(picture, 2, 3, 7) == 84);
}

TEST_CASE("[latent_picture] lays the channels in a grid: blue below 0, grey at 0, red above") {
    // Three channels in a grid of two by two, the last cell empty.
    const auto latent =
        torch::stack({torch::full({2, 3}, 9.f), torch::zeros({2, 3}), torch::full({2, 3}, -9.f)});
    const auto picture = latent_picture(latent, 8, 12);
    CHECK(picture.sizes() == torch::IntArrayRef({3, 8, 12}));
    CHECK(channel(picture, 0, 1, 1) > channel(picture, 2, 1, 1) + 100);  // red
    CHECK(std::abs(channel(picture, 0, 1, 8) - channel(picture, 2, 1, 8)) < 8);
    CHECK(channel(picture, 2, 6, 1) > channel(picture, 0, 6, 1) + 100);  // blue
    CHECK(std::abs(channel(picture, 0, 6, 8) - channel(picture, 2, 6, 8)) < 8);
}
