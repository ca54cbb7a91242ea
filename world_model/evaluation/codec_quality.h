#pragma once
/// What a tokenizer gives back of true frames, without a world around it.

#include <span>

#include "world_model/evaluation/clip.h"
#include "world_model/evaluation/report.h"
#include "world_model/tokenizer/tokenizer.h"

namespace rv::world_model {

/// PSNR and SSIM of every `stride`-th frame on its own and, of a tokenizer that spans time, of films that
/// begin there, with their flicker: how much the error changes from frame to frame, in steps of 8 bits. Times
/// are medians, of a frame. What of a picture is no whole latent is cut off at the right and below.
/// @param dtype what the tokenizer was prepared for, on `device`
/// @throws UsageError if the frames are smaller than one latent, or than SSIM's window of 11 pixels.
Report report_codec(Tokenizer& tokenizer, torch::Device device, torch::ScalarType dtype,
                    std::span<const Clip> clips, int64_t stride);

}  // namespace rv::world_model
