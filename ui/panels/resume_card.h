#pragma once
/// Asks what is to become of a session that a crash ended.

#include <optional>
#include <string>

#include "ui/theme.h"

namespace rv::ui {

/// Draws a card in the middle of the window. @param unfinished one sentence on the session
/// @return the answer, once there is one: whether to go on with it.
std::optional<bool> draw_resume_card(const std::string& unfinished, const Fonts& fonts);

}  // namespace rv::ui
