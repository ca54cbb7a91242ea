#include "world_model/staging.h"

#include "world_model/stream_event.h"

namespace rv::world_model {
namespace {

torch::Tensor host_tensor(torch::IntArrayRef sizes, torch::ScalarType dtype, const torch::Device& device) {
    return torch::zeros(sizes, torch::TensorOptions(dtype).pinned_memory(device.is_cuda()));
}

}  // namespace

StagedTensor::StagedTensor(torch::IntArrayRef sizes, torch::ScalarType dtype, const torch::Device& device)
    : device_(torch::zeros(sizes, torch::TensorOptions(dtype).device(device))) {
    for (Buffer& buffer : buffers_)
        buffer.host = device.is_cpu() ? device_ : host_tensor(sizes, dtype, device);
}

void StagedTensor::send(const std::function<void(torch::Tensor& host)>& write) {
    Buffer& buffer = buffers_[next_];
    next_ = (next_ + 1) % kInFlight;
    if (buffer.sent) buffer.sent->synchronize();
    write(buffer.host);
    if (device_.is_cpu()) return;
    device_.copy_(buffer.host, true);
    record(buffer.sent, device_.device());
}

FetchedTensor::FetchedTensor(const torch::Tensor& like)
    : host_(host_tensor(like.sizes(), like.scalar_type(), like.device())) {}

void FetchedTensor::fetch(const torch::Tensor& tensor) {
    host_.copy_(tensor, true);
    record(arrived_, tensor.device());
}

const torch::Tensor& FetchedTensor::get() const {
    if (arrived_) arrived_->synchronize();
    return host_;
}

}  // namespace rv::world_model
