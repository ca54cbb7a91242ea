#include "world_model/condition/warp_condition.h"

#include "world_model/part_scope.h"

namespace rv::world_model {

WarpCondition encode_warp(Tokenizer& tokenizer, const torch::Tensor& pictures, const torch::Tensor& known,
                          torch::Device device, torch::ScalarType dtype) {
    torch::NoGradGuard no_grad;
    const auto input = pictures.to(device, dtype).contiguous(torch::MemoryFormat::ChannelsLast);
    const auto warped =
        as_part("tokenizer.encode", [&] { return tokenizer.encode(input); }).to(torch::kFloat32);
    const auto validity = torch::avg_pool2d(known, tokenizer.downscale()).to(device);
    return {warped, validity};
}

}  // namespace rv::world_model
