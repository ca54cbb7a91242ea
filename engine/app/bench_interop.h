#pragma once
/// What it costs to bring a frame from the model to the window, by every way that this machine has.

#include <string>
#include <vector>

namespace rv::app {

struct InteropBenchOptions {
    int width = 1280, height = 720;  ///< of the frame
    int frames = 200;                ///< measured by each way, after a few that are not
};

/// Milliseconds a frame.
struct InteropFigures {
    std::string path;                               ///< see interop::SharingPath
    std::string model_device;                       ///< where the frame lies: "cpu", "cuda"
    std::string precision;                          ///< of the model's frame
    double publish_ms_p50 = 0, publish_ms_p99 = 0;  ///< until publish() returns
    double sharing_ms_p50 = 0, sharing_ms_p99 = 0;  ///< until the window may show the frame
    double draw_ms_p50 = 0;                         ///< the window's pass at the frame's own size
};

struct InteropBenchResult {
    std::string vulkan_device;
    int width = 0, height = 0, frames = 0;
    std::vector<InteropFigures> paths;
    /// Ways that this machine does not have: name and reason.
    std::vector<std::pair<std::string, std::string>> missing;
};

/// The ways take turns, frame by frame, so that a busy machine is as busy for each. @throws DeviceError
/// without a Vulkan device.
InteropBenchResult bench_interop(const InteropBenchOptions& options);

/// One JSON object.
std::string to_json(const InteropBenchResult& result);

}  // namespace rv::app
