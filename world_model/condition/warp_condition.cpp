#include "world_model/condition/warp_condition.h"

#include <ATen/Parallel.h>

#include "world_model/condition/reprojection.h"

namespace rv::world_model {

WarpCondition warp_condition(Tokenizer& tokenizer, const torch::Tensor& frames,
                             const torch::Tensor& inverse_depth, std::span<const CameraPose> motions,
                             const Intrinsics& intrinsics, torch::Device device, torch::ScalarType dtype) {
    torch::NoGradGuard no_grad;
    const int64_t B = frames.size(0);
    const auto colours = frames.to(torch::kCPU, torch::kFloat32);
    const auto depths = inverse_depth.to(torch::kCPU, torch::kFloat32);
    auto pictures = torch::empty({B, 3, intrinsics.height, intrinsics.width});
    auto known = torch::empty({B, 1, intrinsics.height, intrinsics.width});
    at::parallel_for(0, B, 1, [&](int64_t begin, int64_t end) {
        torch::NoGradGuard worker_no_grad;
        for (int64_t i = begin; i < end; ++i) {
            const Reprojected r =
                reproject(colours[i], depths[i], motions[static_cast<size_t>(i)], intrinsics);
            pictures[i].copy_(r.frame);
            known[i].copy_(r.validity);
        }
    });
    return encode_warp(tokenizer, pictures, known, device, dtype);
}

WarpCondition encode_warp(Tokenizer& tokenizer, const torch::Tensor& pictures, const torch::Tensor& known,
                          torch::Device device, torch::ScalarType dtype) {
    torch::NoGradGuard no_grad;
    const auto input = pictures.to(device, dtype).contiguous(torch::MemoryFormat::ChannelsLast);
    const auto warped = tokenizer.encode(input).to(torch::kFloat32);
    const auto validity = torch::avg_pool2d(known, tokenizer.downscale()).to(device);
    return {warped, validity};
}

}  // namespace rv::world_model
