#include "world_model/evaluation/probe_reading.h"

#include "world_model/frame_tensor.h"

namespace rv::world_model {
namespace {

constexpr int64_t kBatch = 64;

torch::Tensor seen(Probe& probe, const torch::Tensor& frames, int64_t begin, int64_t end) {
    return probe->reduced(frames_from_bytes(frames.slice(0, begin, end)));
}

}  // namespace

MotionReading read_motion(Probe& probe, const torch::Tensor& frames) {
    torch::NoGradGuard no_grad;
    std::vector<torch::Tensor> codes, actions;
    const int64_t pairs = frames.size(0) - 1;
    for (int64_t begin = 0; begin < pairs; begin += kBatch) {
        const auto pictures = seen(probe, frames, begin, std::min(begin + kBatch, pairs) + 1);
        const ProbeImpl::Motion read = probe->motion(pictures.slice(0, 0, -1), pictures.slice(0, 1));
        codes.push_back(read.code);
        actions.push_back(read.actions.argmax(2));
    }
    return {torch::cat(codes), torch::cat(actions)};
}

torch::Tensor read_features(Probe& probe, const torch::Tensor& frames) {
    torch::NoGradGuard no_grad;
    std::vector<torch::Tensor> features;
    for (int64_t begin = 0; begin < frames.size(0); begin += kBatch) {
        const auto pictures = seen(probe, frames, begin, std::min(begin + kBatch, frames.size(0)));
        features.push_back(probe->look_features(pictures).to(torch::kFloat32));
    }
    return torch::cat(features);
}

torch::Tensor read_looks(Probe& probe, const torch::Tensor& frames) {
    torch::NoGradGuard no_grad;
    std::vector<torch::Tensor> values;
    for (const auto& logits : probe->looks(read_features(probe, frames))) values.push_back(logits.argmax(1));
    return torch::stack(values, 1);
}

}  // namespace rv::world_model
