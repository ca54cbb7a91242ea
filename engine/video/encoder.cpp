#include "engine/video/encoder.h"

#include <algorithm>
#include <array>
#include <span>

#include "engine/core/error.h"

namespace rv::video {
namespace {

constexpr std::array<std::string_view, 9> kPresets = {"ultrafast", "superfast", "veryfast", "faster",  "fast",
                                                      "medium",    "slow",      "slower",   "veryslow"};

/// What recording live asks of encoders that are made for patience, and what keeps them silent.
struct Setting {
    std::string_view encoder;
    const char *option, *value;
};
constexpr std::array kSettings = {
    Setting{"libx265", "x265-params", "log-level=none"},
    Setting{"libvpx", "deadline", "realtime"},
    Setting{"libvpx", "cpu-used", "4"},
    Setting{"libvpx-vp9", "deadline", "realtime"},
    Setting{"libvpx-vp9", "cpu-used", "7"},
    Setting{"libvpx-vp9", "row-mt", "1"},
    Setting{"libaom-av1", "usage", "realtime"},
    Setting{"libaom-av1", "cpu-used", "8"},
    Setting{"libsvtav1", "preset", "10"},
    Setting{"librav1e", "speed", "10"},
    // Golomb-Rice: some 7 % larger than the range coder and nearly twice as fast, both ways.
    Setting{"ffv1", "coder", "0"},
};

/// An option that means quality, its largest value, and a good one.
struct QualityScale {
    const char* option;
    int highest, usual;
};

bool is_x26(std::string_view encoder) {
    return encoder == "libx264" || encoder == "libx264rgb" || encoder == "libx265";
}

std::optional<QualityScale> quality_scale(const AVCodecContext& context) {
    const std::string_view name = context.codec->name;
    for (const QualityScale& scale :
         {is_x26(name) ? QualityScale{"crf", 51, 18} : QualityScale{"crf", 63, 24},
          QualityScale{"cq", 51, 21}, QualityScale{"qp", 255, 80}})
        if (av_opt_find(context.priv_data, scale.option, nullptr, 0, 0)) return scale;
    if (name.starts_with("libwebp")) return QualityScale{"quality", 100, 80};
    return std::nullopt;
}

void set_quality(AVCodecContext& context, const WriterOptions& options) {
    const std::string name = context.codec->name;
    const auto checked = [&](int quality, int highest) {
        if (quality < 0 || quality > highest)
            throw UsageError("the quality of " + name + " goes from 0 to " + std::to_string(highest) +
                                 ", not " + std::to_string(quality),
                             name.starts_with("libwebp") ? "higher is better" : "lower is better");
        return quality;
    };
    if (const auto scale = quality_scale(context)) {
        const int quality = checked(options.quality.value_or(scale->usual), scale->highest);
        av_opt_set_int(context.priv_data, scale->option, quality, 0);
        if (std::string_view(scale->option) != "quality") context.bit_rate = 0;  // else it would rule
        return;
    }
    const AVCodecDescriptor* codec = avcodec_descriptor_get(context.codec_id);
    if (codec && !(codec->props & AV_CODEC_PROP_LOSSY)) {
        if (options.quality) throw UsageError(name + " keeps every pixel and has no quality", "leave it out");
        return;
    }
    constexpr int kWorstQuantiser = 31, kUsualQuantiser = 3;
    context.flags |= AV_CODEC_FLAG_QSCALE;
    context.global_quality =
        FF_QP2LAMBDA * checked(options.quality.value_or(kUsualQuantiser), kWorstQuantiser);
}

void set_preset(AVCodecContext& context, const WriterOptions& options) {
    if (!is_x26(context.codec->name)) return;
    // x264 itself would complain on standard error.
    if (std::ranges::find(kPresets, options.preset) == kPresets.end())
        throw UsageError("there is no H.264 preset '" + options.preset + "'",
                         "ultrafast, veryfast, medium or slow");
    av_opt_set(context.priv_data, "preset", options.preset.c_str(), 0);
}

bool offers(const AVCodec* encoder, AVPixelFormat wanted) {
    for (const AVPixelFormat* format = encoder->pix_fmts; format && *format != AV_PIX_FMT_NONE; ++format)
        if (*format == wanted) return true;
    return false;
}

// What every player can show where the codec loses anyway; every bit where it does not.
AVPixelFormat pixel_format_for(const AVCodec* encoder) {
    constexpr std::array kExact = {AV_PIX_FMT_BGR0, AV_PIX_FMT_RGB24, AV_PIX_FMT_GBRP, AV_PIX_FMT_BGRA};
    constexpr std::array kUsual = {AV_PIX_FMT_YUV420P, AV_PIX_FMT_NV12};
    if (encoder->id == AV_CODEC_ID_WEBP) return AV_PIX_FMT_BGRA;  // libwebp has its own way to YUV
    if (encoder->id == AV_CODEC_ID_GIF) return AV_PIX_FMT_PAL8;
    if (encoder->id == AV_CODEC_ID_MJPEG) return AV_PIX_FMT_YUVJ420P;
    const AVCodecDescriptor* codec = avcodec_descriptor_get(encoder->id);
    const bool exact = codec && !(codec->props & AV_CODEC_PROP_LOSSY);
    for (const AVPixelFormat format : exact ? std::span<const AVPixelFormat>(kExact) : kUsual)
        if (offers(encoder, format)) return format;
    if (!encoder->pix_fmts) return AV_PIX_FMT_YUV420P;
    return avcodec_find_best_pix_fmt_of_list(encoder->pix_fmts, AV_PIX_FMT_RGB24, 0, nullptr);
}

int rounded_up(int size, int log2_step) {
    const int step = 1 << log2_step;
    return (size + step - 1) / step * step;
}

void set_picture(AVCodecContext& context, const EncoderTarget& target) {
    context.pix_fmt = pixel_format_for(context.codec);
    const AVPixFmtDescriptor& format = *av_pix_fmt_desc_get(context.pix_fmt);
    context.width = rounded_up(target.width, format.log2_chroma_w);
    context.height = rounded_up(target.height, format.log2_chroma_h);
    if (!is_yuv(context.pix_fmt)) return;
    const bool full_range = context.pix_fmt == AV_PIX_FMT_YUVJ420P;
    context.color_range = full_range ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG;
    context.colorspace = AVCOL_SPC_BT709;
    context.color_primaries = AVCOL_PRI_BT709;
    context.color_trc = AVCOL_TRC_BT709;
}

// Null, with FFmpeg's status, when the encoder does not open: a missing driver, a size it cannot take.
CodecContextPtr try_to_open(const AVCodec* encoder, const EncoderTarget& target, const WriterOptions& options,
                            int& status) {
    CodecContextPtr context(avcodec_alloc_context3(encoder));
    set_picture(*context, target);
    context->time_base = av_inv_q(to_av(target.rate));
    context->framerate = to_av(target.rate);
    // A fragment begins at each key frame, and FFV1 keeps its statistics from one to the next.
    context->gop_size = std::max(1, static_cast<int>(target.rate.value()));
    context->thread_count = options.threads;
    context->flags |= AV_CODEC_FLAG_BITEXACT;
    const AVOutputFormat* muxer = av_guess_format(muxer_of(target.container).data(), nullptr, nullptr);
    if (muxer && (muxer->flags & AVFMT_GLOBALHEADER)) context->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    if (encoder->id == AV_CODEC_ID_FFV1) {
        context->level = 3;
        context->slices = 4;
    }
    for (const Setting& setting : kSettings)
        if (setting.encoder == encoder->name)
            av_opt_set(context->priv_data, setting.option, setting.value, 0);
    set_preset(*context, options);
    set_quality(*context, options);
    status = avcodec_open2(context.get(), encoder, nullptr);
    if (status < 0) context.reset();
    return context;
}

std::string joined(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
    return text;
}

CodecContextPtr open_named(const EncoderTarget& target, const WriterOptions& options) {
    const AVCodec* encoder = avcodec_find_encoder_by_name(options.codec.c_str());
    if (!encoder || !takes(target.container, encoder))
        throw UsageError((encoder ? "the codec " + options.codec + " does not go into "
                                  : "this FFmpeg has no codec " + options.codec + " for ") +
                             std::string(name_of(target.container)),
                         "auto, " + joined(encoders_for(target.container)));
    int status = 0;
    CodecContextPtr context = try_to_open(encoder, target, options, status);
    if (!context)
        throw DeviceError(
            "the codec " + options.codec + " does not open on this machine: " + describe_status(status),
            "--codec auto");
    return context;
}

}  // namespace

bool reads_host_memory(const AVCodec* encoder) {
    if (!encoder->pix_fmts) return true;
    for (const AVPixelFormat* format = encoder->pix_fmts; *format != AV_PIX_FMT_NONE; ++format)
        if (!(av_pix_fmt_desc_get(*format)->flags & AV_PIX_FMT_FLAG_HWACCEL)) return true;
    return false;
}

CodecContextPtr open_encoder(const EncoderTarget& target, const WriterOptions& options) {
    if (options.codec != "auto") return open_named(target, options);
    for (const std::string_view name : usual_encoders(target.container)) {
        const AVCodec* encoder = avcodec_find_encoder_by_name(name.data());
        int status = 0;
        if (encoder)
            if (CodecContextPtr context = try_to_open(encoder, target, options, status)) return context;
    }
    throw DeviceError("this FFmpeg cannot write " + std::string(name_of(target.container)),
                      "install one with " + std::string(usual_encoders(target.container).back()) +
                          ", or name the file .mkv");
}

}  // namespace rv::video
