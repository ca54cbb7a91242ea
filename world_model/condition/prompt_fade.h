#pragma once
/// While one prompt becomes another.

#include <string>

namespace rv::world_model {

/// What steers a frame beside its prompt while the look is still changing. Recorded with each frame, so that
/// a rollout needs no memory of it.
struct PromptFade {
    std::string from;  ///< the prompt before
    double share = 1;  ///< of the prompt in force, 0 to 1; the rest is `from`'s

    [[nodiscard]] bool active() const { return share < 1; }
    friend bool operator==(const PromptFade&, const PromptFade&) = default;
};

}  // namespace rv::world_model
