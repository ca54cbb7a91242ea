#pragma once
/// Waits on the host for the GPU that cannot become a hang: they end in a sentence when CUDA has failed
/// meanwhile, when the GPU was taken away, or when nothing comes for too long.

#include <chrono>
#include <functional>

#include "interop/cuda_calls.h"

namespace rv::interop {

/// How long a frame may take before the GPU counts as gone.
inline constexpr std::chrono::milliseconds kPatience{30'000};
/// After this long CUDA is asked whether it has failed.
inline constexpr std::chrono::milliseconds kWaitSlice{100};

/// @param reached waits at most so long and says whether it has come; it may throw.
/// @throws DeviceError after `patience`, or what `reached` and CudaCalls::check throw.
void wait_bounded(CudaCalls& calls, CudaStream stream,
                  const std::function<bool(std::chrono::milliseconds)>& reached,
                  std::chrono::milliseconds patience = kPatience);

}  // namespace rv::interop
