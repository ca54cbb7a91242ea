#include "engine/video/packet_output.h"

#include "engine/core/error.h"
#include "engine/video/annotation.h"

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

struct IoDeleter {
    void operator()(AVIOContext* p) const { avio_closep(&p); }
};
using IoPtr = std::unique_ptr<AVIOContext, IoDeleter>;

IoPtr create(const std::string& path) {
    AVIOContext* file = nullptr;
    av_check(avio_open(&file, path.c_str(), AVIO_FLAG_WRITE), path, "cannot be created",
             "check that the folder exists and can be written");
    return IoPtr(file);
}

class OneFile final : public PacketOutput {
  public:
    OneFile(const EncoderTarget& target, const AVCodecContext& encoder, const Metadata& metadata)
        : path_(target.path),
          container_(target.container),
          time_base_(encoder.time_base),
          metadata_(metadata) {
        AVFormatContext* context = nullptr;
        av_check(
            avformat_alloc_output_context2(&context, nullptr, muxer_of(container_).data(), path_.c_str()),
            path_, "its container is not known to this FFmpeg");
        output_.reset(context);
        stream_ = avformat_new_stream(context, nullptr);
        RV_ASSERT(stream_, "a stream in a new container");
        av_check(avcodec_parameters_from_context(stream_->codecpar, &encoder), path_,
                 "no memory for a stream");
        stream_->time_base = time_base_;
        stream_->avg_frame_rate = to_av(target.rate);
        for (const auto& [name, value] : metadata)
            av_dict_set(&context->metadata, name.c_str(), value.c_str(), 0);
        context->flags |= AVFMT_FLAG_BITEXACT;
        context->flush_packets = 1;  // a killed process loses no finished fragment
        context->pb = create(path_).release();
        write_header();
    }

    void write(AVPacket& packet) override {
        packet.stream_index = stream_->index;
        if (packet.duration == 0) packet.duration = 1;
        av_packet_rescale_ts(&packet, time_base_, stream_->time_base);
        const int wrote = av_write_frame(output_.get(), &packet);
        av_packet_unref(&packet);
        check(wrote);
        check(output_->pb->error);  // the muxer's own status leaves some failures of the file out
    }

    void finish(bool failed) override {
        if (!failed) {
            check(av_write_trailer(output_.get()));
            avio_flush(output_->pb);
            check(output_->pb->error);
        }
        const int closed = avio_closep(&output_->pb);
        if (failed) return;
        check(closed);
        if (container_ == Container::Gif) annotate_gif(path_, metadata_);
        if (container_ == Container::WebP) annotate_webp(path_, metadata_);
    }

  private:
    void write_header() {
        AVDictionary* settings = nullptr;
        if (container_ == Container::Mp4)  // the last lets names through that MP4 itself does not know
            av_dict_set(&settings, "movflags", "frag_keyframe+empty_moov+default_base_moof+use_metadata_tags",
                        0);
        if (container_ == Container::Gif || container_ == Container::WebP)
            av_dict_set(&settings, "loop", "0", 0);  // for ever
        const int status = avformat_write_header(output_.get(), &settings);
        av_dict_free(&settings);
        check(status);
        avio_flush(output_->pb);
        check(output_->pb->error);
    }
    void check(int status) const { av_check(status, path_, "cannot be written", kDiskRemedy); }

    std::string path_;
    Container container_;
    AVRational time_base_;
    Metadata metadata_;
    OutputPtr output_;
    AVStream* stream_ = nullptr;  // owned by output_
};

class NumberedFiles final : public PacketOutput {
  public:
    NumberedFiles(const EncoderTarget& target, Metadata metadata)
        : pattern_(target.path), metadata_(std::move(metadata)) {}

    void write(AVPacket& packet) override {
        picture_ = annotated_png({packet.data, static_cast<std::size_t>(packet.size)}, metadata_);
        av_packet_unref(&packet);
        write_picture();
    }
    // The picture before is shown longer.
    void skip(std::int64_t count) override {
        for (; count > 0 && !picture_.empty(); --count) write_picture();
    }
    void finish(bool) override {}

  private:
    void write_picture() {
        char path[4096];
        if (av_get_frame_filename(path, sizeof path, pattern_.c_str(), next_++) < 0)
            throw FileError(pattern_, "is no name for numbered files", "for instance frames/%05d.png");
        IoPtr file = create(path);
        avio_write(file.get(), picture_.data(), static_cast<int>(picture_.size()));
        avio_flush(file.get());
        av_check(file->error, path, "cannot be written", kDiskRemedy);
    }

    std::string pattern_;
    Metadata metadata_;
    std::vector<std::uint8_t> picture_;
    int next_ = 0;
};

}  // namespace

std::unique_ptr<PacketOutput> open_output(const EncoderTarget& target, const AVCodecContext& encoder,
                                          const Metadata& metadata) {
    if (target.container == Container::Images) return std::make_unique<NumberedFiles>(target, metadata);
    return std::make_unique<OneFile>(target, encoder, metadata);
}

}  // namespace rv::video
