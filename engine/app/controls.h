#pragma once
/// The person's keys: what the controls' panel shows of them, and how they change.

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "engine/platform/input_map.h"
#include "ui/controls_state.h"
#include "world_model/world.h"

namespace rv::app {

/// One direction of an axis, or a command.
struct ControlTarget {
    platform::Target what;
    float scale = 1;  ///< of an axis: its direction
};

/// The bindings with `heard` in place of the target's source number `slot` (one behind the last: beside
/// them). Whatever else it meant it means no longer, but that one key may both jump and rise. A stick does
/// both directions of an axis.
platform::Bindings with_source(platform::Bindings bindings, const ControlTarget& target, std::size_t slot,
                               const platform::Heard& heard);
/// The bindings without the target's source number `slot`.
platform::Bindings without_source(platform::Bindings bindings, const ControlTarget& target, std::size_t slot);

/// Used by the window's thread.
class Controls {
  public:
    /// @param file where changes are kept; empty: nowhere  @param tell says what went wrong
    Controls(platform::InputMap& input, std::filesystem::path file,
             std::function<void(const std::string&)> tell);

    void obey(const ui::ControlsIntents& intents);
    /// Takes over what was pressed for a change. Once per window frame.
    const ui::ControlsState& update(const std::optional<platform::GamepadState>& gamepad);
    /// The keys of the world that is played stand beside the person's own.
    void follow(const std::shared_ptr<const world_model::WorldInfo>& world);
    /// Whether the keys are others than at the last call.
    bool take_change() { return std::exchange(changed_, false); }

  private:
    void change(platform::Bindings bindings);
    void bind();
    void show_rows();

    platform::InputMap& input_;
    platform::Bindings own_;  // without those of the world's buttons
    std::shared_ptr<const world_model::WorldInfo> world_;
    std::filesystem::path file_;
    std::function<void(const std::string&)> tell_;
    std::vector<ControlTarget> targets_;  // one a row
    std::vector<ui::ControlRow> rows_;
    std::optional<ui::ControlSlot> listening_;
    ui::ControlsState state_;
    bool changed_ = false;
};

}  // namespace rv::app
