#include "world_model/sampling/noise.h"

#include <memory>

namespace rv::world_model {

Noise::Noise(torch::Generator generator)
    : draw_([generator](torch::IntArrayRef sizes, const torch::Device& device) {
          return torch::randn(sizes, generator).to(device);
      }) {}

Noise::Noise(Draws draws)
    : draw_([draws = std::move(draws)](torch::IntArrayRef sizes, const torch::Device& device) {
          return draws.randn(sizes).to(device);
      }) {}

Noise::Noise(NoiseTape& tape)
    : draw_([&tape, next = std::make_shared<size_t>(0)](torch::IntArrayRef sizes, const torch::Device&) {
          TORCH_CHECK(*next < tape.pieces_.size() && tape.pieces_[*next].device().sizes() == sizes,
                      "a step asks for other noise than its tape has");
          return tape.pieces_[(*next)++].device();
      }) {}

Noise NoiseTape::learn() {
    pieces_.clear();
    return Noise(Noise::Draw([this](torch::IntArrayRef sizes, const torch::Device&) {
        return pieces_.emplace_back(sizes, torch::kFloat32, device_).device();
    }));
}

void NoiseTape::fill(torch::Generator generator) {
    for (StagedTensor& piece : pieces_)
        piece.send([&](torch::Tensor& host) { host.normal_(0, 1, generator); });
}

}  // namespace rv::world_model
