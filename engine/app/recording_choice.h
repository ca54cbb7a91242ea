#pragma once
/// Between what the recording panel says and what a recording is made from.

#include <vector>

#include "engine/app/recording_options.h"
#include "ui/recording_state.h"

namespace rv::app {

/// Every kind of file, with the codecs of this FFmpeg that are worth choosing.
std::vector<ui::RecordingFormat> recording_formats();

/// What the panel shows at first. @param options with or without a name.
ui::RecordingChoice choice_of(const RecordingOptions& options,
                              const std::vector<ui::RecordingFormat>& formats);
/// A recording with a name by date. @throws FileError when its folder cannot be made.
RecordingOptions options_of(const ui::RecordingChoice& choice,
                            const std::vector<ui::RecordingFormat>& formats);

}  // namespace rv::app
