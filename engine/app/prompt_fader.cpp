#include "engine/app/prompt_fader.h"

#include <utility>

namespace rv::app {

void PromptFader::begin(std::string prompt) {
    prompt_ = std::move(prompt);
    done_ = frames_ = 0;
}

world_model::PromptFade PromptFader::next(const std::string& prompt, int frames) {
    if (prompt != prompt_) {
        from_ = std::exchange(prompt_, prompt);
        done_ = 0;
        frames_ = frames;
    }
    if (done_ < frames_) ++done_;
    if (done_ >= frames_) return {};
    return {from_, static_cast<double>(done_) / frames_};
}

}  // namespace rv::app
