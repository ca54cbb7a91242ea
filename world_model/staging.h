#pragma once
/// Small tensors that the host writes for every frame and the device reads.

#include <torch/torch.h>

#include <array>
#include <functional>
#include <optional>

namespace rv::world_model {

/// A tensor at one address on the device, and the host memory that it is written from. Nothing waits for the
/// device, as long as no send() comes more than kInFlight - 1 ahead of what the device has done; then it
/// waits for the oldest.
class StagedTensor {
  public:
    static constexpr size_t kInFlight = 3;

    /// Zeros. Page-locked host memory for a GPU; on the CPU both are the same memory.
    StagedTensor(torch::IntArrayRef sizes, torch::ScalarType dtype, const torch::Device& device);

    [[nodiscard]] const torch::Tensor& device() const { return device_; }
    /// Lets `write` fill the whole tensor and sends it, in order with LibTorch's current stream.
    void send(const std::function<void(torch::Tensor& host)>& write);

  private:
    struct Buffer {
        torch::Tensor host;
        std::optional<c10::Event> sent;
    };
    torch::Tensor device_;
    std::array<Buffer, kInFlight> buffers_;
    size_t next_ = 0;
};

/// A tensor of the device on its way to the host: fetch() asks for it, get() waits until it is there.
class FetchedTensor {
  public:
    explicit FetchedTensor(const torch::Tensor& like);  ///< shape and type

    /// In order with LibTorch's current stream, without waiting.
    void fetch(const torch::Tensor& tensor);
    /// What was fetched last, on the CPU; valid until the next fetch().
    [[nodiscard]] const torch::Tensor& get() const;

  private:
    torch::Tensor host_;
    std::optional<c10::Event> arrived_;
};

}  // namespace rv::world_model
