#pragma once
/// Vulkan's side of a timeline that CUDA raises, for those who know nothing of Vulkan.

#include "interop/cuda_raised_timeline.h"
#include "renderer/external_memory.h"

namespace rv::interop {

/// Borrows the timeline, which outlives it.
WrittenTimeline seen_from_outside(const renderer::ExternalTimeline& timeline);

}  // namespace rv::interop
