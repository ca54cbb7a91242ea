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

TEST_CASE("[mean_levels] a difference of a tenth of the range is 25.5 levels") {
    CHECK(mean_levels(torch::full({3, 4, 4}, -0.2)) == doctest::Approx(25.5));
}

TEST_CASE("[sharpness] nothing on a ramp, the square of eight times the amplitude on a chessboard") {
    const auto ramp = torch::linspace(-1, 1, 16).expand({3, 16, 16});
    CHECK(sharpness(ramp) == doctest::Approx(0).epsilon(1e-3));
    const auto i = torch::arange(16);
    const auto board = ((i.unsqueeze(0) + i.unsqueeze(1)) % 2).to(torch::kFloat32) * 2 - 1;
    const auto level = (0.1 * board).expand({3, 16, 16});
    // 14 x 14 places, unbiased variance.
    CHECK(sharpness(level) == doctest::Approx(std::pow(8 * 12.75, 2) * 196 / 195).epsilon(1e-4));
}

TEST_CASE("[frechet_distance] in one dimension the squared differences of mean and deviation") {
    const auto a = torch::tensor({-1.0, 1.0}).unsqueeze(1), b = torch::tensor({2.0, 8.0}).unsqueeze(1);
    // Means 0 and 5, deviations sqrt(2) and sqrt(18).
    CHECK(frechet_distance(a, b) == doctest::Approx(25 + 8));
    CHECK(frechet_distance(a, a) == doctest::Approx(0));
}

TEST_CASE("[frechet_distance] does not care how the axes of the features lie") {
    const auto a = torch::randn({40, 3}, generator_for(3, 0)),
               b = 2 * torch::randn({40, 3}, generator_for(4, 0)) + 1;
    const auto turn = std::get<0>(at::linalg_qr(torch::randn({3, 3}, generator_for(5, 0))));
    CHECK(frechet_distance(a.mm(turn), b.mm(turn)) == doctest::Approx(frechet_distance(a, b)).epsilon(1e-4));
}
