#pragma once
/// What writing and reading videos have in common.

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/video/container.h"

namespace rv::video {

/// Frames per second as a fraction: 15/1, 30000/1001.
struct Rational {
    int numerator = 15, denominator = 1;

    [[nodiscard]] double value() const { return static_cast<double>(numerator) / denominator; }
    friend bool operator==(const Rational&, const Rational&) = default;
};

/// The nearest fraction with a denominator of at most 1001. @param value above 0.
Rational rational_from(double value);

/// What a file says about itself: names and values, in order. "title" and "comment" mean the same to every
/// player.
using Metadata = std::vector<std::pair<std::string, std::string>>;

struct WriterOptions {
    /// An encoder of FFmpeg by its name; "auto": the first of the container's own that opens, hardware before
    /// software.
    std::string codec = "auto";
    /// In the codec's own terms: crf (x264: 0 lossless to 51), cq, quality or quantiser. Empty: a good one.
    std::optional<int> quality = {};
    std::string preset = "veryfast";          ///< of x264 and x265
    int threads = 1;                          ///< of the encoder; 0: one per core
    std::optional<Container> container = {};  ///< empty: as the file's name says
    Metadata metadata = {};
};

}  // namespace rv::video
