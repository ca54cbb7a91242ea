#include "engine/video/palette_filter.h"

extern "C" {
#include <libavfilter/buffersink.h>
#include <libavfilter/buffersrc.h>
}

#include "engine/core/error.h"

namespace rv::video {
namespace {

// An ordered dither stays where it is from frame to frame: calmer to look at, and smaller.
std::string description(int width, int height, Rational rate) {
    const std::string size = std::to_string(width) + "x" + std::to_string(height);
    const std::string frame_time = std::to_string(rate.denominator) + "/" + std::to_string(rate.numerator);
    return "buffer@in=video_size=" + size + ":pix_fmt=bgra:time_base=" + frame_time +
           ",split[seen][drawn];[seen]palettegen=stats_mode=single:reserve_transparent=0[colours];"
           "[drawn][colours]paletteuse=new=1:dither=bayer:bayer_scale=4,buffersink@out";
}

}  // namespace

PaletteFilter::PaletteFilter(int width, int height, Rational rate) : graph_(avfilter_graph_alloc()) {
    AVFilterInOut *inputs = nullptr, *outputs = nullptr;
    int status =
        avfilter_graph_parse2(graph_.get(), description(width, height, rate).c_str(), &inputs, &outputs);
    avfilter_inout_free(&inputs);
    avfilter_inout_free(&outputs);
    if (status >= 0) status = avfilter_graph_config(graph_.get(), nullptr);
    source_ = avfilter_graph_get_filter(graph_.get(), "buffer@in");
    sink_ = avfilter_graph_get_filter(graph_.get(), "buffersink@out");
    if (status < 0 || !source_ || !sink_)
        throw DeviceError("this FFmpeg cannot choose the colours of a GIF: " + describe_status(status),
                          "install one with the filters palettegen and paletteuse, or name the file .webp");
}

int PaletteFilter::push(AVFrame* bgra) {
    return av_buffersrc_add_frame_flags(source_, bgra, AV_BUFFERSRC_FLAG_KEEP_REF);
}

int PaletteFilter::pull(AVFrame* paletted) {
    return av_buffersink_get_frame(sink_, paletted);
}

}  // namespace rv::video
