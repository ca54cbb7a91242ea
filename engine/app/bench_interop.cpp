#include "engine/app/bench_interop.h"

#include <ATen/Context.h>
#include <ATen/Functions.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <thread>

#include "engine/app/statistics.h"
#include "engine/core/clock.h"
#include "engine/core/error.h"
#include "interop/bounded_wait.h"
#include "interop/cuda_runtime_calls.h"
#include "interop/gpu_match.h"
#include "interop/shared_frames.h"
#include "renderer/image.h"

namespace rv::app {
namespace {

using interop::SharedFrames;
using interop::SharingPath;

constexpr int kWarmUp = 5;

bool needs_cuda(SharingPath path) {
    return path != SharingPath::ImportedHostMemory && path != SharingPath::MappedStaging;
}

/// A window's pass without a window.
class Showing {
  public:
    Showing(renderer::Device& device, int width, int height)
        : device_(device),
          pass_(device, VK_FORMAT_R8G8B8A8_UNORM),
          target_(device, {.width = static_cast<std::uint32_t>(width),
                           .height = static_cast<std::uint32_t>(height),
                           .usage = VK_IMAGE_USAGE_COLOR_ATTACHMENT_BIT}) {}

    void show(SharedFrames& frames) {
        const VkCommandBuffer commands = device_.begin_frame().command_buffer();
        const auto frame = frames.take();
        RV_ASSERT(frame && frame->fresh, "a finished frame can be shown");
        renderer::transition(commands, target_, renderer::use::kDiscard, renderer::use::kColorTarget);
        pass_.draw(commands, {target_.view(), target_.extent()}, {&frame->source, 1},
                   renderer::FrameFilter::Nearest);
        std::span<const renderer::SemaphoreOperation> waits;
        if (frame->ready.semaphore != VK_NULL_HANDLE) waits = {&frame->ready, 1};
        device_.wait(device_.submit(commands, waits));
    }

  private:
    renderer::Device& device_;
    renderer::FramePass pass_;
    renderer::Image target_;
};

/// One way and what it took.
struct Contender {
    std::unique_ptr<SharedFrames> frames;
    at::Tensor picture;
    std::vector<double> publish_ms, sharing_ms, draw_ms;
};

at::Tensor planar_picture(const InteropBenchOptions& options) {
    return at::linspace(-1, 1, std::int64_t{3} * options.height * options.width)
        .reshape({3, options.height, options.width});
}

Contender make_contender(renderer::Device& device, const InteropBenchOptions& options, SharingPath path) {
    const auto contender = [&](interop::CudaCalls* cuda, const at::Tensor& picture) {
        return Contender{interop::create_shared_frames(device, options.width, options.height, path, cuda),
                         picture,
                         {},
                         {},
                         {}};
    };
    if (!needs_cuda(path)) {
        if (path == SharingPath::ImportedHostMemory && interop::choose_sharing_path(device.info()) != path)
            throw DeviceError(device.info().name + " cannot import host memory");
        return contender(nullptr, planar_picture(options));
    }
    if (!at::hasCUDA()) throw DeviceError("LibTorch finds no usable GPU");
    auto& cuda = interop::cuda_runtime_calls();
    return contender(&cuda, planar_picture(options).to(cuda.tensor_device(), at::kBFloat16));
}

void run_frame(Contender& contender, Showing& showing, bool counts) {
    const TimePoint begin = Clock::now();
    contender.frames->publish(contender.picture, {});
    const TimePoint published = Clock::now();
    while (contender.frames->unfinished()) {
        if (Clock::now() - published > interop::kPatience)
            throw DeviceError("the GPU did not finish a frame within 30 seconds");
        std::this_thread::yield();
    }
    const TimePoint finished = Clock::now();
    showing.show(*contender.frames);
    if (!counts) return;
    contender.publish_ms.push_back(milliseconds_between(begin, published));
    contender.sharing_ms.push_back(milliseconds_between(begin, finished));
    contender.draw_ms.push_back(milliseconds_between(finished, Clock::now()));
}

InteropFigures figures_of(Contender& contender) {
    InteropFigures figures;
    figures.path = interop::to_string(contender.frames->path());
    figures.model_device = contender.picture.is_cuda() ? "cuda" : "cpu";
    figures.precision = contender.picture.scalar_type() == at::kFloat ? "float32" : "bfloat16";
    figures.publish_ms_p50 = percentile(contender.publish_ms, 0.5);
    figures.publish_ms_p99 = percentile(contender.publish_ms, 0.99);
    figures.sharing_ms_p50 = percentile(contender.sharing_ms, 0.5);
    figures.sharing_ms_p99 = percentile(contender.sharing_ms, 0.99);
    figures.draw_ms_p50 = percentile(contender.draw_ms, 0.5);
    return figures;
}

renderer::DeviceOptions device_options() {
    renderer::DeviceOptions options;
    if (at::hasCUDA()) {
        try {
            options.selector = interop::vulkan_selector_of_cuda_device();
        } catch (const DeviceError&) {  // the ways that need CUDA say so themselves
        }
    }
    return options;
}

}  // namespace

InteropBenchResult bench_interop(const InteropBenchOptions& options) {
    renderer::Device device(device_options());
    Showing showing(device, options.width, options.height);
    InteropBenchResult result{device.info().name, options.width, options.height, options.frames, {}, {}};
    std::vector<Contender> contenders;
    for (const SharingPath path :
         {SharingPath::ImportedHostMemory, SharingPath::MappedStaging, SharingPath::CudaExternalMemory,
          SharingPath::CudaExternalImage, SharingPath::PinnedStaging}) {
        try {
            contenders.push_back(make_contender(device, options, path));
        } catch (const DeviceError& error) {
            result.missing.emplace_back(interop::to_string(path), error.what());
        }
    }
    for (int i = 0; i < kWarmUp + options.frames; ++i)
        for (Contender& contender : contenders) run_frame(contender, showing, i >= kWarmUp);
    for (Contender& contender : contenders) result.paths.push_back(figures_of(contender));
    return result;
}

std::string to_json(const InteropBenchResult& result) {
    using Json = nlohmann::ordered_json;
    Json json = {{"vulkan_device", result.vulkan_device},
                 {"width", result.width},
                 {"height", result.height},
                 {"frames", result.frames},
                 {"paths", Json::array()},
                 {"missing", Json::array()}};
    for (const InteropFigures& figures : result.paths)
        json["paths"].push_back({{"path", figures.path},
                                 {"model_device", figures.model_device},
                                 {"precision", figures.precision},
                                 {"publish_ms_p50", figures.publish_ms_p50},
                                 {"publish_ms_p99", figures.publish_ms_p99},
                                 {"sharing_ms_p50", figures.sharing_ms_p50},
                                 {"sharing_ms_p99", figures.sharing_ms_p99},
                                 {"draw_ms_p50", figures.draw_ms_p50}});
    for (const auto& [path, reason] : result.missing)
        json["missing"].push_back({{"path", path}, {"reason", reason}});
    return json.dump(2);
}

}  // namespace rv::app
