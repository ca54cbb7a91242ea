#include "world_model/captured_work.h"

#include "engine/core/error.h"
#ifdef REVERIE_CUDA
#include <ATen/core/CachingHostAllocator.h>
#include <ATen/cuda/CUDAContext.h>
#include <ATen/cuda/CUDAGraph.h>
#include <c10/cuda/CUDAGuard.h>
#endif

namespace rv::world_model {
namespace {

class PlainWork : public CapturedWork {
  public:
    explicit PlainWork(std::function<void()> work) : work_(std::move(work)) {}
    void run() override { work_(); }

  private:
    std::function<void()> work_;
};

#ifdef REVERIE_CUDA

class GraphedWork : public CapturedWork {
  public:
    /// Keeps `work`, and with it whatever tensors the graph reads.
    GraphedWork(const torch::Device& device, std::function<void()> work)
        : index_(device.index()), pool_(at::cuda::graph_pool_handle()), work_(std::move(work)) {
        // The default stream cannot be captured; another one begins after what was asked for before.
        const c10::cuda::CUDAGuard on(device);
        at::cuda::getCurrentCUDAStream(index_).synchronize();
        const c10::cuda::CUDAStreamGuard aside(at::cuda::getStreamFromPool(false, index_));
        // Other threads free memory and ask about events meanwhile.
        graph_.capture_begin(pool_, cudaStreamCaptureModeThreadLocal);
        try {
            work_();
            graph_.capture_end();
        } catch (...) {
            abandon();
            throw;
        }
    }
    void run() override { graph_.replay(); }

  private:
    // A capture that failed leaves LibTorch's allocators waiting for its end.
    void abandon() noexcept {
        const auto quietly = [](const auto& end) {
            try {
                end();
                return true;
            } catch (const std::exception&) {  // the work's own error is the one to tell
                return false;
            }
        };
        if (quietly([&] { graph_.capture_end(); })) return;
        auto* host = at::getHostAllocator(at::kCUDA);
        quietly([&] { c10::cuda::CUDACachingAllocator::endAllocateToPool(index_, pool_); });
        quietly([&] { host->end_allocate_to_pool(pool_); });
        quietly([&] { c10::cuda::CUDACachingAllocator::releasePool(index_, pool_); });
        quietly([&] { host->release_pool(pool_); });
    }

    c10::DeviceIndex index_;
    c10::MempoolId_t pool_;
    std::function<void()> work_;
    at::cuda::CUDAGraph graph_;
};

#endif

}  // namespace

std::unique_ptr<CapturedWork> capture(const torch::Device& device, std::function<void()> work) {
    if (!device.is_cuda()) return std::make_unique<PlainWork>(std::move(work));
#ifdef REVERIE_CUDA
    try {
        return std::make_unique<GraphedWork>(device, std::move(work));
    } catch (const c10::Error& error) {
        throw DeviceError(
            std::string("a step cannot be captured on this GPU: ") + error.what_without_backtrace(),
            "--device cpu");
    }
#else
    throw DeviceError("this build's LibTorch has no CUDA", "--device cpu");
#endif
}

}  // namespace rv::world_model
