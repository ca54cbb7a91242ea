#include "engine/video/video_reader.h"

#include <cmath>

#include "engine/core/error.h"
#include "engine/video/ffmpeg.h"

namespace rv::video {
namespace {

constexpr std::string_view kRemedy = "check that it is a video file and was written to its end";

struct InputDeleter {
    void operator()(AVFormatContext* p) const { avformat_close_input(&p); }
};
using InputPtr = std::unique_ptr<AVFormatContext, InputDeleter>;

}  // namespace

struct VideoReader::Impl {
    std::string path;
    InputPtr input;
    AVStream* stream = nullptr;  // owned by input
    CodecContextPtr decoder;
    FramePtr frame;
    PacketPtr packet;
    ScalerPtr scaler;
    AVPixelFormat scaler_from = AV_PIX_FMT_NONE, scaler_to = AV_PIX_FMT_NONE;
    Rational rate;
    int width = 0, height = 0;     // of what is given out
    std::int64_t index = -1;       // of the frame that was decoded last
    std::int64_t seek_target = 0;  // frames before it are decoded but not given out
    bool draining = false;

    void open(int threads);
    bool decode_next();
    void convert(std::span<std::uint8_t> pixels);
    [[nodiscard]] std::int64_t index_of(const AVFrame& decoded) const;
    [[nodiscard]] std::int64_t start_time() const {
        return stream->start_time == AV_NOPTS_VALUE ? 0 : stream->start_time;
    }
};

void VideoReader::Impl::open(int threads) {
    silence_ffmpeg();
    AVFormatContext* context = nullptr;
    av_check(avformat_open_input(&context, path.c_str(), nullptr, nullptr), path,
             "cannot be opened as a video", kRemedy);
    input.reset(context);
    context->flags |= AVFMT_FLAG_DISCARD_CORRUPT;  // half a packet at the end of a cut file
    av_check(avformat_find_stream_info(context, nullptr), path, "holds no readable video", kRemedy);
    const AVCodec* codec = nullptr;
    const int best = av_find_best_stream(context, AVMEDIA_TYPE_VIDEO, -1, -1, &codec, 0);
    av_check(best, path, "holds no video that this FFmpeg can decode", kRemedy);
    stream = context->streams[best];
    for (unsigned i = 0; i < context->nb_streams; ++i)
        if (static_cast<int>(i) != best) context->streams[i]->discard = AVDISCARD_ALL;

    decoder.reset(avcodec_alloc_context3(codec));
    av_check(avcodec_parameters_to_context(decoder.get(), stream->codecpar), path, "has unusable parameters",
             kRemedy);
    decoder->thread_count = threads;
    decoder->err_recognition = AV_EF_CRCCHECK | AV_EF_EXPLODE;
    av_check(avcodec_open2(decoder.get(), codec, nullptr), path, "cannot be decoded", kRemedy);
    width = decoder->width;
    height = decoder->height;
    if (width < 1 || height < 1) throw FileError(path, "has no picture size", kRemedy);

    const AVRational guess = av_guess_frame_rate(context, stream, nullptr);
    if (guess.num < 1 || guess.den < 1) throw FileError(path, "has no frame rate", kRemedy);
    rate = {guess.num, guess.den};
    frame.reset(av_frame_alloc());
    packet.reset(av_packet_alloc());
}

std::int64_t VideoReader::Impl::index_of(const AVFrame& decoded) const {
    if (decoded.best_effort_timestamp == AV_NOPTS_VALUE) return index + 1;
    const double seconds =
        static_cast<double>(decoded.best_effort_timestamp - start_time()) * av_q2d(stream->time_base);
    return std::llround(seconds * rate.value());
}

bool VideoReader::Impl::decode_next() {
    const auto damaged = [&](int status) {
        av_check(status, path, "is damaged at frame " + std::to_string(index + 1), kRemedy);
    };
    while (true) {
        const int received = avcodec_receive_frame(decoder.get(), frame.get());
        if (received == AVERROR_EOF) return false;
        if (received >= 0) {
            index = index_of(*frame);
            return true;
        }
        if (received != AVERROR(EAGAIN)) damaged(received);
        if (draining) return false;

        const int got = av_read_frame(input.get(), packet.get());
        if (got == AVERROR_EOF ||
            got == AVERROR_INVALIDDATA) {  // the end, or where a cut file stops making sense
            draining = true;
            avcodec_send_packet(decoder.get(), nullptr);
            continue;
        }
        av_check(got, path, "cannot be read", kRemedy);
        const bool ours = packet->stream_index == stream->index;
        const int sent = ours ? avcodec_send_packet(decoder.get(), packet.get()) : 0;
        av_packet_unref(packet.get());
        damaged(sent);
    }
}

void VideoReader::Impl::convert(std::span<std::uint8_t> pixels) {
    const int w = decoder->width, h = decoder->height;
    const std::size_t count = static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
    RV_ASSERT(pixels.size() == count * 3 || pixels.size() == count * 4, "room for RGB or RGBA");
    if (frame->width != w || frame->height != h)
        throw FileError(path, "changes its picture size at frame " + std::to_string(index), kRemedy);

    const AVPixelFormat from = static_cast<AVPixelFormat>(frame->format);
    const bool rgba = pixels.size() == count * 4;
    if (from == AV_PIX_FMT_BGR0 && width == w && height == h) {  // our own lossless format
        std::uint8_t* to = pixels.data();
        for (int y = 0; y < h; ++y) {
            const std::uint8_t* in = frame->data[0] + static_cast<std::ptrdiff_t>(y) * frame->linesize[0];
            for (int x = 0; x < w; ++x, in += 4) {
                *to++ = in[2];
                *to++ = in[1];
                *to++ = in[0];
                if (rgba) *to++ = 0xff;
            }
        }
        return;
    }
    const AVPixelFormat target = rgba ? AV_PIX_FMT_RGBA : AV_PIX_FMT_RGB24;
    if (!scaler || from != scaler_from || target != scaler_to) {
        scaler.reset(sws_getContext(w, h, from, width, height, target,
                                    SWS_BICUBIC | SWS_ACCURATE_RND | SWS_BITEXACT, nullptr, nullptr,
                                    nullptr));
        if (!scaler) throw FileError(path, "has a pixel format that cannot be converted", kRemedy);
        scaler_from = from;
        scaler_to = target;
        if (frame->colorspace == AVCOL_SPC_BT709)
            use_bt709(scaler.get(), true, frame->color_range == AVCOL_RANGE_JPEG);
    }
    std::uint8_t* planes[] = {pixels.data()};
    const int strides[] = {width * (rgba ? 4 : 3)};
    sws_scale(scaler.get(), frame->data, frame->linesize, 0, h, planes, strides);
}

VideoReader::VideoReader(const std::filesystem::path& path, int threads) : impl_(std::make_unique<Impl>()) {
    impl_->path = path.string();
    impl_->open(threads);
}

VideoReader::VideoReader(VideoReader&&) noexcept = default;
VideoReader& VideoReader::operator=(VideoReader&&) noexcept = default;
VideoReader::~VideoReader() = default;

void VideoReader::scale_to(int width, int height) {
    RV_ASSERT(width > 0 && height > 0, "a size");
    impl_->width = width;
    impl_->height = height;
    impl_->scaler.reset();
}

int VideoReader::width() const {
    return impl_->width;
}
int VideoReader::height() const {
    return impl_->height;
}
Rational VideoReader::frame_rate() const {
    return impl_->rate;
}
std::string VideoReader::metadata(const std::string& name) const {
    for (AVDictionary* all : {impl_->input->metadata, impl_->stream->metadata})
        if (const AVDictionaryEntry* entry = av_dict_get(all, name.c_str(), nullptr, 0)) return entry->value;
    return {};
}

std::int64_t VideoReader::frame_index() const {
    return impl_->index;
}

std::optional<std::int64_t> VideoReader::frame_count() const {
    if (impl_->stream->nb_frames > 0) return impl_->stream->nb_frames;
    if (impl_->stream->duration > 0)
        return std::llround(static_cast<double>(impl_->stream->duration) * av_q2d(impl_->stream->time_base) *
                            impl_->rate.value());
    if (impl_->input->duration > 0)
        return std::llround(static_cast<double>(impl_->input->duration) / AV_TIME_BASE * impl_->rate.value());
    return std::nullopt;
}

bool VideoReader::read(std::span<std::uint8_t> pixels) {
    do {
        if (!impl_->decode_next()) return false;
    } while (impl_->index < impl_->seek_target);
    impl_->convert(pixels);
    return true;
}

void VideoReader::seek(std::int64_t frame_index) {
    RV_ASSERT(frame_index >= 0, "frames count from 0");
    const AVRational frame_time = av_inv_q(to_av(impl_->rate));
    const std::int64_t time =
        impl_->start_time() + av_rescale_q(frame_index, frame_time, impl_->stream->time_base);
    av_check(avformat_seek_file(impl_->input.get(), impl_->stream->index, INT64_MIN, time, time, 0),
             impl_->path, "cannot be seeked", kRemedy);
    avcodec_flush_buffers(impl_->decoder.get());
    impl_->draining = false;
    impl_->seek_target = frame_index;
    impl_->index = -1;
}

}  // namespace rv::video
