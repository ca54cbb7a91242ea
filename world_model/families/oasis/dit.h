#pragma once
/// The spatio-temporal diffusion transformer of Oasis. Every block attends within a frame, then over time
/// (after Latte, Ma et al. 2024); noise level and action steer the norms (Peebles and Xie 2023, "DiT",
/// adaLN). Every frame has a noise level of its own (Chen et al. 2024, "Diffusion Forcing").

#include <torch/torch.h>

#include <vector>

#include "world_model/families/layers.h"
#include "world_model/families/oasis/config.h"
#include "world_model/families/oasis/rotary.h"

namespace rv::world_model::families::oasis {

/// Keys and values of the last frames, in tensors that never grow. Written in place: clone to keep a copy.
struct DitCache {
    torch::Tensor keys, values;  ///< (layers, tokens, heads, window, features); keys are rotated already
    torch::Tensor frames;        ///< (1) int64, frames remembered so far
};

class Dit {
  public:
    /// @throws FileError if the source's tensors do not fit.
    Dit(const OasisConfig& config, WeightSource& weights);

    /// A whole window: each frame attends to itself and to those before it.
    /// @param x (T, C, h, w)  @param levels T noise levels  @param actions (T, A)  @return v, shaped like x
    [[nodiscard]] torch::Tensor forward(const torch::Tensor& x, const std::vector<int64_t>& levels,
                                        const torch::Tensor& actions) const;

    [[nodiscard]] DitCache make_cache() const;
    /// The frame behind those in the cache, as forward() would give it for the last one of the window as long
    /// as no frame has left it. @param x (1, C, h, w)  @param action (1, A)  @return v, shaped like x
    torch::Tensor step(const torch::Tensor& x, int64_t level, const torch::Tensor& action,
                       DitCache& cache) const;
    /// Puts a finished frame into the cache; beyond the window it takes the oldest one's place.
    void remember(const torch::Tensor& x, int64_t level, const torch::Tensor& action, DitCache& cache) const;

    [[nodiscard]] torch::TensorOptions options() const { return x_embedder_.weight.options(); }

  private:
    struct Attention {
        Linear to_qkv, to_out;
    };
    struct Half {  // of a block: in space or in time
        Attention attn;
        Mlp mlp;
        Linear modulation;
    };
    struct Block {
        Half s, t;
    };
    // The frame at work among those in the cache.
    struct Place {
        DitCache& cache;
        int64_t slot, known;
        PairRotation rotation;
    };

    static Half make_half(WeightSource& weights, const std::string& prefix, const OasisConfig& config);
    [[nodiscard]] torch::Tensor conditions(const std::vector<int64_t>& levels,
                                           const torch::Tensor& actions) const;
    [[nodiscard]] torch::Tensor tokens(const torch::Tensor& x) const;
    [[nodiscard]] torch::Tensor picture(const torch::Tensor& tokens, const torch::Tensor& c) const;
    [[nodiscard]] torch::Tensor heads(const torch::Tensor& qkv) const;
    template <class Attend>
    torch::Tensor half(const Half& half, const torch::Tensor& x, const torch::Tensor& c, Attend attend) const;
    [[nodiscard]] torch::Tensor in_space(const torch::Tensor& qkv) const;
    [[nodiscard]] torch::Tensor in_window(const torch::Tensor& qkv, const PairRotation& rotation) const;
    torch::Tensor in_cache(const torch::Tensor& qkv, size_t layer, const Place& place) const;
    Place place_in(DitCache& cache) const;

    OasisConfig config_;
    Conv2d x_embedder_;
    Linear t_mlp_0_, t_mlp_2_, external_cond_;
    std::vector<Block> blocks_;
    Linear final_, final_modulation_;
    torch::Tensor time_frequencies_;  // (features / 2) float32
    PairRotation grid_;               // of a frame's tokens, in the network's dtype
};

}  // namespace rv::world_model::families::oasis
