#pragma once
/// The last frame, seen from where the camera will be: known geometry that the dynamics need not learn.

#include <torch/torch.h>

#include <span>

#include "engine/core/camera.h"

namespace rv::world_model {

struct Reprojected {
    torch::Tensor frame;           ///< (3, H, W) in [-1, 1]; 0 where nothing is known
    torch::Tensor validity;        ///< (1, H, W), 1 where known, else 0
    torch::Tensor depth_m;         ///< (1, H, W) metres in the new camera; infinite where nothing is known
    torch::Tensor source_depth_m;  ///< (1, H, W) metres in the camera that saw it: how closely
    torch::Tensor shown;  ///< (3, e H, e W), the same of the picture as it was shown; may be undefined
};

/// A picture of a place, and where the new camera is, seen from its own.
struct PlacedPicture {
    torch::Tensor frame;          ///< (3, H, W) float32 in [-1, 1], CPU
    torch::Tensor inverse_depth;  ///< (1, H, W) float32, see depth.h, CPU
    CameraPose motion;            ///< pose of the new camera seen from the old one
    torch::Tensor shown = {};  ///< (3, e H, e W) float32, CPU: the picture at a multiple of the resolution,
                               ///< looked up along the same geometry; may be undefined, but of all or of none
};

/// Forward-projects the depth map into the new camera (z-buffered), then looks each of the new pixels up in
/// the old frame with bilinear filtering, so that colours are not rounded to pixels.
/// @param intrinsics of an H x W picture
Reprojected reproject(const PlacedPicture& picture, const Intrinsics& intrinsics);

/// The same of several: the first one, and over it in turn what each of the others shows, where nothing is
/// known yet, or where it shows the same surface from at most `sharp_enough` times as far.
Reprojected reproject(std::span<const PlacedPicture> pictures, const Intrinsics& intrinsics,
                      float sharp_enough);

}  // namespace rv::world_model
