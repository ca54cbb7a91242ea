#include <doctest/doctest.h>
#include <torch/torch.h>

#include "world_model/evaluation/metrics.h"
#include "world_model/numerics.h"

using namespace rv::world_model;

TEST_CASE("[psnr] known errors have known values") {
    const auto truth = torch::zeros({3, 16, 16});
    CHECK(psnr_db(truth, truth) == 100);
    CHECK(psnr_db(truth + 0.2, truth) ==
          doctest::Approx(20).epsilon(1e-6));  // a tenth of the range everywhere
    CHECK(psnr_db(truth + 0.02, truth) == doctest::Approx(40).epsilon(1e-6));
}

TEST_CASE("[ssim] one for the same picture, near zero for unrelated noise, less for more distortion") {
    const auto picture = torch::rand({3, 24, 24}, generator_for(1, 0)) * 2 - 1;
    const auto noise = torch::randn({3, 24, 24}, generator_for(2, 0));
    CHECK(ssim(picture, picture) == doctest::Approx(1));
    CHECK(std::abs(ssim(noise, picture)) < 0.1);
    CHECK(ssim(picture + 0.05 * noise, picture) > ssim(picture + 0.5 * noise, picture));
}

TEST_CASE("[ssim] two constant pictures compare by their luminance term alone") {
    const double a = 0.25, b = 0.75, C1 = 0.02 * 0.02;
    const double expected = (2 * a * b + C1) / (a * a + b * b + C1);
    CHECK(ssim(torch::full({3, 16, 16}, a), torch::full({3, 16, 16}, b)) ==
          doctest::Approx(expected).epsilon(1e-6));
}
