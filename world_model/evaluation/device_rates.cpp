#include "world_model/evaluation/device_rates.h"

#include "world_model/device_timer.h"
#include "world_model/numerics.h"

namespace rv::world_model {
namespace {

// Far beyond any cache.
int64_t copied_floats(const torch::Device& device) {
    return device.is_cuda() ? int64_t{1} << 28 : int64_t{1} << 25;
}

int64_t product_side(const torch::Device& device) {
    return device.is_cuda() ? 8192 : 2048;
}

// Random numbers: hardware may multiply zeros faster.
torch::Tensor random_square(int64_t side, uint64_t seed, const torch::Device& device,
                            torch::ScalarType dtype) {
    return torch::randn({side, side}, generator_for(seed, 0)).to(device, dtype);
}

}  // namespace

double time_of(const torch::Device& device, int rounds, const std::function<void()>& work) {
    work();
    DeviceTimer timer(device);
    timer.start();
    for (int i = 0; i < rounds; ++i) work();
    timer.stop();
    return timer.ms() / rounds;
}

DeviceRates measure_rates(const torch::Device& device, torch::ScalarType dtype, int rounds) {
    torch::NoGradGuard no_grad;
    const auto from = torch::zeros({copied_floats(device)}, torch::TensorOptions().device(device));
    auto to = torch::empty_like(from);
    const double copy_ms = time_of(device, rounds, [&] { to.copy_(from); });
    const int64_t side = product_side(device);
    const auto a = random_square(side, 1, device, dtype), b = random_square(side, 2, device, dtype);
    auto c = torch::empty_like(a);
    const double product_ms = time_of(device, rounds, [&] { torch::mm_out(c, a, b); });
    const auto n = static_cast<double>(side);
    return {.copy_gb_per_s = 2.0 * static_cast<double>(from.nbytes()) * 1e-6 / copy_ms,
            .tflop_per_s = 2 * n * n * n * 1e-9 / product_ms};
}

}  // namespace rv::world_model
