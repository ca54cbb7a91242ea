#include "world_model/captured_work.h"

#include "engine/core/error.h"
#ifdef REVERIE_CUDA
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
    GraphedWork(const torch::Device& device, const std::function<void()>& work) {
        // The default stream cannot be captured; another one begins after what was asked for before.
        const c10::cuda::CUDAGuard on(device);
        at::cuda::getCurrentCUDAStream(device.index()).synchronize();
        const c10::cuda::CUDAStreamGuard aside(at::cuda::getStreamFromPool(false, device.index()));
        graph_.capture_begin();
        try {
            work();
        } catch (...) {
            end_broken_capture();
            throw;
        }
        graph_.capture_end();
    }
    void run() override { graph_.replay(); }

  private:
    void end_broken_capture() noexcept {
        try {
            graph_.capture_end();
        } catch (const std::exception&) {  // the work's own error is the one to tell
        }
    }

    at::cuda::CUDAGraph graph_;
};

#endif

}  // namespace

std::unique_ptr<CapturedWork> capture(const torch::Device& device, std::function<void()> work) {
    if (!device.is_cuda()) return std::make_unique<PlainWork>(std::move(work));
#ifdef REVERIE_CUDA
    try {
        return std::make_unique<GraphedWork>(device, work);
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
