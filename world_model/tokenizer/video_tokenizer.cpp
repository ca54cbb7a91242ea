#include "world_model/tokenizer/video_tokenizer.h"

#include <sstream>

#include "engine/core/error.h"

namespace rv::world_model {

void VideoTokenizer::check_video(const torch::Tensor& video) const {
    const int64_t side = downscale(), group = frames_per_latent();
    if (video.dim() == 5 && video.size(1) == 3 && (video.size(2) - 1) % group == 0 && video.size(2) > 0 &&
        video.size(3) % side == 0 && video.size(4) % side == 0)
        return;
    std::ostringstream shape;
    shape << video.sizes();
    throw Error("this tokenizer cannot read a film of shape " + shape.str(),
                "(batch, 3, 1 + n * " + std::to_string(group) + ", height, width), sides multiples of " +
                    std::to_string(side));
}

}  // namespace rv::world_model
