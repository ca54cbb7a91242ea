#include "engine/video/ffmpeg.h"

#include "engine/core/error.h"

namespace rv::video {

std::string describe_status(int status) {
    char text[AV_ERROR_MAX_STRING_SIZE] = {};
    av_strerror(status, text, sizeof text);
    return text;
}

void av_check(int status, std::string_view path, std::string_view doing, std::string_view remedy) {
    if (status >= 0) return;
    std::string what(doing);
    what.append(": ").append(describe_status(status));
    throw FileError(path, what, remedy);
}

void silence_ffmpeg() {
    static const bool once = [] {
        av_log_set_level(AV_LOG_QUIET);
        return true;
    }();
    static_cast<void>(once);
}

bool is_yuv(AVPixelFormat format) {
    return (av_pix_fmt_desc_get(format)->flags & (AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL)) == 0;
}

void use_bt709(SwsContext* scaler, bool from_yuv, bool yuv_full_range) {
    const int* coefficients = sws_getCoefficients(SWS_CS_ITU709);
    const int yuv = yuv_full_range ? 1 : 0, rgb = 1;
    constexpr int kOne = 1 << 16;  // contrast and saturation, 16.16 fixed point
    sws_setColorspaceDetails(scaler, coefficients, from_yuv ? yuv : rgb, coefficients, from_yuv ? rgb : yuv,
                             0, kOne, kOne);
}

}  // namespace rv::video
