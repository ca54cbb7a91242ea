#include <ATen/Functions.h>
#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "interop/frame_tensor.h"

TEST_CASE("[write_rgba8] interleaves, rounds to nearest and clamps") {
    at::Tensor frame = at::zeros({3, 1, 4});
    const float values[3][4] = {
        {-1, 1, 0, 2}, {-2, 0.5f, -0.5f, std::numeric_limits<float>::quiet_NaN()}, {1, -1, 0, 0}};
    for (int c = 0; c < 3; ++c)
        for (int x = 0; x < 4; ++x) frame[c][0][x] = values[c][x];
    std::vector<std::uint8_t> rgba(16);
    rv::interop::write_rgba8(frame, rgba);
    const std::vector<std::uint8_t> expected = {0,   0,   255, 255,  //
                                                255, 191, 0,   255,  //
                                                128, 64,  128, 255,  //
                                                255, 0,   128, 255};
    CHECK(rgba == expected);
}

TEST_CASE("[write_rgba8] takes halves, batches of one and strided frames alike") {
    at::Tensor frame = at::linspace(-1, 1, 3 * 4 * 6).reshape({3, 4, 6});
    std::vector<std::uint8_t> plain(4 * 6 * 4), other(4 * 6 * 4);
    rv::interop::write_rgba8(frame, plain);
    rv::interop::write_rgba8(frame.unsqueeze(0), other);
    CHECK(plain == other);
    rv::interop::write_rgba8(frame.permute({1, 2, 0}).contiguous().permute({2, 0, 1}), other);
    CHECK(plain == other);
    rv::interop::write_rgba8(frame.to(at::kBFloat16), other);
    for (std::size_t i = 0; i < plain.size(); ++i) CHECK(std::abs(int(plain[i]) - int(other[i])) <= 1);
}

TEST_CASE("[frame_from_rgba8] is the way back of every byte") {
    const at::Tensor rgba = at::arange(256, at::kByte).reshape({8, 8, 4}).contiguous();
    const at::Tensor frame = rv::interop::frame_from_rgba8(rgba, at::kFloat);
    CHECK(frame.sizes() == at::IntArrayRef({3, 8, 8}));
    std::vector<std::uint8_t> back(256);
    rv::interop::write_rgba8(frame, back);
    const auto* want = rgba.const_data_ptr<std::uint8_t>();
    int different = 0;
    for (std::size_t i = 0; i < back.size(); ++i) different += i % 4 != 3 && back[i] != want[i];
    CHECK(different == 0);
    CHECK((rv::interop::frame_from_rgba8(rgba, at::kBFloat16).scalar_type() == at::kBFloat16));
}
