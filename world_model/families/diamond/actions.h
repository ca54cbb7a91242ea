#pragma once
/// What steers DIAMOND's games, and the keys for it.

#include <torch/torch.h>

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/action.h"
#include "world_model/world.h"

namespace rv::world_model::families::diamond {

/// Turns what is held into the numbers that a game's network takes.
class GameActions {
  public:
    virtual ~GameActions() = default;
    [[nodiscard]] virtual std::vector<WorldButton> buttons() const = 0;
    /// (A) float32 of 0 and 1.
    [[nodiscard]] virtual torch::Tensor vector(const Action& action) const = 0;
};

/// The joystick's meanings, in the order that Atari's full set has (src/game/keymap.py, ATARI_ACTION_NAMES).
std::span<const std::string_view> atari_meanings();
/// The meanings that a game of Atari 100k knows, in its own order (the Arcade Learning Environment's minimal
/// action set). Empty for an unknown game. @param game as the authors' files are named: "Breakout"
std::vector<std::string> meanings_of(std::string_view game);

/// One of `meanings` at a time: forward and back are up and down, sideways is left and right, jump is fire.
/// @param meanings of action 0, 1, ...: "noop", "upfire"; an unknown direction falls back to its parts.
std::unique_ptr<GameActions> atari_actions(std::vector<std::string> meanings);

/// 51 numbers: 11 keys, two mouse buttons, and the mouse's motion in 23 and 15 steps, of which one each is 1
/// (src/csgo/action_processing.py).
std::unique_ptr<GameActions> csgo_actions();
inline constexpr int64_t kCsgoActions = 51;

}  // namespace rv::world_model::families::diamond
