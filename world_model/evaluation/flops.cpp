#include "world_model/evaluation/flops.h"

#include <algorithm>
#include <array>

namespace rv::world_model {
namespace {

using Values = c10::ArrayRef<c10::IValue>;

double count_of(const torch::Tensor& t) {
    return static_cast<double>(t.numel());
}

// convolution(input, weight, bias, stride, padding, dilation, transposed, output_padding, groups).
// Each output value is a sum over (C_in / groups) kh kw products; transposed, each input value goes into
// (C_out / groups) kh kw sums. Either is a weight's size without its first dimension.
double convolution(Values inputs, Values outputs) {
    const torch::Tensor &input = inputs[0].toTensor(), &weight = inputs[1].toTensor();
    const double products = count_of(weight) / static_cast<double>(weight.size(0));
    return 2 * products * (inputs[6].toBool() ? count_of(input) : count_of(outputs[0].toTensor()));
}

// (..., M, K) x (..., K, N)
double product(const torch::Tensor& a, const torch::Tensor& b) {
    return 2 * count_of(a) * static_cast<double>(b.size(-1));
}

// q (B, heads, T, d), k (B, heads, S, d), v (B, heads, S, e): q k^T, and the weights times v.
double attention(const torch::Tensor& q, const torch::Tensor& k, const torch::Tensor& v) {
    return 2 * count_of(q) * static_cast<double>(k.size(-2)) + 2 * count_of(q) / static_cast<double>(q.size(-1)) *
                                                                count_of(v) /
                                                                static_cast<double>(v.size(0) * v.size(1));
}

struct Counted {
    std::string_view name;
    double (*flops)(Values inputs, Values outputs);
};

constexpr std::array kCounted = {
    Counted{"aten::convolution", convolution},
    Counted{"aten::mm", [](Values in, Values) { return product(in[0].toTensor(), in[1].toTensor()); }},
    Counted{"aten::bmm", [](Values in, Values) { return product(in[0].toTensor(), in[1].toTensor()); }},
    Counted{"aten::addmm", [](Values in, Values) { return product(in[1].toTensor(), in[2].toTensor()); }},
    Counted{"aten::baddbmm", [](Values in, Values) { return product(in[1].toTensor(), in[2].toTensor()); }},
    Counted{
        "aten::_scaled_dot_product_flash_attention_for_cpu",
        [](Values in, Values) { return attention(in[0].toTensor(), in[1].toTensor(), in[2].toTensor()); }},
};

const Counted* find(std::string_view operation) {
    const auto* found = std::ranges::find(kCounted, operation, &Counted::name);
    return found == kCounted.end() ? nullptr : found;
}

}  // namespace

bool counts_flops(std::string_view operation) {
    return find(operation) != nullptr;
}

double flops_of(std::string_view operation, Values inputs, Values outputs) {
    const Counted* counted = find(operation);
    return counted ? counted->flops(inputs, outputs) : 0;
}

}  // namespace rv::world_model
