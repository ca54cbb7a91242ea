#pragma once
/// What LibTorch reports of a device, in this program's words.

#include <c10/util/Exception.h>

#include "engine/core/error.h"

namespace rv::world_model {

/// Out of memory (with the size that was asked for), or a device that failed or went away.
DeviceError device_failure(const c10::OutOfMemoryError& error);
DeviceError device_failure(const c10::AcceleratorError& error);

/// What `work` gives. @throws DeviceError where LibTorch says that the device is at fault.
template <class Work>
decltype(auto) on_device(Work work) {
    try {
        return work();
    } catch (const c10::OutOfMemoryError& error) {
        throw device_failure(error);
    } catch (const c10::AcceleratorError& error) {
        throw device_failure(error);
    }
}

}  // namespace rv::world_model
