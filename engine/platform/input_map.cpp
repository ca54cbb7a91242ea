#include "engine/platform/input_map.h"

#include <algorithm>
#include <cmath>

namespace rv::platform {
namespace {

using Kind = InputSource::Kind;

bool contains(const std::vector<InputSource>& list, const InputSource& source) {
    return std::ranges::find(list, source) != list.end();
}

// Sticks tremble: smaller changes are no new input.
constexpr float kStickStep = 0.01f;
constexpr float kFarPush = 0.6f;  // that somebody means, when asked for a stick

}  // namespace

InputMap::InputMap(Bindings bindings) : bindings_(std::move(bindings)) {}

void InputMap::set_bindings(Bindings bindings) {
    bindings_ = std::move(bindings);
}

bool InputMap::moves(const InputSource& source) const {
    return std::ranges::any_of(bindings_.table, [&](const Binding& binding) {
        return binding.source == source && !std::holds_alternative<Command>(binding.target);
    });
}

bool InputMap::hear(const InputSource& source, float scale) {
    if (!listening_) return false;
    heard_ = {source, scale};
    listening_ = false;
    return true;
}

std::vector<InputSource> InputMap::pressed() const {
    std::vector<InputSource> sources = held_;
    for (int i = 0; i < kGamepadAxes; ++i)
        if (pad_axes_[i] != 0) sources.push_back({Kind::PadAxis, i});
    return sources;
}

void InputMap::press(const InputSource& source, TimePoint time) {
    if (contains(held_, source) || hear(source)) return;
    held_.push_back(source);
    for (const Binding& binding : bindings_.table)
        if (const Command* command = std::get_if<Command>(&binding.target);
            command && binding.source == source)
            commands_.push_back(*command);
    if (!moves(source)) return;
    tapped_.push_back(source);
    event_time_ = time;
}

void InputMap::release(const InputSource& source, TimePoint time) {
    if (std::erase(held_, source) > 0 && moves(source)) event_time_ = time;
}

void InputMap::handle(const Event& event, Capture capture) {
    if (const auto* key = std::get_if<KeyEvent>(&event.what)) {
        const InputSource source{Kind::Key, key->key};
        if (!key->pressed)
            release(source, event.time);
        else if (!key->repeat && (listening_ || !capture.keyboard))
            press(source, event.time);
    } else if (const auto* button = std::get_if<MouseButtonEvent>(&event.what)) {
        const InputSource source{Kind::MouseButton, button->button};
        if (!button->pressed)
            release(source, event.time);
        else if (!capture.mouse)
            press(source, event.time);
    } else if (const auto* move = std::get_if<MouseMoveEvent>(&event.what)) {
        if (!move->captured || capture.mouse) return;
        const float up = bindings_.invert_mouse_y ? 1.0f : -1.0f;  // screen y grows downwards
        mouse_.turn += static_cast<float>(move->dx) * bindings_.mouse_sensitivity;
        mouse_.look += up * static_cast<float>(move->dy) * bindings_.mouse_sensitivity;
        event_time_ = event.time;
    } else if (const auto* focus = std::get_if<FocusEvent>(&event.what)) {
        if (!focus->focused) release_all(event.time);
    }
}

void InputMap::set_gamepad(const std::optional<GamepadState>& state, TimePoint now) {
    const GamepadState current = state.value_or(GamepadState{});
    for (int i = 0; i < kGamepadButtons; ++i) {
        if (current.buttons[i] == pad_buttons_[i]) continue;
        const InputSource source{Kind::PadButton, i};
        if (current.buttons[i])
            press(source, now);
        else
            release(source, now);
    }
    pad_buttons_ = current.buttons;

    const auto axes = conditioned_axes(current, bindings_.gamepad_dead_zone, bindings_.gamepad_curve);
    for (int i = 0; i < kGamepadAxes; ++i) {
        const bool came_to_rest = axes[i] == 0.0f && pad_axes_[i] != 0.0f;
        if (std::abs(axes[i] - pad_axes_[i]) < kStickStep && !came_to_rest) continue;
        pad_axes_[i] = axes[i];
        if (std::abs(axes[i]) > kFarPush) hear({Kind::PadAxis, i}, axes[i] < 0 ? -1.0f : 1.0f);
        if (moves({Kind::PadAxis, i})) event_time_ = now;
    }
}

void InputMap::release_all(TimePoint now) {
    const bool moved =
        std::ranges::any_of(held_, [this](const InputSource& source) { return moves(source); });
    if (moved) event_time_ = now;
    held_.clear();
    tapped_.clear();
    mouse_ = {};
}

float InputMap::value_of(const InputSource& source) const {
    if (source.kind == Kind::PadAxis)
        return source.code >= 0 && source.code < kGamepadAxes ? pad_axes_[source.code] : 0.0f;
    return contains(held_, source) || contains(tapped_, source) ? 1.0f : 0.0f;
}

float InputMap::axis(Axis axis) const {
    // Two keys for the same direction do not add up, opposite directions cancel out.
    float positive = 0, negative = 0;
    for (const Binding& binding : bindings_.table) {
        const Axis* target = std::get_if<Axis>(&binding.target);
        if (!target || *target != axis) continue;
        const float value = binding.scale * value_of(binding.source);
        positive = std::max(positive, value);
        negative = std::min(negative, value);
    }
    return positive + negative;
}

std::uint32_t InputMap::buttons() const {
    std::uint32_t held = 0;
    for (const Binding& binding : bindings_.table) {
        const Button* target = std::get_if<Button>(&binding.target);
        if (target && value_of(binding.source) > 0.5f) held |= std::uint32_t{1} << target->index;
    }
    return held;
}

MotionSample InputMap::sample() {
    MotionSample sample;
    sample.held.action.forward = axis(Axis::Forward);
    sample.held.action.sideways = axis(Axis::Sideways);
    sample.held.action.turn = axis(Axis::Turn);
    sample.held.action.look = axis(Axis::Look);
    sample.held.action.run = axis(Axis::Run);
    sample.held.action.jump = axis(Axis::Jump);
    sample.held.action.buttons = buttons();
    sample.held.action = clamped(sample.held.action);
    sample.held.rise = axis(Axis::Rise);
    sample.mouse = mouse_;
    sample.event_time = event_time_;
    mouse_ = {};
    event_time_.reset();
    tapped_.clear();
    return sample;
}

std::vector<Command> InputMap::take_commands() {
    std::vector<Command> commands;
    std::swap(commands, commands_);
    return commands;
}

}  // namespace rv::platform
