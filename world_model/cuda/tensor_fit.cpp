#include "world_model/cuda/tensor_fit.h"

#include <ATen/core/grad_mode.h>

#include <algorithm>

namespace rv::world_model::cuda {
namespace {

constexpr int kWideBytes = 16;

}  // namespace

std::optional<ElementType> element_type(const at::Tensor& tensor) {
    switch (tensor.scalar_type()) {
        case at::kFloat:
            return ElementType::Float32;
        case at::kHalf:
            return ElementType::Float16;
        case at::kBFloat16:
            return ElementType::BFloat16;
        default:
            return std::nullopt;
    }
}

bool needs_gradient(std::initializer_list<at::Tensor> tensors) {
    return at::GradMode::is_enabled() && std::any_of(tensors.begin(), tensors.end(), [](const at::Tensor& t) {
               return t.defined() && t.requires_grad();
           });
}

bool matches(const at::Tensor& tensor, const at::Tensor& like) {
    return !tensor.defined() ||
           (tensor.device() == like.device() && tensor.scalar_type() == like.scalar_type());
}

int widest_vector(std::initializer_list<at::Tensor> tensors, int64_t count) {
    int vector = 1;
    for (const at::Tensor& t : tensors) {
        if (!t.defined()) continue;
        if (reinterpret_cast<std::uintptr_t>(t.const_data_ptr()) % kWideBytes != 0) return 1;
        vector = std::max(vector, kWideBytes / static_cast<int>(t.element_size()));
    }
    return count % vector == 0 ? vector : 1;
}

}  // namespace rv::world_model::cuda
