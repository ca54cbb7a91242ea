#include "world_model/stream_event.h"

#include <c10/core/impl/VirtualGuardImpl.h>

namespace rv::world_model {

void record(std::optional<c10::Event>& event, const torch::Device& device, c10::EventFlag flag) {
    if (device.is_cpu()) return;
    if (!event) event.emplace(device.type(), flag);
    event->record(c10::impl::VirtualGuardImpl(device.type()).getStream(device));
}

}  // namespace rv::world_model
