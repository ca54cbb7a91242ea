#pragma once
/// What DeviceCamera::advance() is told beside a motion's code. Free of LibTorch, because kernels include it.

namespace rv::world_model {

/// Indices of int32 flags; not 0 says yes.
enum CameraFlag {
    kFollows,  ///< the wanted pose counts, not the code
    kIdle,     ///< the action asks for nothing, so that what a network says of a small motion is not believed
    kCameraFlags
};

}  // namespace rv::world_model
