#include "engine/app/control.h"

#include <array>
#include <cmath>
#include <utility>

namespace rv::app {
namespace {

using platform::Motion;

std::array<float*, kActionSize + 1> axes_of(Motion& motion) {
    Action& a = motion.action;
    return {&a.forward, &a.sideways, &a.turn, &a.look, &a.run, &a.jump, &motion.rise};
}

// Remembers in `tapped` the strongest new deflection, so that a short press is not missed between two frames.
void note_taps(Motion before, Motion now, Motion& tapped) {
    const auto old_axes = axes_of(before), new_axes = axes_of(now), tapped_axes = axes_of(tapped);
    for (std::size_t i = 0; i < new_axes.size(); ++i)
        if (*new_axes[i] != *old_axes[i] && std::abs(*new_axes[i]) > std::abs(*tapped_axes[i]))
            *tapped_axes[i] = *new_axes[i];
    tapped.action.buttons |= now.action.buttons & ~before.action.buttons;
}

// What is held; where nothing is, what was tapped.
Motion merged(Motion held, Motion tapped) {
    const auto held_axes = axes_of(held), tapped_axes = axes_of(tapped);
    for (std::size_t i = 0; i < held_axes.size(); ++i)
        if (*held_axes[i] == 0.0f) *held_axes[i] = *tapped_axes[i];
    held.action.buttons |= tapped.action.buttons;
    return held;
}

}  // namespace

void Control::set_motion(const platform::MotionSample& sample) {
    const std::lock_guard lock(mutex_);
    note_taps(held_, sample.held, tapped_);
    held_ = sample.held;
    mouse_.add(sample.mouse);
    if (sample.event_time) input_time_ = sample.event_time;
}

void Control::set_prompt(std::string prompt) {
    const std::lock_guard lock(mutex_);
    prompt_ = std::move(prompt);
}

void Control::set_sampler_steps(int steps) {
    const std::lock_guard lock(mutex_);
    sampler_steps_ = steps;
}

void Control::set_deadline_ms(double deadline_ms) {
    const std::lock_guard lock(mutex_);
    deadline_ms_ = deadline_ms;
}

void Control::set_fade_frames(int frames) {
    const std::lock_guard lock(mutex_);
    fade_frames_ = frames;
}

void Control::set_guidance(double guidance) {
    const std::lock_guard lock(mutex_);
    guidance_ = guidance;
}

void Control::set_free_camera(bool on) {
    const std::lock_guard lock(mutex_);
    free_camera_ = on;
}

void Control::set_paused(bool paused) {
    {
        const std::lock_guard lock(mutex_);
        paused_ = paused;
        single_steps_ = 0;
    }
    changed_.notify_all();
}

void Control::single_step() {
    {
        const std::lock_guard lock(mutex_);
        if (!paused_) return;
        ++single_steps_;
    }
    changed_.notify_all();
}

void Control::post(Request request) {
    {
        const std::lock_guard lock(mutex_);
        requests_.push_back(std::move(request));
    }
    changed_.notify_all();
}

void Control::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
}

bool Control::paused() const {
    const std::lock_guard lock(mutex_);
    return paused_;
}

bool Control::free_camera() const {
    const std::lock_guard lock(mutex_);
    return free_camera_;
}

std::string Control::prompt() const {
    const std::lock_guard lock(mutex_);
    return prompt_;
}

int Control::sampler_steps() const {
    const std::lock_guard lock(mutex_);
    return sampler_steps_;
}

double Control::deadline_ms() const {
    const std::lock_guard lock(mutex_);
    return deadline_ms_;
}

double Control::guidance() const {
    const std::lock_guard lock(mutex_);
    return guidance_;
}

void Control::take(ControlSample& sample) {
    const std::lock_guard lock(mutex_);
    sample.motion = merged(held_, tapped_);
    const platform::Turning mouse = mouse_.take();
    sample.motion.action.turn += mouse.turn;
    sample.motion.action.look += mouse.look;
    sample.motion.action = clamped(sample.motion.action);
    sample.free_camera = free_camera_;
    sample.prompt = prompt_;
    sample.sampler_steps = sampler_steps_;
    sample.deadline_ms = deadline_ms_;
    sample.fade_frames = fade_frames_;
    sample.guidance = guidance_;
    sample.input_time = std::exchange(input_time_, std::nullopt);
    tapped_ = {};
}

std::optional<Request> Control::take_request() {
    const std::lock_guard lock(mutex_);
    if (requests_.empty()) return std::nullopt;
    Request request = std::move(requests_.front());
    requests_.pop_front();
    return request;
}

bool Control::take_permission() {
    const std::lock_guard lock(mutex_);
    if (!may_step()) return false;
    if (paused_) --single_steps_;
    return true;
}

bool Control::stopping() const {
    const std::lock_guard lock(mutex_);
    return stopping_;
}

void Control::wait_until(TimePoint due) {
    std::unique_lock lock(mutex_);
    changed_.wait_until(lock, due, [this] { return interrupted() || !may_step(); });
}

void Control::wait_for_request() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return interrupted(); });
}

void Control::wait_for_work() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return interrupted() || may_step(); });
}

}  // namespace rv::app
