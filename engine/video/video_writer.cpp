#include "engine/video/video_writer.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "engine/core/error.h"
#include "engine/core/log.h"
#include "engine/video/ffmpeg.h"

namespace rv::video {
namespace {

constexpr std::string_view kDiskRemedy =
    "free some space or choose another folder; what was recorded so far plays";

struct OutputDeleter {
    void operator()(AVFormatContext* p) const {
        if (p->pb) avio_closep(&p->pb);
        avformat_free_context(p);
    }
};
using OutputPtr = std::unique_ptr<AVFormatContext, OutputDeleter>;

constexpr std::array<std::string_view, 9> kPresets = {"ultrafast", "superfast", "veryfast", "faster",  "fast",
                                                      "medium",    "slow",      "slower",   "veryslow"};

int next_even(int n) {
    return (n + 1) / 2 * 2;
}

void check_arguments(int width, int height, Rational rate) {
    constexpr int kMaxSide = 16384;
    if (width < 1 || height < 1 || width > kMaxSide || height > kMaxSide)
        throw UsageError(
            "a video of " + std::to_string(width) + "x" + std::to_string(height) + " cannot be written",
            "a width and height from 1 to 16384");
    if (rate.numerator < 1 || rate.denominator < 1)
        throw UsageError("a video needs a frame rate above zero", "for instance 15");
}

CodecContextPtr open_h264(const std::string& path, int width, int height, Rational rate,
                          const WriterOptions& options) {
    // x264 itself would complain on standard error.
    if (std::ranges::find(kPresets, options.preset) == kPresets.end())
        throw UsageError("there is no H.264 preset '" + options.preset + "'",
                         "ultrafast, veryfast, medium or slow");
    const AVCodec* codec = avcodec_find_encoder_by_name("libx264");
    if (!codec) throw DeviceError("this FFmpeg cannot encode H.264", "install an FFmpeg with libx264");
    CodecContextPtr context(avcodec_alloc_context3(codec));
    context->width = next_even(width);
    context->height = next_even(height);
    context->pix_fmt = AV_PIX_FMT_YUV420P;
    context->color_range = AVCOL_RANGE_MPEG;
    context->colorspace = AVCOL_SPC_BT709;
    context->color_primaries = AVCOL_PRI_BT709;
    context->color_trc = AVCOL_TRC_BT709;
    context->time_base = av_inv_q(to_av(rate));
    context->framerate = to_av(rate);
    context->gop_size = std::max(1, static_cast<int>(rate.value()));  // a fragment begins at each key frame
    context->thread_count = options.threads;
    context->flags |= AV_CODEC_FLAG_GLOBAL_HEADER | AV_CODEC_FLAG_BITEXACT;
    av_opt_set(context->priv_data, "preset", options.preset.c_str(), 0);
    av_opt_set_int(context->priv_data, "crf", std::clamp(options.crf, 0, 51), 0);
    av_check(avcodec_open2(context.get(), codec, nullptr), path, "H.264 cannot be encoded");
    return context;
}

CodecContextPtr open_ffv1(const std::string& path, int width, int height, Rational rate,
                          const WriterOptions& options) {
    const AVCodec* codec = avcodec_find_encoder(AV_CODEC_ID_FFV1);
    if (!codec) throw DeviceError("this FFmpeg cannot encode FFV1", "install a full FFmpeg");
    CodecContextPtr context(avcodec_alloc_context3(codec));
    context->width = width;
    context->height = height;
    context->pix_fmt = AV_PIX_FMT_BGR0;
    context->time_base = av_inv_q(to_av(rate));
    context->framerate = to_av(rate);
    // The coder's statistics live from key frame to key frame: small frames need that to compress at all.
    context->gop_size = std::max(1, static_cast<int>(rate.value()));
    context->level = 3;
    context->slices = 4;
    context->thread_count = options.threads;
    context->flags |= AV_CODEC_FLAG_BITEXACT;
    // Golomb-Rice: some 7 % larger than the range coder and nearly twice as fast, both ways.
    av_opt_set_int(context->priv_data, "coder", 0, 0);
    av_check(avcodec_open2(context.get(), codec, nullptr), path, "FFV1 cannot be encoded");
    return context;
}

}  // namespace

struct VideoWriter::Impl {
    std::string path;
    int width = 0, height = 0;
    Codec codec = Codec::H264;
    CodecContextPtr encoder;
    OutputPtr output;
    AVStream* stream = nullptr;  // owned by output
    ScalerPtr scaler;            // H.264 only
    FramePtr frame;
    PacketPtr packet;
    std::int64_t next_index = 0, written = 0;
    bool failed = false, finished = false;

    void open(Rational rate, const WriterOptions& options);
    void fill(const FrameView& view);
    void encode(AVFrame* input);
    void finish();
    void check(int status) {
        if (status < 0) failed = true;
        av_check(status, path, "cannot be written", kDiskRemedy);
    }
};

void VideoWriter::Impl::open(Rational rate, const WriterOptions& options) {
    silence_ffmpeg();
    check_arguments(width, height, rate);
    codec = options.codec;
    const bool h264 = codec == Codec::H264;
    encoder =
        h264 ? open_h264(path, width, height, rate, options) : open_ffv1(path, width, height, rate, options);

    frame.reset(av_frame_alloc());
    packet.reset(av_packet_alloc());
    frame->format = encoder->pix_fmt;
    frame->width = encoder->width;
    frame->height = encoder->height;
    av_check(av_frame_get_buffer(frame.get(), 0), path, "no memory for a frame");
    if (h264) {
        scaler.reset(sws_getContext(width, height, AV_PIX_FMT_RGBA, encoder->width, encoder->height,
                                    encoder->pix_fmt, SWS_BICUBIC | SWS_ACCURATE_RND | SWS_BITEXACT, nullptr,
                                    nullptr, nullptr));
        RV_ASSERT(scaler, "RGBA to YUV is always possible");
        use_bt709(scaler.get(), false, false);
    }

    AVFormatContext* context = nullptr;
    av_check(avformat_alloc_output_context2(&context, nullptr, h264 ? "mp4" : "matroska", path.c_str()), path,
             "its container is not known to this FFmpeg");
    output.reset(context);
    stream = avformat_new_stream(context, nullptr);
    RV_ASSERT(stream, "a stream in a new container");
    av_check(avcodec_parameters_from_context(stream->codecpar, encoder.get()), path,
             "no memory for a stream");
    stream->time_base = encoder->time_base;
    stream->avg_frame_rate = to_av(rate);
    context->flags |= AVFMT_FLAG_BITEXACT;
    context->flush_packets = 1;  // a killed process loses no finished fragment

    av_check(avio_open(&context->pb, path.c_str(), AVIO_FLAG_WRITE), path, "cannot be created",
             "check that the folder exists and can be written");
    AVDictionary* settings = nullptr;
    if (h264) av_dict_set(&settings, "movflags", "frag_keyframe+empty_moov+default_base_moof", 0);
    const int status = avformat_write_header(context, &settings);
    av_dict_free(&settings);
    check(status);
    avio_flush(context->pb);
    check(context->pb->error);
}

void VideoWriter::Impl::fill(const FrameView& view) {
    av_check(av_frame_make_writable(frame.get()), path, "no memory for a frame");
    if (scaler) {
        const std::uint8_t* planes[] = {view.rgba};
        const int strides[] = {static_cast<int>(view.stride_bytes)};
        sws_scale(scaler.get(), planes, strides, 0, view.height, frame->data, frame->linesize);
        return;
    }
    for (int y = 0; y < height; ++y) {
        const std::uint8_t* from = view.row(y);
        std::uint8_t* to = frame->data[0] + static_cast<std::ptrdiff_t>(y) * frame->linesize[0];
        for (int x = 0; x < width; ++x, from += 4, to += 4) {
            to[0] = from[2];
            to[1] = from[1];
            to[2] = from[0];
            to[3] = 0xff;
        }
    }
}

// A null frame flushes.
void VideoWriter::Impl::encode(AVFrame* input) {
    check(avcodec_send_frame(encoder.get(), input));
    while (true) {
        const int status = avcodec_receive_packet(encoder.get(), packet.get());
        if (status == AVERROR(EAGAIN) || status == AVERROR_EOF) return;
        check(status);
        packet->stream_index = stream->index;
        if (packet->duration == 0) packet->duration = 1;
        av_packet_rescale_ts(packet.get(), encoder->time_base, stream->time_base);
        const int wrote = av_write_frame(output.get(), packet.get());
        av_packet_unref(packet.get());
        check(wrote);
        check(output->pb->error);  // the muxer's own status leaves some failures of the file out
    }
}

void VideoWriter::Impl::finish() {
    if (finished) return;
    finished = true;
    if (!failed) {
        encode(nullptr);
        check(av_write_trailer(output.get()));
        avio_flush(output->pb);
        check(output->pb->error);
    }
    const int closed = avio_closep(&output->pb);
    if (!failed) check(closed);
}

VideoWriter::VideoWriter(const std::filesystem::path& path, int width, int height, Rational frame_rate,
                         const WriterOptions& options)
    : impl_(std::make_unique<Impl>()) {
    impl_->path = path.string();
    impl_->width = width;
    impl_->height = height;
    impl_->open(frame_rate, options);
}

VideoWriter::VideoWriter(VideoWriter&&) noexcept = default;
VideoWriter& VideoWriter::operator=(VideoWriter&&) noexcept = default;

VideoWriter::~VideoWriter() {
    if (!impl_) return;
    try {
        impl_->finish();
    } catch (const std::exception& error) {
        log::error("{}", error.what());
    }
}

void VideoWriter::write(const FrameView& frame) {
    RV_ASSERT(frame.width == impl_->width && frame.height == impl_->height, "a frame of the video's size");
    RV_ASSERT(!impl_->finished, "write after finish");
    if (impl_->failed) return;
    impl_->fill(frame);
    impl_->frame->pts = impl_->next_index++;
    impl_->encode(impl_->frame.get());
    ++impl_->written;
}

void VideoWriter::skip(std::int64_t count) {
    RV_ASSERT(count >= 0, "time runs forward");
    impl_->next_index += count;
}

void VideoWriter::finish() {
    impl_->finish();
}

std::int64_t VideoWriter::frames_written() const {
    return impl_->written;
}

Rational rational_from(double value) {
    RV_ASSERT(value > 0 && value < 1e6, "a frame rate above zero");
    Rational best{static_cast<int>(std::lround(value)), 1};
    for (const int denominator : {1, 2, 3, 4, 5, 10, 100, 1000, 1001}) {
        const Rational candidate{static_cast<int>(std::lround(value * denominator)), denominator};
        if (std::abs(candidate.value() - value) < std::abs(best.value() - value)) best = candidate;
    }
    if (best.numerator < 1) best.numerator = 1;
    return best;
}

}  // namespace rv::video
