#pragma once
/// The session's past between the generation's words and the interface's.

#include "engine/app/control.h"
#include "engine/app/history.h"
#include "ui/explorer_state.h"

namespace rv::app {

ui::Timeline timeline_of(const HistoryTree& tree, std::optional<int> beside);

/// Posts what was asked for; going back pauses.
void obey(const ui::TimelineIntents& intents, std::optional<int> beside, Control& control);

/// One kept frame back along the present branch. @return false at its beginning.
bool step_back(const HistoryTree& tree, Control& control);

}  // namespace rv::app
