#include <c10/core/impl/VirtualGuardImpl.h>
#include <doctest/doctest.h>
#include <torch/torch.h>

#include <algorithm>
#include <map>

#include "tests/world_model/walled_world.h"
#include "world_model/condition/device_camera.h"
#include "world_model/condition/device_memory.h"
#include "world_model/condition/pose_tensor.h"
#include "world_model/cuda/cuda_check.h"
#include "world_model/cuda/current_stream.h"

using namespace rv;
using namespace rv::world_model;
using namespace rv::tests;

namespace {

constexpr int kRows = 6, kColumns = 8;

// A stream of its own for LibTorch, as long as it lives: the default one cannot be captured.
class OnStream {
  public:
    explicit OnStream(const torch::Device& device)
        : guard_(device.type()), before_(guard_.exchangeStream(guard_.getStreamFromGlobalPool(device))) {}
    ~OnStream() { guard_.exchangeStream(before_); }
    OnStream(const OnStream&) = delete;
    OnStream& operator=(const OnStream&) = delete;

  private:
    c10::impl::VirtualGuardImpl guard_;
    c10::Stream before_;
};

// A step's geometry, with the tensors that the rest of a step would hand to it.
struct Geometry {
    DeviceMemory memory;
    DeviceCamera camera;
    torch::Tensor draft, inverse_depth, shown, code, wanted, flags, changed;
    DeviceView view;

    explicit Geometry(const torch::Device& device)
        : memory(kWalledCamera, kWalledEnlarges, device), camera(kWalledCamera, kRows, kColumns, device) {
        const int64_t W = kWalledCamera.width, H = kWalledCamera.height, e = kWalledEnlarges;
        const auto floats = torch::dtype(torch::kFloat32).device(device);
        draft = torch::zeros({3, H, W}, floats);
        inverse_depth = torch::zeros({1, H, W}, floats);
        shown = torch::zeros({3, e * H, e * W}, floats);
        code = torch::zeros({1, 6}, floats);
        wanted = torch::zeros({kPoseSize}, floats);
        flags = torch::zeros({kCameraFlags}, floats.dtype(torch::kInt32));
        changed = torch::zeros({1}, floats.dtype(torch::kInt32));
    }

    void put(const PosedFrame& frame, const CameraPose& next, bool other_prompt) {
        draft.copy_(frame.frame);
        inverse_depth.copy_(frame.inverse_depth);
        shown.copy_(frame.shown);
        wanted.copy_(pose_tensor(next));
        flags[kFollows].fill_(1);
        changed.fill_(other_prompt ? 1 : 0);
    }
    void step() {
        camera.advance(code, wanted, flags);
        memory.follow_prompt(changed, camera.time());
        const DeviceFrame newest{draft, inverse_depth, shown, camera.pose(), camera.time()};
        view = memory.view(newest, camera.target());
        memory.offer(newest);
        camera.arrive();
    }
};

// What was launched into the current stream, as a graph that can be launched again and again.
class Captured {
  public:
    // Global mode: an allocation, or waiting for the device, from any thread breaks the capture.
    template <class Work>
    Captured(const torch::Device& device, const Work& work) : stream_(current_stream(device)) {
        cuda_check(cudaStreamBeginCapture(stream_, cudaStreamCaptureModeGlobal), "beginning a capture");
        work();
        cuda_check(cudaStreamEndCapture(stream_, &graph_), "ending a capture");
        cuda_check(cudaGraphInstantiate(&launchable_, graph_, 0), "making a graph");
    }
    ~Captured() {
        cudaGraphExecDestroy(launchable_);
        cudaGraphDestroy(graph_);
    }
    Captured(const Captured&) = delete;
    Captured& operator=(const Captured&) = delete;

    void launch() const { cuda_check(cudaGraphLaunch(launchable_, stream_), "launching a graph"); }
    [[nodiscard]] std::map<cudaGraphNodeType, int> nodes() const {
        size_t count = 0;
        cuda_check(cudaGraphGetNodes(graph_, nullptr, &count), "counting a graph's nodes");
        std::vector<cudaGraphNode_t> all(count);
        cuda_check(cudaGraphGetNodes(graph_, all.data(), &count), "reading a graph's nodes");
        std::map<cudaGraphNodeType, int> nodes;
        for (const cudaGraphNode_t node : all) {
            cudaGraphNodeType type{};
            cuda_check(cudaGraphNodeGetType(node, &type), "reading a graph's node");
            ++nodes[type];
        }
        return nodes;
    }

  private:
    cudaStream_t stream_;
    cudaGraph_t graph_ = nullptr;
    cudaGraphExec_t launchable_ = nullptr;
};

double difference(const torch::Tensor& a, const torch::Tensor& b) {
    return (a.cpu() - b.cpu()).abs().max().item<double>();
}

double difference(const Geometry& a, const Geometry& b) {
    return std::max({difference(a.view.frame, b.view.frame), difference(a.view.validity, b.view.validity),
                     difference(a.view.shown, b.view.shown), difference(a.camera.rays(), b.camera.rays()),
                     difference(a.camera.pose(), b.camera.pose())});
}

std::vector<int64_t> kept_times(const DeviceMemory& memory) {
    std::vector<int64_t> times;
    for (const PosedFrame& frame : memory.state().frames) times.push_back(frame.time);
    return times;
}

// Walks both along; `step` moves the one on the GPU.
template <class Step>
void walk_alike(Geometry& host, Geometry& device, int frames, const Step& step) {
    double largest = 0;
    int other_choices = 0, other_frames = 0;
    CameraPose pose;
    for (int64_t time = 0; time < frames; ++time) {
        const CameraPose next = walked_on(pose, time + 1);
        const PosedFrame frame = walled_frame(host.camera.place().pose, time);
        host.put(frame, next, time == 60);
        device.put(frame, next, time == 60);
        host.step();
        step();
        largest = std::max(largest, difference(host, device));
        other_choices += host.memory.drawn() != device.memory.drawn();
        other_frames += kept_times(host.memory) != kept_times(device.memory);
        pose = next;
    }
    MESSAGE("largest difference " << largest << ", kept at the end " << kept_times(host.memory).size());
    // The kernels round as the CPU does, and what several threads write does not depend on their order.
    CHECK(largest == 0);
    CHECK(other_choices == 0);
    CHECK(other_frames == 0);
    CHECK(kept_times(host.memory).size() == SpatialMemory::kCapacity);
}

}  // namespace

TEST_CASE("[DeviceMemory] draws and keeps on the GPU what it does on the CPU, to the bit") {
    const OnStream own({torch::kCUDA, 0});
    Geometry host(torch::kCPU), device({torch::kCUDA, 0});
    walk_alike(host, device, 500, [&] { device.step(); });
}

TEST_CASE("[DeviceMemory] does so as a graph of kernels alone, which neither waits nor allocates") {
    const torch::Device gpu(torch::kCUDA, 0);
    const OnStream own(gpu);
    Geometry host(torch::kCPU), device(gpu);
    device.step();  // a kernel is loaded when it is launched first, which must not happen during a capture
    device.memory.restore({});
    device.camera.restore({});
    const Captured graph(gpu, [&] { device.step(); });
    const auto nodes = graph.nodes();
    REQUIRE(nodes.size() == 1);
    CHECK(nodes.begin()->first == cudaGraphNodeTypeKernel);
    MESSAGE(nodes.begin()->second << " kernels a step");
    walk_alike(host, device, 500, [&] { graph.launch(); });

    size_t free_before = 0, free_after = 0, total = 0;
    cuda_check(cudaStreamSynchronize(current_stream(gpu)), "waiting for a graph");
    cuda_check(cudaMemGetInfo(&free_before, &total), "asking for free memory");
    for (int i = 0; i < 200; ++i) graph.launch();
    cuda_check(cudaStreamSynchronize(current_stream(gpu)), "waiting for graphs");
    cuda_check(cudaMemGetInfo(&free_after, &total), "asking for free memory");
    CHECK(free_before == free_after);
}

TEST_CASE("[DeviceCamera] moves on the GPU as on the CPU, but for the last digits of sines") {
    const torch::Device gpu(torch::kCUDA, 0);
    DeviceCamera host(kWalledCamera, kRows, kColumns, torch::kCPU),
        device(kWalledCamera, kRows, kColumns, gpu);
    const torch::Tensor wanted = pose_tensor({});
    double largest = 0;
    for (int i = 0; i < 100; ++i) {
        torch::manual_seed(i);
        const torch::Tensor code = torch::randn({1, 6}) * (i % 3 == 0 ? 0.05 : 1);
        const torch::Tensor flags = torch::tensor({0, i % 2}, torch::kInt32);
        device.restore(host.place());
        host.advance(code, wanted, flags);
        device.advance(code.to(gpu), wanted.to(gpu), flags.to(gpu));
        largest = std::max(
            {largest, difference(host.target(), device.target()), difference(host.rays(), device.rays())});
        host.arrive();
        device.arrive();
        largest = std::max({largest, difference(host.last_motion(), device.last_motion()),
                            difference(host.up(), device.up())});
    }
    MESSAGE("largest difference " << largest);
    CHECK(largest < 1e-5);
}

TEST_CASE("[DeviceMemory] goes from the GPU to a saved state and back, and to a copy") {
    const torch::Device gpu(torch::kCUDA, 0);
    const OnStream own(gpu);
    Geometry host(torch::kCPU), device(gpu), copy(gpu), restored(gpu);
    walk_alike(host, device, 500, [&] { device.step(); });
    copy.memory.copy_from(device.memory);
    copy.camera.copy_from(device.camera);
    restored.memory.restore(device.memory.state());
    restored.camera.restore(device.camera.place());
    const PosedFrame frame = walled_frame(device.camera.place().pose, 500);
    for (Geometry* each : {&device, &copy, &restored}) {
        each->put(frame, walked_on(frame.pose, 501), false);
        each->step();
    }
    CHECK(difference(device, copy) == 0);
    CHECK(difference(device, restored) == 0);
    CHECK(kept_times(copy.memory) == kept_times(device.memory));
    CHECK(kept_times(restored.memory) == kept_times(device.memory));
}
