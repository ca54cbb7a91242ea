#include "engine/app/controls.h"

#include <GLFW/glfw3.h>

#include <algorithm>

#include "engine/app/capitalised.h"
#include "engine/core/error.h"

namespace rv::app {
namespace {

using platform::Axis;
using platform::Binding;
using platform::Bindings;
using platform::Command;
using platform::InputSource;

struct AxisRow {
    Axis axis;
    float scale;
    const char* label;
};
constexpr AxisRow kAxisRows[] = {{Axis::Forward, 1, "Walk forward"},
                                 {Axis::Forward, -1, "Walk back"},
                                 {Axis::Sideways, -1, "Step left"},
                                 {Axis::Sideways, 1, "Step right"},
                                 {Axis::Turn, -1, "Turn left"},
                                 {Axis::Turn, 1, "Turn right"},
                                 {Axis::Look, 1, "Look up"},
                                 {Axis::Look, -1, "Look down"},
                                 {Axis::Run, 1, "Run"},
                                 {Axis::Jump, 1, "Jump"},
                                 {Axis::Rise, 1, "Free camera: rise"},
                                 {Axis::Rise, -1, "Free camera: sink"}};

bool is_stick(const InputSource& source) {
    return source.kind == InputSource::Kind::PadAxis;
}

bool belongs(const Binding& binding, const ControlTarget& target) {
    return binding.target == target.what &&
           (is_stick(binding.source) || binding.scale == target.scale);  // a stick goes both ways
}

bool may_share(const platform::Target& a, const platform::Target& b) {
    const platform::Target jump = Axis::Jump, rise = Axis::Rise;
    return (a == jump && b == rise) || (a == rise && b == jump);
}

// The table's entry behind a row's slot; the end where there is none.
std::vector<Binding>::iterator entry_of(Bindings& bindings, const ControlTarget& target, std::size_t slot) {
    auto entry = bindings.table.begin();
    for (; entry != bindings.table.end(); ++entry)
        if (belongs(*entry, target) && slot-- == 0) break;
    return entry;
}

}  // namespace

Bindings with_source(Bindings bindings, const ControlTarget& target, std::size_t slot,
                     const platform::Heard& heard) {
    const float scale = std::holds_alternative<Axis>(target.what) ? target.scale * heard.scale : 1.0f;
    const Binding wanted{heard.source, target.what, scale};
    if (const auto replaced = entry_of(bindings, target, slot); replaced != bindings.table.end())
        *replaced = wanted;
    else
        bindings.table.push_back(wanted);
    bool kept = false;  // the first of equals
    std::erase_if(bindings.table, [&](const Binding& binding) {
        if (binding.source != heard.source || may_share(binding.target, target.what)) return false;
        if (binding.target != target.what || binding.scale != scale) return true;
        return std::exchange(kept, true);
    });
    return bindings;
}

Bindings without_source(Bindings bindings, const ControlTarget& target, std::size_t slot) {
    if (const auto entry = entry_of(bindings, target, slot); entry != bindings.table.end())
        bindings.table.erase(entry);
    return bindings;
}

Controls::Controls(platform::InputMap& input, std::filesystem::path file,
                   std::function<void(const std::string&)> tell)
    : input_(input), own_(input.bindings()), file_(std::move(file)), tell_(std::move(tell)) {
    for (const AxisRow& row : kAxisRows) {
        targets_.push_back({row.axis, row.scale});
        rows_.push_back({"Moving", row.label, {}, {}});
    }
    for (const Command command : platform::all_commands()) {
        targets_.push_back({command, 1});
        rows_.push_back({"Commands", capitalised(platform::label_of(command)), {}, {}});
    }
}

void Controls::change(Bindings bindings) {
    own_ = std::move(bindings);
    bind();
    if (file_.empty()) return;
    try {
        platform::save_bindings(own_, file_);
    } catch (const FileError& error) {
        tell_(error.what());
    }
}

void Controls::bind() {
    std::vector<std::vector<std::string>> sources;
    if (world_)
        for (const world_model::WorldButton& button : world_->buttons) sources.push_back(button.sources);
    input_.set_bindings(platform::with_buttons(own_, sources));
    changed_ = true;
}

void Controls::follow(const std::shared_ptr<const world_model::WorldInfo>& world) {
    if (!world || world == world_) return;
    world_ = world;
    bind();
}

void Controls::obey(const ui::ControlsIntents& intents) {
    if (intents.cancel) {
        listening_.reset();
        input_.stop_listening();
    }
    if (intents.listen) {
        listening_ = intents.listen;
        input_.listen();
    }
    if (intents.remove) change(without_source(own_, targets_[intents.remove->row], intents.remove->source));
    if (intents.reset) change(platform::default_bindings());
    if (intents.feel) {
        Bindings bindings = own_;
        bindings.mouse_sensitivity = intents.feel->mouse_sensitivity;
        bindings.invert_mouse_y = intents.feel->invert_mouse_y;
        bindings.gamepad_dead_zone = intents.feel->dead_zone;
        bindings.gamepad_curve = intents.feel->curve;
        change(std::move(bindings));
    }
}

void Controls::show_rows() {
    const std::vector<InputSource> pressed = input_.pressed();
    for (std::size_t i = 0; i < rows_.size(); ++i) {
        rows_[i].sources.clear();
        rows_[i].pressed.clear();
        for (const Binding& binding : own_.table) {
            if (!belongs(binding, targets_[i])) continue;
            rows_[i].sources.push_back(to_string(binding.source));
            rows_[i].pressed.push_back(std::ranges::find(pressed, binding.source) != pressed.end());
        }
    }
    state_.pressed.clear();
    for (const InputSource& source : pressed)
        state_.pressed += (state_.pressed.empty() ? "" : ", ") + to_string(source);
}

const ui::ControlsState& Controls::update(const std::optional<platform::GamepadState>& gamepad) {
    if (const auto heard = input_.take_heard(); heard && listening_) {
        const bool escaped = heard->source == InputSource{InputSource::Kind::Key, GLFW_KEY_ESCAPE};
        const ControlTarget& target = targets_[listening_->row];
        if (std::holds_alternative<Command>(target.what) && is_stick(heard->source))
            tell_("A stick cannot do this: it needs a key or a button");
        else if (!escaped)
            change(with_source(own_, target, listening_->source, *heard));
    }
    if (!input_.listening()) listening_.reset();
    show_rows();
    const Bindings& bindings = own_;
    state_.rows = rows_;
    state_.listening = listening_;
    state_.file = file_.string();
    state_.feel = {bindings.mouse_sensitivity, bindings.invert_mouse_y, bindings.gamepad_dead_zone,
                   bindings.gamepad_curve};
    state_.gamepad = gamepad ? gamepad->name : "";
    if (gamepad) {
        const auto felt =
            platform::conditioned_axes(*gamepad, bindings.gamepad_dead_zone, bindings.gamepad_curve);
        state_.stick_x = gamepad->axes[0];
        state_.stick_y = gamepad->axes[1];
        state_.felt_x = felt[0];
        state_.felt_y = felt[1];
    }
    return state_;
}

}  // namespace rv::app
