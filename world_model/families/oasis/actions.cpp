#include "world_model/families/oasis/actions.h"

#include <algorithm>

#include "engine/core/error.h"

namespace rv::world_model::families::oasis {
namespace {

struct Key {
    std::string_view action, source;  // without a source: bound by whoever wants it
};
// Minecraft's own keys.
constexpr Key kKeys[] = {{"inventory", "E"},     {"ESC", ""},
                         {"hotbar.1", "1"},      {"hotbar.2", "2"},
                         {"hotbar.3", "3"},      {"hotbar.4", "4"},
                         {"hotbar.5", "5"},      {"hotbar.6", "6"},
                         {"hotbar.7", "7"},      {"hotbar.8", "8"},
                         {"hotbar.9", "9"},      {"sneak", "Left Ctrl"},
                         {"swapHands", "F"},     {"attack", "Mouse Left"},
                         {"use", "Mouse Right"}, {"pickItem", "Mouse Middle"},
                         {"drop", "Q"}};

int64_t index_of(std::string_view name) {
    const auto found = std::ranges::find(kActions, name);
    RV_ASSERT(found != kActions.end(), "one of the published actions");
    return found - kActions.begin();
}

}  // namespace

std::vector<WorldButton> buttons() {
    std::vector<WorldButton> list;
    for (const Key& key : kKeys) {
        WorldButton button{std::string(key.action), {}};
        if (!key.source.empty()) button.sources.emplace_back(key.source);
        list.push_back(std::move(button));
    }
    return list;
}

torch::Tensor action_vector(const Action& wanted) {
    const Action action = clamped(wanted);
    torch::Tensor vector = torch::zeros({1, static_cast<int64_t>(kActions.size())});
    auto* values = vector.data_ptr<float>();
    const auto hold = [&](std::string_view name, bool held) { values[index_of(name)] = held ? 1 : 0; };
    constexpr float kPressed = 0.5f;  // sticks rest near 0
    hold("forward", action.forward > kPressed);
    hold("back", action.forward < -kPressed);
    hold("right", action.sideways > kPressed);
    hold("left", action.sideways < -kPressed);
    hold("sprint", action.run > 0);
    hold("jump", action.jump > 0);
    values[index_of("cameraX")] = -action.look;
    values[index_of("cameraY")] = action.turn;
    for (size_t i = 0; i < std::size(kKeys); ++i) hold(kKeys[i].action, action.buttons >> i & 1);
    return vector;
}

}  // namespace rv::world_model::families::oasis
