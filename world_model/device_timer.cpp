#include "world_model/device_timer.h"

#include "world_model/stream_event.h"

namespace rv::world_model {
namespace {

constexpr auto kTimed = c10::EventFlag::BACKEND_DEFAULT;

}  // namespace

DeviceTimer::DeviceTimer(const torch::Device& device) : device_(device) {}

void DeviceTimer::start() {
    began_ = Clock::now();
    record(begin_, device_, kTimed);
}

void DeviceTimer::stop() {
    ended_ = Clock::now();
    record(end_, device_, kTimed);
}

double DeviceTimer::ms() const {
    if (!end_) return milliseconds_between(began_, ended_);
    end_->synchronize();
    return begin_->elapsedTime(*end_);
}

}  // namespace rv::world_model
