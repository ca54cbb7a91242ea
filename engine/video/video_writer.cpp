#include "engine/video/video_writer.h"

#include <cmath>
#include <optional>

#include "engine/core/error.h"
#include "engine/core/log.h"
#include "engine/video/packet_output.h"
#include "engine/video/palette_filter.h"

namespace rv::video {
namespace {

void check_arguments(int width, int height, Rational rate) {
    constexpr int kMaxSide = 16384;
    if (width < 1 || height < 1 || width > kMaxSide || height > kMaxSide)
        throw UsageError(
            "a video of " + std::to_string(width) + "x" + std::to_string(height) + " cannot be written",
            "a width and height from 1 to 16384");
    if (rate.numerator < 1 || rate.denominator < 1)
        throw UsageError("a video needs a frame rate above zero", "for instance 15");
}

}  // namespace

struct VideoWriter::Impl {
    std::string path;
    int width = 0, height = 0;
    CodecContextPtr encoder;
    std::unique_ptr<PacketOutput> output;
    std::optional<PaletteFilter> palette;  // GIF only
    ScalerPtr scaler;
    FramePtr frame, paletted;
    PacketPtr packet;
    std::int64_t next_index = 0, written = 0;
    bool failed = false, finished = false;

    void open(Rational rate, const WriterOptions& options);
    void open_scaler(AVPixelFormat format);
    void fill(const FrameView& view);
    void take(AVFrame* input);
    void encode(AVFrame* input);
    void finish();
    void check(int status) const { av_check(status, path, "cannot be encoded any further"); }
    /// What fails once is not tried again.
    template <class Work>
    void guarded(Work work) {
        failed = true;
        work();
        failed = false;
    }
};

void VideoWriter::Impl::open(Rational rate, const WriterOptions& options) {
    silence_ffmpeg();
    check_arguments(width, height, rate);
    const Container container = options.container ? *options.container : container_of(path);
    const EncoderTarget target{path, container, width, height, rate};
    encoder = open_encoder(target, options);
    const bool gif = encoder->pix_fmt == AV_PIX_FMT_PAL8;
    if (gif) palette.emplace(width, height, rate);
    paletted.reset(av_frame_alloc());
    packet.reset(av_packet_alloc());
    open_scaler(gif ? AV_PIX_FMT_BGRA : encoder->pix_fmt);
    output = open_output(target, *encoder, options.metadata);
}

// The alpha of frames means nothing: RGB0.
void VideoWriter::Impl::open_scaler(AVPixelFormat format) {
    frame.reset(av_frame_alloc());
    frame->format = format;
    frame->width = encoder->width;
    frame->height = encoder->height;
    av_check(av_frame_get_buffer(frame.get(), 0), path, "no memory for a frame");
    scaler.reset(sws_getContext(width, height, AV_PIX_FMT_RGB0, encoder->width, encoder->height, format,
                                SWS_BICUBIC | SWS_ACCURATE_RND | SWS_BITEXACT, nullptr, nullptr, nullptr));
    if (!scaler)
        throw UsageError(
            std::string("the codec ") + encoder->codec->name + " takes no colours that pictures have",
            "another codec");
    if (is_yuv(format)) use_bt709(scaler.get(), false, encoder->color_range == AVCOL_RANGE_JPEG);
}

void VideoWriter::Impl::fill(const FrameView& view) {
    av_check(av_frame_make_writable(frame.get()), path, "no memory for a frame");
    const std::uint8_t* planes[] = {view.rgba};
    const int strides[] = {static_cast<int>(view.stride_bytes)};
    sws_scale(scaler.get(), planes, strides, 0, view.height, frame->data, frame->linesize);
    frame->pts = next_index++;
}

// A null frame flushes, here and below.
void VideoWriter::Impl::take(AVFrame* input) {
    if (!palette) return encode(input);
    check(palette->push(input));
    while (true) {
        const int status = palette->pull(paletted.get());
        if (status == AVERROR(EAGAIN) || status == AVERROR_EOF) break;
        check(status);
        encode(paletted.get());
        av_frame_unref(paletted.get());
    }
    if (!input) encode(nullptr);
}

void VideoWriter::Impl::encode(AVFrame* input) {
    check(avcodec_send_frame(encoder.get(), input));
    while (true) {
        const int status = avcodec_receive_packet(encoder.get(), packet.get());
        if (status == AVERROR(EAGAIN) || status == AVERROR_EOF) return;
        check(status);
        output->write(*packet);
    }
}

void VideoWriter::Impl::finish() {
    if (finished) return;
    finished = true;
    if (failed) return output->finish(true);
    guarded([this] {
        take(nullptr);
        output->finish(false);
    });
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
    impl_->guarded([&] {
        impl_->fill(frame);
        impl_->take(impl_->frame.get());
    });
    ++impl_->written;
}

void VideoWriter::skip(std::int64_t count) {
    RV_ASSERT(count >= 0, "time runs forward");
    impl_->next_index += count;
    if (!impl_->failed) impl_->guarded([&] { impl_->output->skip(count); });
}

void VideoWriter::finish() {
    impl_->finish();
}

std::string VideoWriter::encoder() const {
    return impl_->encoder->codec->name;
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
