#pragma once
/// The 256 colours of a GIF, chosen anew for every frame, so that nothing has to wait for the last one. For
/// this folder's .cpp files only.

#include "engine/video/ffmpeg.h"

extern "C" {
#include <libavfilter/avfilter.h>
}

namespace rv::video {

class PaletteFilter {
  public:
    /// BGRA in, PAL8 out, both of this size. @throws DeviceError where FFmpeg lacks its palette filters.
    PaletteFilter(int width, int height, Rational rate);

    /// Null: there are no more. @return FFmpeg's status.
    int push(AVFrame* bgra);
    /// @return FFmpeg's status; AVERROR(EAGAIN) or AVERROR_EOF when there is none now.
    int pull(AVFrame* paletted);

  private:
    struct GraphDeleter {
        void operator()(AVFilterGraph* p) const { avfilter_graph_free(&p); }
    };
    std::unique_ptr<AVFilterGraph, GraphDeleter> graph_;
    AVFilterContext *source_ = nullptr, *sink_ = nullptr;  // owned by the graph
};

}  // namespace rv::video
