#pragma once
/// How near each part of a captured step comes to what the device can move and multiply (a roofline: Williams
/// et al. 2009). On a GPU, and on the CPU in the same way.

#include <string>
#include <vector>

#include "world_model/device_step.h"

namespace rv::world_model {

struct DevicePart {
    std::string name;  ///< "dynamics"; "step" is the whole, replayed as one
    double ms = 0;     ///< of a replay
    double gflop = 0;  ///< of convolutions, matrix products and attention
    double megabytes =
        0;  ///< of the tensors that LibTorch's operations take and give; kernels of our own do not count
    double bound_ms =
        0;  ///< what moving or multiplying that takes at the device's rates, whichever is longer
    double over_bound = 0;  ///< ms over bound_ms; 0 where nothing was counted
};

/// Whether painting one frame beside everything else of the next would pay (two threads with half of the
/// cores each; on a GPU two streams). Measured on two steps of their own, so that neither waits for what the
/// other makes.
struct OverlapTimes {
    double alone_ms = 0;       ///< a frame, one part after the other: its delay too
    double overlapped_ms = 0;  ///< from frame to frame, in two halves beside each other
    double delay_ms = 0;       ///< of such a frame: both halves as long as they take beside each other
};

struct DeviceProfile {
    std::string device, precision;
    int sampler_steps = 0;
    double copy_gb_per_s = 0, tflop_per_s = 0;  ///< see device_rates.h
    std::vector<DevicePart> parts;
    OverlapTimes overlap;
};

struct DeviceProfileOptions {
    OpenOptions open;
    int sampler_steps = 0;  ///< 0: the world's default
    int rounds = 50;        ///< replays of each part
};

/// Of a world made of a tokenizer, a dynamics and a decoder, from its first start frame on.
/// @throws UsageError for another kind of world; FileError, DeviceError.
DeviceProfile profile_device(const std::filesystem::path& folder, const DeviceProfileOptions& options);

}  // namespace rv::world_model
