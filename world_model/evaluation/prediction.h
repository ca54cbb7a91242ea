#pragma once
/// How well a world predicts recorded episodes, by horizon.

#include <span>

#include "world_model/evaluation/guess.h"
#include "world_model/evaluation/report.h"

namespace rv::world_model {

/// Of the k-th generated frames, k = horizon.
struct HorizonQuality {
    int64_t horizon = 0;
    Samples psnr_db, ssim;
    Samples copy_last_psnr_db, copy_last_ssim;  ///< of the last true frame shown
    Samples constant_motion_psnr_db;            ///< see constant_motion.h; empty for clips without depth
};

/// @param moving_only counts only frames whose camera moved against the last true one shown; all
/// frames of clips without poses
std::vector<HorizonQuality> compare_guesses(std::span<const Guess> guesses, std::span<const int64_t> horizons,
                                            bool moving_only);

/// Horizons 1 ("next"), 4, 16 and 64 as figures under `name`, and those between as curves.
Report report_prediction(std::span<const Guess> guesses, const std::string& name);

}  // namespace rv::world_model
