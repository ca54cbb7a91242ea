#pragma once
/// From events to what the person means: a motion that lasts and commands that happen once. Pure logic: no
/// window, no clock. Used by the window's thread.

#include <array>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "engine/platform/bindings.h"
#include "engine/platform/event.h"
#include "engine/platform/gamepad.h"
#include "engine/platform/motion.h"
#include "engine/platform/mouse_look.h"

namespace rv::platform {

/// Input that someone else (a text box, a panel) takes. Releases are always seen, so no key can get stuck.
struct Capture {
    bool keyboard = false;
    bool mouse = false;
};

/// What sample() says.
struct MotionSample {
    Motion held;    ///< axes of keys, buttons and sticks; opposite keys cancel out
    Turning mouse;  ///< mouse motion since the last sample, in frames of full turning (see MouseLook)
    std::optional<TimePoint> event_time;  ///< the newest event that changed the motion since the last sample
};

/// What was pressed while the map listened.
struct Heard {
    InputSource source;
    float scale = 1;  ///< -1: a stick that was pushed the negative way
};

class InputMap {
  public:
    explicit InputMap(Bindings bindings = default_bindings());

    void handle(const Event& event, Capture capture = {});
    /// The gamepad as it is now; empty when there is none. Call once per window frame.
    void set_gamepad(const std::optional<GamepadState>& state, TimePoint now);
    /// Lets go of everything, as when the window loses the keyboard (done by itself on a FocusEvent).
    void release_all(TimePoint now);

    /// What is held now. A key pressed and released since the last sample counts as held once.
    MotionSample sample();
    /// Commands since the last call, in order.
    std::vector<Command> take_commands();

    /// From now on the next press, or far push of a stick, is told by take_heard() instead of meaning
    /// anything.
    void listen() { listening_ = true; }
    void stop_listening() { listening_ = false; }
    [[nodiscard]] bool listening() const { return listening_; }
    std::optional<Heard> take_heard() { return std::exchange(heard_, std::nullopt); }
    /// Everything that is pressed now, whatever it means; sticks that are pushed included.
    [[nodiscard]] std::vector<InputSource> pressed() const;

    [[nodiscard]] const Bindings& bindings() const { return bindings_; }
    void set_bindings(Bindings bindings);

  private:
    void press(const InputSource& source, TimePoint time);
    bool hear(const InputSource& source, float scale = 1);
    void release(const InputSource& source, TimePoint time);
    [[nodiscard]] bool moves(const InputSource& source) const;
    [[nodiscard]] float value_of(const InputSource& source) const;
    [[nodiscard]] float axis(Axis axis) const;
    [[nodiscard]] std::uint32_t buttons() const;

    Bindings bindings_;
    std::vector<InputSource> held_;
    std::vector<InputSource> tapped_;  // pressed since the last sample, held or not
    std::array<bool, kGamepadButtons> pad_buttons_{};
    std::array<float, kGamepadAxes> pad_axes_{};
    Turning mouse_;
    std::optional<TimePoint> event_time_;
    std::vector<Command> commands_;
    bool listening_ = false;
    std::optional<Heard> heard_;
};

}  // namespace rv::platform
