#pragma once
/// What a world's tokenizer gives back of true frames.

#include <span>

#include "world_model/evaluation/clip.h"
#include "world_model/evaluation/report.h"
#include "world_model/world.h"

namespace rv::world_model {

/// PSNR, SSIM and flicker of every `stride`-th frame and the one behind it; sizes and times of the codec.
Report report_tokenizer(const World& world, std::span<const Clip> clips, int64_t stride);

}  // namespace rv::world_model
