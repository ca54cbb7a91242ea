#pragma once
/// The 25 numbers that steer Oasis, and the keys for them.

#include <torch/torch.h>

#include <array>
#include <string_view>
#include <vector>

#include "engine/core/action.h"
#include "world_model/world.h"

namespace rv::world_model::families::oasis {

/// In the published order (utils.py, ACTION_KEYS; named after VPT, Baker et al. 2022). Buttons are 0 or 1;
/// cameraX is the pitch (+1 down) and cameraY the yaw (+1 right), 1 standing for 20 degrees.
inline constexpr std::array<std::string_view, 25> kActions = {
    "inventory", "ESC",      "hotbar.1", "hotbar.2", "hotbar.3", "hotbar.4", "hotbar.5",
    "hotbar.6",  "hotbar.7", "hotbar.8", "hotbar.9", "forward",  "back",     "left",
    "right",     "cameraX",  "cameraY",  "jump",     "sneak",    "sprint",   "swapHands",
    "attack",    "use",      "pickItem", "drop"};

/// What is not among the engine's own actions, with default keys.
std::vector<WorldButton> buttons();

/// (1, 25) float32. Forward, sideways, turn, look, run and jump are the engine's; the rest are buttons().
torch::Tensor action_vector(const Action& action);

}  // namespace rv::world_model::families::oasis
