#pragma once
/// Unit normal noise for a sampler: drawn when it is asked for, or written down beforehand on a tape.
///
/// A step that was captured once and is replayed (captured_work.h) cannot draw: the numbers must lie where
/// they lay when it was captured. The tape learns in a first run what a step asks for; before each replay it
/// is filled with what a generator would have given then, so that both ways see the same noise.

#include <torch/torch.h>

#include <functional>
#include <vector>

#include "world_model/sampling/draws.h"
#include "world_model/staging.h"

namespace rv::world_model {

class NoiseTape;

class Noise {
  public:
    using Draw = std::function<torch::Tensor(torch::IntArrayRef sizes, const torch::Device& device)>;

    explicit Noise(Draw draw) : draw_(std::move(draw)) {}
    /// Draws on the CPU, whatever the device, so that devices see the same noise.
    Noise(torch::Generator generator);  // NOLINT: a generator is noise wherever a sampler wants some
    /// A part of what a whole batch asks for.
    Noise(Draws draws);  // NOLINT: likewise
    /// Reads the tape from its beginning. It outlives this.
    explicit Noise(NoiseTape& tape);

    /// The next numbers, float32, on `device`.
    [[nodiscard]] torch::Tensor normal(torch::IntArrayRef sizes, const torch::Device& device) const {
        return draw_(sizes, device);
    }

  private:
    Draw draw_;
};

class NoiseTape {
  public:
    explicit NoiseTape(torch::Device device) : device_(device) {}

    /// Reserves room for what a step asks for; that step runs on zeros.
    [[nodiscard]] Noise learn();
    /// Draws what a Noise of this generator would give and sends it to the device, without waiting for it.
    void fill(torch::Generator generator);

  private:
    friend class Noise;
    torch::Device device_;
    std::vector<StagedTensor> pieces_;
};

}  // namespace rv::world_model
