#pragma once
/// A point of LibTorch's current stream, for whoever wants to know later that the device has come there.

#include <torch/torch.h>

#include <optional>

namespace rv::world_model {

/// Marks the point; on the CPU, where everything has happened already, nothing is marked.
void record(std::optional<c10::Event>& event, const torch::Device& device,
            c10::EventFlag flag = c10::EventFlag::PYTORCH_DEFAULT);

}  // namespace rv::world_model
