#include "world_model/device_timer.h"

#include <c10/core/impl/VirtualGuardImpl.h>

namespace rv::world_model {
namespace {

void record(std::optional<c10::Event>& event, const torch::Device& device) {
    if (!event) event.emplace(device.type(), c10::EventFlag::BACKEND_DEFAULT);
    event->record(c10::impl::VirtualGuardImpl(device.type()).getStream(device));
}

}  // namespace

DeviceTimer::DeviceTimer(const torch::Device& device) : device_(device) {}

void DeviceTimer::start() {
    began_ = Clock::now();
    if (!device_.is_cpu()) record(begin_, device_);
}

void DeviceTimer::stop() {
    ended_ = Clock::now();
    if (!device_.is_cpu()) record(end_, device_);
}

double DeviceTimer::ms() const {
    if (!end_) return milliseconds_between(began_, ended_);
    end_->synchronize();
    return begin_->elapsedTime(*end_);
}

}  // namespace rv::world_model
