#include "tools/diagnosis.h"

#include <ATen/Version.h>
#include <torch/cuda.h>
#include <torch/version.h>
#include <vulkan/vulkan.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <map>
#include <sstream>
#include <thread>

#ifdef REVERIE_CUDA
#include <cuda_runtime_api.h>
#endif

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavutil/avutil.h>
}

#include "engine/app/resources.h"
#include "engine/core/error.h"
#include "engine/platform/window.h"
#include "interop/gpu_match.h"
#include "renderer/device_info.h"
#include "world_model/text/encoder_files.h"
#include "world_model/world.h"

namespace rv::tools {
namespace {

using Json = nlohmann::ordered_json;

constexpr double kGib = 1024.0 * 1024.0 * 1024.0;

std::string gib(double bytes) {
    std::ostringstream text;
    text.precision(bytes < 10 * kGib ? 1 : 0);
    text << std::fixed << bytes / kGib << " GiB";
    return text.str();
}

std::string yes_no(bool value) {
    return value ? "yes" : "no";
}

Row flag(std::string key, std::string label, bool value) {
    return {std::move(key), std::move(label), value, yes_no(value)};
}

std::string join(const std::vector<std::string>& words, const char* separator = ", ") {
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : separator) + word;
    return text;
}

/// "name : value" lines of a file below /proc, the first of each name.
std::map<std::string, std::string> read_proc(const char* path) {
    std::map<std::string, std::string> values;
    std::ifstream stream(path);
    for (std::string line; std::getline(stream, line);) {
        const auto colon = line.find(':');
        if (colon == std::string::npos) continue;
        const auto name_end = line.find_last_not_of(" \t", colon - 1);
        const auto value_begin = line.find_first_not_of(" \t", colon + 1);
        values.try_emplace(line.substr(0, name_end + 1),
                           value_begin == std::string::npos ? "" : line.substr(value_begin));
    }
    return values;
}

Section processor() {
    auto cpu = read_proc("/proc/cpuinfo");
    std::vector<std::string> found;
    std::istringstream flags(cpu["flags"]);
    // What the model's arithmetic profits from.
    const std::vector<std::string> wanted = {"avx2", "fma", "avx512f", "avx512_bf16", "amx_bf16"};
    for (std::string word; flags >> word;)
        if (std::ranges::find(wanted, word) != wanted.end()) found.push_back(word);
    const auto cores = std::thread::hardware_concurrency();
    return {"processor",
            "Processor",
            {{"model", "Model", cpu["model name"], cpu["model name"]},
             {"cores", "Cores", cores, std::to_string(cores)},
             {"instructions", "Instructions", found, found.empty() ? "plain" : join(found)}}};
}

Section memory(Diagnosis& diagnosis) {
    auto values = read_proc("/proc/meminfo");
    const double total = std::strtod(values["MemTotal"].c_str(), nullptr) * 1024;
    const double available = std::strtod(values["MemAvailable"].c_str(), nullptr) * 1024;
    constexpr double kEnough = 1.5 * kGib;  // weights, caches, Vulkan's software device and the window
    if (available < kEnough)
        diagnosis.shortfalls.push_back({"only " + gib(available) + " of memory are free",
                                        "close other programs; playing takes about " + gib(kEnough), false});
    return {"memory",
            "Memory",
            {{"total_bytes", "Total", total, gib(total)},
             {"available_bytes", "Available", available, gib(available)}}};
}

bool has_validation_layer() {
    std::uint32_t count = 0;
    vkEnumerateInstanceLayerProperties(&count, nullptr);
    std::vector<VkLayerProperties> layers(count);
    vkEnumerateInstanceLayerProperties(&count, layers.data());
    return std::ranges::any_of(layers, [](const VkLayerProperties& layer) {
        return std::strcmp(layer.layerName, "VK_LAYER_KHRONOS_validation") == 0;
    });
}

Section vulkan_loader(Diagnosis& diagnosis) {
    std::uint32_t version = 0;
    vkEnumerateInstanceVersion(&version);
    const std::string text = std::to_string(VK_API_VERSION_MAJOR(version)) + "." +
                             std::to_string(VK_API_VERSION_MINOR(version)) + "." +
                             std::to_string(VK_API_VERSION_PATCH(version));
    const bool validation = has_validation_layer();
    if (!validation)
        diagnosis.shortfalls.push_back(
            {"the Vulkan validation layers are not installed, which only tests need",
             "apt-get install vulkan-validationlayers", false});
    return {"vulkan",
            "Vulkan",
            {{"loader", "Loader", text, text}, flag("validation_layers", "Validation layers", validation)}};
}

Section describe(const renderer::DeviceInfo& device) {
    const auto alignment = device.host_memory_alignment;
    return {"vulkan_device_" + std::to_string(device.index),
            "Vulkan device " + std::to_string(device.index),
            {{"name", "Name", device.name, device.name},
             {"type", "Type", device_type_name(device.type), device_type_name(device.type)},
             {"driver", "Driver", device.driver, device.driver},
             {"version", "Vulkan", device.api_version_text(), device.api_version_text()},
             {"uuid", "UUID", device.uuid_text(), ""},
             {"memory_bytes", "Memory", device.memory_bytes, gib(static_cast<double>(device.memory_bytes))},
             flag("swapchain", "Windows", device.has_swapchain),
             {"external_memory_host", "Imports host memory", device.has_external_memory_host,
              device.has_external_memory_host ? "yes, in steps of " + std::to_string(alignment) + " bytes"
                                              : "no"},
             flag("external_memory_fd", "Exports memory", device.has_external_memory_fd),
             flag("external_semaphore_fd", "Exports semaphores", device.has_external_semaphore_fd),
             {"unsuitable", "Suitable", device.unsuitable,
              device.suitable() ? "yes" : "no: " + device.unsuitable}}};
}

/// Versions like 13000 as "13.0".
[[maybe_unused]] std::string cuda_version(int version) {
    return std::to_string(version / 1000) + "." + std::to_string(version % 1000 / 10);
}

#ifdef REVERIE_CUDA
Section cuda() {
    int driver = 0, runtime = 0, devices = 0;
    cudaDriverGetVersion(&driver);
    cudaRuntimeGetVersion(&runtime);
    if (cudaGetDeviceCount(&devices) != cudaSuccess) devices = 0;
    Section section{"cuda",
                    "CUDA",
                    {flag("compiled", "Compiled in", true),
                     {"runtime", "Runtime", cuda_version(runtime), cuda_version(runtime)},
                     {"driver", "Driver", driver ? Json(cuda_version(driver)) : Json(nullptr),
                      driver ? "up to " + cuda_version(driver) : "none"}}};
    for (int i = 0; i < devices; ++i) {
        cudaDeviceProp properties{};
        if (cudaGetDeviceProperties(&properties, i) != cudaSuccess) continue;
        const std::string number = std::to_string(i);
        section.rows.push_back(
            {"device_" + number, "Device " + number, properties.name,
             std::string(properties.name) + ", " + gib(static_cast<double>(properties.totalGlobalMem))});
    }
    if (devices == 0) section.rows.push_back({"device_0", "Devices", nullptr, "none"});
    return section;
}
#else
Section cuda() {
    return {"cuda", "CUDA", {{"compiled", "Compiled in", false, "no: models run on the processor"}}};
}
#endif

Section libtorch() {
    const bool usable = torch::cuda::is_available();
    return {"libtorch",
            "LibTorch",
            {{"version", "Version", TORCH_VERSION, TORCH_VERSION},
             {"cpu_capability", "CPU kernels", at::get_cpu_capability(), at::get_cpu_capability()},
             flag("cuda", "Uses CUDA", usable)}};
}

/// How a generated frame reaches the device that shows it.
Section frame_sharing(const std::vector<renderer::DeviceInfo>& devices) {
    Section section{"frame_sharing", "Frame sharing", {}};
    const auto suitable = std::ranges::any_of(devices, &renderer::DeviceInfo::suitable);
    if (!suitable) {
        section.rows = {{"path", "Model on processor", nullptr, "none without a Vulkan device"}};
        return section;
    }
    const renderer::DeviceInfo& device = renderer::choose_device(devices, "");
    section.rows = {{"device", "Shown by", device.name, device.name}};
    const char* path = interop::to_string(interop::choose_sharing_path(device));
    section.rows.push_back({"path", "Model on processor", path, path});
    if (!torch::cuda::is_available()) return section;
    try {
        const interop::SharingChoice choice = interop::sharing_with_cuda(device);
        const std::string cuda_path = interop::to_string(choice.path);
        section.rows.push_back({"cuda_path", "Model on CUDA", cuda_path,
                                choice.reason.empty() ? cuda_path : cuda_path + ": " + choice.reason});
    } catch (const DeviceError& error) {  // LibTorch has CUDA, this build has not
        section.rows.push_back({"cuda_path", "Model on CUDA", nullptr, error.what()});
    }
    return section;
}

Section video(Diagnosis& diagnosis) {
    std::vector<std::string> encoders;
    for (const char* name : {"libx264", "h264_nvenc", "h264_vaapi", "ffv1"})
        if (avcodec_find_encoder_by_name(name) != nullptr) encoders.emplace_back(name);
    const auto has = [&](const char* name) { return std::ranges::find(encoders, name) != encoders.end(); };
    if (!has("libx264"))
        diagnosis.shortfalls.push_back({"FFmpeg was built without the libx264 encoder",
                                        "apt-get install libavcodec59 (of Debian)", true});
    if (!has("ffv1"))
        diagnosis.shortfalls.push_back(
            {"FFmpeg was built without the ffv1 encoder, which data sets are stored with",
             "apt-get install libavcodec59 (of Debian)", true});
    return {"video",
            "Video",
            {{"ffmpeg", "FFmpeg", av_version_info(), av_version_info()},
             {"encoders", "Encoders", encoders, encoders.empty() ? "none" : join(encoders)}}};
}

Section display(Diagnosis& diagnosis) {
    const auto variable = [](const char* name) -> std::string {
        const char* value = std::getenv(name);
        return value != nullptr ? value : "";
    };
    const std::string x11 = variable("DISPLAY"), wayland = variable("WAYLAND_DISPLAY");
    const bool available = platform::Window::display_available();
    if (!available)
        diagnosis.shortfalls.push_back({"there is no display to open a window on",
                                        "start it from a desktop, or use play --headless --record FILE",
                                        false});
    return {"display",
            "Display",
            {{"x11", "X11", x11, x11.empty() ? "none" : x11},
             {"wayland", "Wayland", wayland, wayland.empty() ? "none" : wayland},
             flag("available", "Can open a window", available)}};
}

Section prompts(Diagnosis& diagnosis) {
    const auto folder = world_model::text::sentence_encoder_folder();
    const bool there = world_model::text::has_sentence_encoder(folder);
    if (!there)
        diagnosis.shortfalls.push_back(
            {"the sentence encoder is not there, which worlds with free prompts need", "./reverie setup",
             false});
    return {"prompts",
            "Prompts",
            {{"sentence_encoder", "Sentence encoder", there ? Json(folder.string()) : Json(nullptr),
              there ? "there" : "missing, ./reverie setup"}}};
}

Section worlds(Diagnosis& diagnosis) {
    Section section{"worlds", "Worlds", {}};
    try {
        for (const world_model::WorldInfo& world : world_model::list_worlds(app::worlds_folder())) {
            const std::string size = std::to_string(world.width) + "x" + std::to_string(world.height);
            section.rows.push_back(
                {world.name, world.name,
                 Json{{"folder", world.folder.string()}, {"size", size}, {"fps", world.frame_rate}},
                 world.title + ", " + size});
        }
    } catch (const Error&) {
        // No assets folder at all: the same remedy as an empty one.
    }
    if (section.rows.empty())
        diagnosis.shortfalls.push_back({"no world was found under assets/worlds",
                                        "check the repository out again, or train one (README.md says how)",
                                        true});
    return section;
}

}  // namespace

Diagnosis diagnose() {
    Diagnosis diagnosis;
    diagnosis.sections = {processor(), memory(diagnosis), vulkan_loader(diagnosis)};
    const auto devices = renderer::list_devices();
    for (const auto& device : devices) diagnosis.sections.push_back(describe(device));
    if (std::ranges::none_of(devices, &renderer::DeviceInfo::suitable))
        diagnosis.shortfalls.push_back({"no Vulkan 1.3 device that Reverie can draw on",
                                        "apt-get install mesa-vulkan-drivers, or your GPU's own driver",
                                        true});
    for (Section section : {cuda(), libtorch(), frame_sharing(devices), video(diagnosis), display(diagnosis),
                            prompts(diagnosis), worlds(diagnosis)})
        diagnosis.sections.push_back(std::move(section));
    return diagnosis;
}

}  // namespace rv::tools
