#pragma once
/// FFmpeg's handles as owners, and the one place that turns its status codes into errors. For this folder's
/// .cpp files only.

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/imgutils.h>
#include <libavutil/opt.h>
#include <libavutil/pixdesc.h>
#include <libswscale/swscale.h>
}

#include <memory>
#include <string>
#include <string_view>

#include "engine/video/video_format.h"

namespace rv::video {

struct FfmpegDeleter {
    void operator()(AVCodecContext* p) const { avcodec_free_context(&p); }
    void operator()(AVFrame* p) const { av_frame_free(&p); }
    void operator()(AVPacket* p) const { av_packet_free(&p); }
    void operator()(SwsContext* p) const { sws_freeContext(p); }
};
using CodecContextPtr = std::unique_ptr<AVCodecContext, FfmpegDeleter>;
using FramePtr = std::unique_ptr<AVFrame, FfmpegDeleter>;
using PacketPtr = std::unique_ptr<AVPacket, FfmpegDeleter>;
using ScalerPtr = std::unique_ptr<SwsContext, FfmpegDeleter>;

/// FFmpeg's words for a status code: "No space left on device".
std::string describe_status(int status);

/// @throws FileError about `path` if status is negative. @param doing "cannot be written".
void av_check(int status, std::string_view path, std::string_view doing, std::string_view remedy = {});

/// FFmpeg writes warnings to standard error by itself; ours are exceptions. Call before its first use.
void silence_ffmpeg();

/// Whether its pictures are luma and chroma, grey included.
bool is_yuv(AVPixelFormat format);

/// Tells the scaler that YUV is BT.709 with video range (and RGB full range).
void use_bt709(SwsContext* scaler, bool from_yuv, bool yuv_full_range);

inline AVRational to_av(Rational r) {
    return {r.numerator, r.denominator};
}

}  // namespace rv::video
