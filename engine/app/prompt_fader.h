#pragma once
/// Lets one prompt become another over some frames, by a share that grows evenly.
///
///     PromptFader fader;
///     fader.begin("a clear noon");
///     steering.fade = fader.next("a snowy night", 30);  // 1/30 snow, then 2/30, ...

#include <string>

#include "world_model/condition/prompt_fade.h"

namespace rv::app {

class PromptFader {
  public:
    /// Nothing comes before this prompt: a start, or a jump in time.
    void begin(std::string prompt);
    /// For the next frame. @param prompt in force; another one than before sets out from the one before
    /// @param frames that a change takes; 0 or 1: it is there at once
    world_model::PromptFade next(const std::string& prompt, int frames);

  private:
    std::string prompt_, from_;
    int done_ = 0, frames_ = 0;
};

}  // namespace rv::app
