#include "world_model/numerics.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Context.h>
#include <ATen/Version.h>

#include <fstream>
#include <string>
#include <thread>

#include "engine/core/error.h"

namespace rv::world_model {
namespace {

std::string cpu_model() {
    std::ifstream info("/proc/cpuinfo");
    for (std::string line; std::getline(info, line);) {
        if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
    }
    return "CPU";
}

bool cpu_has_bfloat16() {
#if defined(__x86_64__)
    return __builtin_cpu_supports("avx512bf16");
#else
    return false;
#endif
}

}  // namespace

torch::Device torch_device(DeviceKind kind) {
    if (kind == DeviceKind::Cpu) return torch::kCPU;
    if (!torch::cuda::is_available()) {
        throw DeviceError("CUDA was asked for, but LibTorch finds no usable GPU",
                          "--device cpu, or ./reverie doctor");
    }
    // cuDNN's attention comes first on some cards, and refuses shapes of ours only when it runs.
    at::globalContext().setSDPUseCuDNN(false);
    return {torch::kCUDA, 0};
}

DeviceKind device_kind(std::string_view name) {
    if (name == "cpu") return DeviceKind::Cpu;
    if (name == "cuda") return DeviceKind::Cuda;
    throw UsageError("there is no device \"" + std::string(name) + "\"", "cpu or cuda");
}

std::string describe(const torch::Device& device) {
    if (device.is_cuda()) return "CUDA GPU " + std::to_string(device.index());
    return cpu_model() + ", " + std::to_string(std::thread::hardware_concurrency()) + " cores, " +
           at::get_cpu_capability() + (cpu_has_bfloat16() ? ", bfloat16" : "");
}

torch::ScalarType fast_dtype(const torch::Device& device) {
    return device.is_cuda() || cpu_has_bfloat16() ? torch::kBFloat16 : torch::kFloat32;
}

torch::ScalarType dtype_named(std::string_view name, const torch::Device& device) {
    if (name == "auto") return fast_dtype(device);
    if (name == "bf16") return torch::kBFloat16;
    if (name == "fp32") return torch::kFloat32;
    throw UsageError("there is no precision \"" + std::string(name) + "\"", "auto, bf16 or fp32");
}

void prepare(torch::nn::Module& module, const torch::Device& device, torch::ScalarType dtype) {
    module.to(device, dtype);
    torch::NoGradGuard no_grad;
    for (auto& parameter : module.parameters()) {
        if (parameter.dim() == 4) parameter.set_data(parameter.contiguous(torch::MemoryFormat::ChannelsLast));
    }
}

void use_threads(int threads) {
    const int cores = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
    torch::set_num_threads(threads > 0 ? threads : cores);
}

torch::Generator generator_for(uint64_t seed, uint64_t step) {
    // SplitMix64 (Steele et al. 2014) spreads neighbouring pairs over all 64 bits.
    uint64_t z = seed * 0x9e3779b97f4a7c15ull + (step + 1) * 0xd1342543de82ef95ull;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
    return at::detail::createCPUGenerator(z ^ (z >> 31));
}

}  // namespace rv::world_model
