#pragma once
/// Chooses an encoder of FFmpeg, sets it up and opens it. For this folder's .cpp files only.

#include "engine/video/ffmpeg.h"

namespace rv::video {

/// Some hardware encoders take pictures only from their own memory.
bool reads_host_memory(const AVCodec* encoder);
/// Whether the container can hold what the encoder makes.
bool takes(Container container, const AVCodec* encoder);
/// FFmpeg's name of the container's writer.
std::string_view muxer_of(Container container);

/// What an encoder is opened for.
struct EncoderTarget {
    std::string path;  ///< for messages
    Container container = Container::Mp4;
    int width = 0, height = 0;  ///< rounded up to what the codec can hold
    Rational rate;
};

/// @throws UsageError for a codec that is not there or does not fit (naming those that do), or a quality or
/// preset that makes no sense; DeviceError when it does not open.
CodecContextPtr open_encoder(const EncoderTarget& target, const WriterOptions& options);

}  // namespace rv::video
