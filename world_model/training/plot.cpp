#include "world_model/training/plot.h"

#include <stb/stb_image_write.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <limits>
#include <opencv2/imgproc.hpp>

#include "engine/core/error.h"

namespace rv::world_model {
namespace {

const cv::Scalar kInk(40, 40, 48), kGrid(225, 225, 230);
const std::array<cv::Scalar, 6> kColours = {cv::Scalar(31, 119, 180), cv::Scalar(214, 90, 30),
                                            cv::Scalar(44, 140, 60),  cv::Scalar(150, 80, 170),
                                            cv::Scalar(180, 140, 20), cv::Scalar(90, 90, 90)};

struct Range {
    double low = std::numeric_limits<double>::infinity(), high = -std::numeric_limits<double>::infinity();
    void add(double v) {
        low = std::min(low, v);
        high = std::max(high, v);
    }
    void widen() {
        if (!(low <= high)) low = 0, high = 1;
        if (high - low < 1e-12) low -= 0.5, high += 0.5;
    }
    [[nodiscard]] double share(double v) const { return (v - low) / (high - low); }
};

std::string label(double v) {
    char text[32];
    std::snprintf(text, sizeof text, "%.4g", v);
    return text;
}

void write_text(cv::Mat& canvas, const std::string& text, cv::Point at, double scale = 0.45) {
    cv::putText(canvas, text, at, cv::FONT_HERSHEY_SIMPLEX, scale, kInk, 1, cv::LINE_AA);
}

}  // namespace

void write_plot(const std::filesystem::path& file, const std::vector<Curve>& curves,
                const PlotOptions& options) {
    const auto shown = [&](double y) { return std::isfinite(y) && (!options.log_y || y > 0); };
    const auto scaled = [&](double y) { return options.log_y ? std::log10(y) : y; };
    Range xs, ys;
    for (const Curve& curve : curves) {
        for (size_t i = 0; i < curve.x.size(); ++i) {
            if (!shown(curve.y[i])) continue;
            xs.add(curve.x[i]);
            ys.add(scaled(curve.y[i]));
        }
    }
    xs.widen();
    ys.widen();

    cv::Mat canvas(options.height, options.width, CV_8UC3, cv::Scalar(255, 255, 255));
    const cv::Rect area(80, 44, options.width - 110, options.height - 104);
    const auto place = [&](double x, double y) {
        return cv::Point2d(area.x + xs.share(x) * area.width,
                           area.y + area.height - ys.share(y) * area.height);
    };
    constexpr int kTicks = 5;
    for (int i = 0; i <= kTicks; ++i) {
        const double t = static_cast<double>(i) / kTicks;
        const double x = xs.low + t * (xs.high - xs.low), y = ys.low + t * (ys.high - ys.low);
        const cv::Point at = place(x, y);
        cv::line(canvas, {area.x, at.y}, {area.x + area.width, at.y}, kGrid, 1, cv::LINE_AA);
        cv::line(canvas, {at.x, area.y}, {at.x, area.y + area.height}, kGrid, 1, cv::LINE_AA);
        write_text(canvas, label(options.log_y ? std::pow(10, y) : y), {8, at.y + 4}, 0.4);
        write_text(canvas, label(x), {at.x - 14, area.y + area.height + 20}, 0.4);
    }
    cv::rectangle(canvas, area, kInk, 1, cv::LINE_AA);
    write_text(canvas, options.title, {area.x, 28}, 0.6);
    write_text(canvas, options.x_label, {area.x + area.width / 2 - 20, options.height - 14});
    write_text(canvas, options.y_label, {8, 28});
    for (size_t c = 0; c < curves.size(); ++c) {
        const cv::Scalar colour = kColours[c % kColours.size()];
        std::vector<cv::Point> line;
        for (size_t i = 0; i < curves[c].x.size(); ++i) {
            if (shown(curves[c].y[i])) line.emplace_back(place(curves[c].x[i], scaled(curves[c].y[i])));
        }
        cv::polylines(canvas, line, false, colour, 2, cv::LINE_AA);
        const cv::Point key(area.x + area.width - 170, area.y + 20 + 20 * static_cast<int>(c));
        cv::line(canvas, key, key + cv::Point(24, 0), colour, 2, cv::LINE_AA);
        write_text(canvas, curves[c].name, key + cv::Point(32, 5));
    }
    // Colours above are RGB, which is what the writer expects.
    if (stbi_write_png(file.c_str(), canvas.cols, canvas.rows, 3, canvas.data,
                       static_cast<int>(canvas.step)) == 0) {
        throw FileError(file.string(), "the plot could not be written",
                        "check the folder and the free space");
    }
}

}  // namespace rv::world_model
