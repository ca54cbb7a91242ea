#include "world_model/tensor_types.h"

#include "engine/core/error.h"

namespace rv::world_model {
namespace {

constexpr std::pair<DType, torch::ScalarType> kTypes[] = {
    {DType::F64, torch::kFloat64},   {DType::F32, torch::kFloat32}, {DType::F16, torch::kFloat16},
    {DType::BF16, torch::kBFloat16}, {DType::I64, torch::kInt64},   {DType::I32, torch::kInt32},
    {DType::I16, torch::kInt16},     {DType::I8, torch::kInt8},     {DType::U8, torch::kUInt8},
    {DType::Bool, torch::kBool}};

}  // namespace

torch::ScalarType torch_type(DType type) {
    for (const auto& [ours, theirs] : kTypes) {
        if (ours == type) return theirs;
    }
    RV_ASSERT(false, "a file's type without a LibTorch type");
    return torch::kFloat32;
}

DType file_type(torch::ScalarType type) {
    for (const auto& [ours, theirs] : kTypes) {
        if (theirs == type) return ours;
    }
    throw Error(std::string("a tensor of type ") + c10::toString(type) +
                " cannot be written to a safetensors file");
}

}  // namespace rv::world_model
