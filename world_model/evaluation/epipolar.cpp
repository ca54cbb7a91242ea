#include "world_model/evaluation/epipolar.h"

#include <algorithm>
#include <cmath>
#include <glm/gtc/matrix_inverse.hpp>
#include <glm/mat3x3.hpp>
#include <opencv2/imgproc.hpp>

namespace rv::world_model {
namespace {

constexpr int kCorners = 80;
constexpr int kPatch = 5;           // half the side of a compared patch
constexpr double kLikeness = 0.85;  // least correlation of a match
constexpr double kReturnPx = 1.0;   // how far from its beginning a match may come back
constexpr size_t kLeastMatches = 8;

cv::Mat luma(const torch::Tensor& picture) {
    const auto x = (picture.to(torch::kFloat32) + 1) * 127.5f;
    const auto y = (0.299f * x[0] + 0.587f * x[1] + 0.114f * x[2]).contiguous();
    return cv::Mat(static_cast<int>(y.size(0)), static_cast<int>(y.size(1)), CV_32F, y.data_ptr<float>())
        .clone();
}

// Where between three neighbours a parabola has its top.
double top_of(float before, float middle, float after) {
    const double curve = before - 2.0 * middle + after;
    return curve < -1e-9 ? std::clamp(0.5 * (before - after) / curve, -0.5, 0.5) : 0.0;
}

// The place in `to` that looks like the surroundings of `p` in `from`; both as array indices.
std::optional<cv::Point2d> find_again(const cv::Mat& from, cv::Point p, const cv::Mat& to, cv::Point near,
                                      int reach) {
    const cv::Rect all(0, 0, from.cols, from.rows);
    const cv::Rect patch(p.x - kPatch, p.y - kPatch, 2 * kPatch + 1, 2 * kPatch + 1);
    const int side = reach + kPatch;
    const cv::Rect around = cv::Rect(near.x - side, near.y - side, 2 * side + 1, 2 * side + 1) & all;
    if ((patch & all) != patch || around.width < patch.width + 2 || around.height < patch.height + 2)
        return {};
    cv::Mat score;
    cv::matchTemplate(to(around), from(patch), score, cv::TM_CCOEFF_NORMED);
    double best = 0;
    cv::Point at;
    cv::minMaxLoc(score, nullptr, &best, nullptr, &at);
    if (best < kLikeness || at.x == 0 || at.y == 0 || at.x == score.cols - 1 || at.y == score.rows - 1)
        return {};
    const double dx =
        top_of(score.at<float>(at.y, at.x - 1), score.at<float>(at), score.at<float>(at.y, at.x + 1));
    const double dy =
        top_of(score.at<float>(at.y - 1, at.x), score.at<float>(at), score.at<float>(at.y + 1, at.x));
    return cv::Point2d(around.x + kPatch + at.x + dx, around.y + kPatch + at.y + dy);
}

glm::dvec3 homogeneous(glm::dvec2 p) {
    return {p.x, p.y, 1};
}

}  // namespace

std::vector<Match> match_corners(const torch::Tensor& a, const torch::Tensor& b) {
    const cv::Mat from = luma(a), to = luma(b);
    const int reach = from.cols / 10;
    std::vector<cv::Point2f> corners;
    cv::goodFeaturesToTrack(from, corners, kCorners, 0.02, from.cols / 32.0, cv::noArray(), 3);
    std::vector<Match> matches;
    for (const cv::Point2f& corner : corners) {
        const cv::Point p(cvRound(corner.x), cvRound(corner.y));
        const auto there = find_again(from, p, to, p, reach);
        if (!there) continue;
        const auto back = find_again(to, {cvRound(there->x), cvRound(there->y)}, from, p, reach);
        // The way back starts at a whole pixel, so that it ends as far off as that was rounded.
        if (!back) continue;
        const cv::Point2d rounded(cvRound(there->x) - there->x, cvRound(there->y) - there->y);
        const cv::Point2d off = *back - cv::Point2d(p) - rounded;
        if (std::hypot(off.x, off.y) > kReturnPx) continue;
        matches.push_back({{p.x + 0.5, p.y + 0.5}, {there->x + 0.5, there->y + 0.5}});
    }
    return matches;
}

glm::dmat3 fundamental_matrix(const CameraPose& motion, const Intrinsics& intrinsics) {
    // Cameras of the literature look along +z with y down; ours along -z with y up.
    const glm::dmat3 flip(1, 0, 0, 0, -1, 0, 0, 0, -1);
    const glm::dmat3 R = flip * glm::dmat3(glm::mat3_cast(motion.orientation)) * flip;
    const glm::dvec3 t = flip * glm::dvec3(motion.position);
    const glm::dmat3 cross(0, t.z, -t.y, -t.z, 0, t.x, t.y, -t.x, 0);  // columns of [t]x
    const glm::dmat3 K(intrinsics.fx, 0, 0, 0, intrinsics.fy, 0, intrinsics.cx, intrinsics.cy, 1);
    const glm::dmat3 inverse = glm::inverse(K);
    return glm::transpose(inverse) * glm::transpose(R) * cross * inverse;
}

double sampson_px(const Match& match, const glm::dmat3& F) {
    const glm::dvec3 a = homogeneous(match.a), b = homogeneous(match.b);
    const glm::dvec3 line_b = F * a, line_a = glm::transpose(F) * b;
    const double slope =
        line_a.x * line_a.x + line_a.y * line_a.y + line_b.x * line_b.x + line_b.y * line_b.y;
    return slope > 0 ? std::abs(glm::dot(b, line_b)) / std::sqrt(slope) : 0.0;
}

std::optional<double> median_sampson_px(const std::vector<Match>& matches, const glm::dmat3& F) {
    if (matches.size() < kLeastMatches) return {};
    std::vector<double> errors;
    for (const Match& match : matches) errors.push_back(sampson_px(match, F));
    std::ranges::nth_element(errors, errors.begin() + static_cast<std::ptrdiff_t>(errors.size() / 2));
    return errors[errors.size() / 2];
}

}  // namespace rv::world_model
