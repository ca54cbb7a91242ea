#include "world_model/device_failure.h"

#include <string>

namespace rv::world_model {
namespace {

// "20.00 MiB" of LibTorch's "... Tried to allocate 20.00 MiB. GPU 0 has ..."; empty if it says something
// else.
std::string size_asked_for(const std::string& text) {
    const std::string before = "Tried to allocate ";
    const auto found = text.find(before);
    if (found == std::string::npos) return {};
    const auto begin = found + before.size();
    const auto unit = text.find("iB", begin);
    return unit == std::string::npos ? std::string() : text.substr(begin, unit + 2 - begin);
}

std::string first_line(const std::string& text) {
    return text.substr(0, text.find('\n'));
}

}  // namespace

DeviceError device_failure(const c10::OutOfMemoryError& error) {
    const std::string size = size_asked_for(error.what_without_backtrace());
    return DeviceError(
        "the GPU's memory is full" + (size.empty() ? std::string() : ": " + size + " more could not be had"),
        "a smaller world, less to go back to (--history-mib), ending other programs on the GPU, or "
        "--device cpu");
}

DeviceError device_failure(const c10::AcceleratorError& error) {
    return DeviceError("the GPU failed: " + first_line(error.what_without_backtrace()),
                       "starting again, which offers to resume; ./reverie doctor says what the machine has");
}

}  // namespace rv::world_model
