#pragma once
/// What writing and reading videos have in common.

#include <string>

namespace rv::video {

/// Frames per second as a fraction: 15/1, 30000/1001.
struct Rational {
    int numerator = 15, denominator = 1;

    [[nodiscard]] double value() const { return static_cast<double>(numerator) / denominator; }
    friend bool operator==(const Rational&, const Rational&) = default;
};

/// The nearest fraction with a denominator of at most 1001. @param value above 0.
Rational rational_from(double value);

enum class Codec {
    H264,  ///< fragmented MP4, yuv420p, for people; odd sizes are stretched to the next even one
    Ffv1,  ///< lossless RGB in Matroska, for data
};

struct WriterOptions {
    Codec codec = Codec::H264;
    int crf = 18;                     ///< H.264: 0 (lossless) to 51 (worst)
    std::string preset = "veryfast";  ///< H.264: an x264 preset
    int threads = 1;                  ///< of the encoder; 0: one per core
};

}  // namespace rv::video
