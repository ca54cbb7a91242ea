#pragma once
/// Where encoded pictures go: into one file, or into a file each. For this folder's .cpp files only.

#include "engine/video/encoder.h"

namespace rv::video {

class PacketOutput {
  public:
    virtual ~PacketOutput() = default;
    /// @param packet in the encoder's time base; emptied. @throws FileError when the disk is full or fails.
    virtual void write(AVPacket& packet) = 0;
    /// Leaves a gap of `count` frame times, for outputs that have no clock.
    virtual void skip(std::int64_t count) { static_cast<void>(count); }
    /// Ends the file, or after a failure only closes it. @throws FileError.
    virtual void finish(bool failed) = 0;
};

/// @throws FileError if the file cannot be created.
std::unique_ptr<PacketOutput> open_output(const EncoderTarget& target, const AVCodecContext& encoder,
                                          const Metadata& metadata);

}  // namespace rv::video
