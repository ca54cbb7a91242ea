#include "world_model/evaluation/camera_motion.h"

#include <cmath>
#include <optional>

#include "world_model/dynamics/ego_head.h"
#include "world_model/evaluation/epipolar.h"

namespace rv::world_model {
namespace {

// Frames between the two of a pair whose corners are matched: at one frame the parallax is lost in a pixel.
constexpr int64_t kPairFrames = 3;
constexpr double kPairLeastM = 0.25, kPairMostDeg = 6;

struct MotionErrors {
    Samples rotation_deg, translation_m;

    void add(int64_t group, const CameraPose& read, const CameraPose& told) {
        rotation_deg.add(group, world_model::rotation_deg(relative(read, told)));
        translation_m.add(group, glm::length(read.position - told.position));
    }
};

struct PairErrors {
    Samples sampson_px, usable;
    double picture_width = 128;  // pixels are given for a picture of this width

    void add(int64_t group, const torch::Tensor& frames, int64_t i, const CameraPose& motion,
             const CameraPose& wrong, const Intrinsics& intrinsics, Samples* wrong_px) {
        const auto a = picture(frames, i), b = picture(frames, i + kPairFrames);
        const auto matches = match_corners(a, b);
        const auto error = median_sampson_px(matches, fundamental_matrix(motion, intrinsics));
        usable.add(group, error.has_value());
        if (!error) return;
        const double scale = picture_width / static_cast<double>(frames.size(2));
        sampson_px.add(group, *error * scale);
        if (wrong_px == nullptr) return;
        wrong_px->add(group, *median_sampson_px(matches, fundamental_matrix(wrong, intrinsics)) * scale);
    }
};

// A camera that went sideways instead: what a disobedient one would score.
CameraPose mistaken(CameraPose motion) {
    motion.position = {-motion.position.z, motion.position.y, motion.position.x};
    return motion;
}

}  // namespace

double rotation_deg(const CameraPose& motion) {
    const glm::quat& q = motion.orientation;
    return 2 * std::atan2(glm::length(glm::vec3(q.x, q.y, q.z)), std::abs(q.w)) * 180 / M_PI;
}

Report report_camera(std::span<const Guess> guesses, Probe& probe) {
    MotionErrors generated, real, still;
    PairErrors pairs, real_pairs;
    Samples wrong_px, ego_m, ego_deg;
    for (const Guess& guess : guesses) {
        const Clip& clip = *guess.truth;
        const auto truth_pose = [&](int64_t k) { return clip.poses[static_cast<size_t>(guess.first + k)]; };
        const auto pose = [&](int64_t k) { return guess.poses[static_cast<size_t>(k)]; };
        const auto truth = clip.frames.slice(0, guess.first, guess.first + guess.size());
        const auto codes = read_motion(probe, guess.frames).codes,
                   real_codes = read_motion(probe, truth).codes;
        for (int64_t k = 1; k < guess.size(); ++k) {
            const CameraPose told = relative(pose(k - 1), pose(k));
            generated.add(guess.episode, motion_from_code(codes[k - 1]), told);
            still.add(guess.episode, {}, told);
            real.add(guess.episode, motion_from_code(real_codes[k - 1]),
                     relative(truth_pose(k - 1), truth_pose(k)));
        }
        for (int64_t k = 0; k + kPairFrames < guess.size(); k += kPairFrames) {
            const auto usable = [](const CameraPose& motion) {
                return glm::length(motion.position) > kPairLeastM && rotation_deg(motion) < kPairMostDeg;
            };
            const CameraPose told = relative(pose(k), pose(k + kPairFrames));
            const CameraPose true_motion = relative(truth_pose(k), truth_pose(k + kPairFrames));
            if (usable(told))
                pairs.add(guess.episode, guess.frames, k, told, mistaken(told), clip.intrinsics, &wrong_px);
            if (usable(true_motion))
                real_pairs.add(guess.episode, truth, k, true_motion, {}, clip.intrinsics, nullptr);
        }
        if (guess.size() >= 16) {
            const CameraPose off = relative(truth_pose(15), pose(15));
            ego_m.add(guess.episode, glm::length(off.position));
            ego_deg.add(guess.episode, rotation_deg(off));
        }
    }
    Report report;
    report.figures = {
        {"camera.rotation_error_deg",
         estimate(generated.rotation_deg),
         {{"real_rotation_error_deg", real.rotation_deg.mean()},
          {"still_rotation_error_deg", still.rotation_deg.mean()}},
         3},
        {"camera.translation_error_m",
         estimate(generated.translation_m),
         {{"real_translation_error_m", real.translation_m.mean()},
          {"still_translation_error_m", still.translation_m.mean()}},
         4},
        {"camera.sampson_px",
         estimate(pairs.sampson_px),
         {{"real_sampson_px", real_pairs.sampson_px.mean()}, {"sideways_sampson_px", wrong_px.mean()}},
         3},
        {"camera.sampson_usable_share",
         estimate(pairs.usable),
         {{"real_sampson_usable_share", real_pairs.usable.mean()},
          {"pairs", static_cast<double>(pairs.usable.count())}},
         3},
        {"camera.pose_error_m_h16", estimate(ego_m), {}, 3},
        {"camera.pose_error_deg_h16", estimate(ego_deg), {}, 2}};
    return report;
}

double read_turn_rad(Probe& probe, const torch::Tensor& frames) {
    // The rotation vector's y points up: turning to the right is negative.
    return -read_motion(probe, frames).codes.select(1, 4).sum().item<double>() * kMotionScaleRad;
}

Report report_turns(std::span<const Guess> turns, Probe& probe) {
    Samples ratio, real, believed;
    for (const Guess& turn : turns) {
        const Clip& clip = *turn.truth;
        double told = 0, said = 0;
        for (int64_t k = 1; k < turn.size(); ++k) {
            const auto i = static_cast<size_t>(k), t = static_cast<size_t>(turn.first + k);
            told -=
                motion_code(relative(clip.poses[t - 1], clip.poses[t]))[4].item<double>() * kMotionScaleRad;
            said -=
                motion_code(relative(turn.poses[i - 1], turn.poses[i]))[4].item<double>() * kMotionScaleRad;
        }
        ratio.add(turn.episode, read_turn_rad(probe, turn.frames) / told);
        real.add(turn.episode,
                 read_turn_rad(probe, clip.frames.slice(0, turn.first, turn.first + turn.size())) / told);
        believed.add(turn.episode, said / told);
    }
    Report report;
    report.figures = {{"camera.turn_rate_ratio",
                       estimate(ratio),
                       {{"real_turn_rate_ratio", real.mean()}, {"pose_turn_rate_ratio", believed.mean()}},
                       3}};
    return report;
}

}  // namespace rv::world_model
