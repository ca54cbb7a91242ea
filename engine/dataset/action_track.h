#pragma once
/// What somebody did during a recording: a file of actions, and the actions at any time of it.
///
///     const ActionTrack track(read_actions("walk.csv"), 30.0);
///     const Action action = track.between(0.1, 0.2);  // what led from the picture at 0.1 s to that at 0.2 s
///
/// docs/own_worlds.md describes the files.

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/action.h"

namespace rv::dataset {

/// A file of actions as it is written.
struct ActionTable {
    std::vector<Action> actions;
    std::vector<double> time_s;  ///< when each begins, ascending; empty: a row for each frame of the video
    std::vector<std::string> prompts;  ///< of each row; empty: the file has no prompts
};

/// @param path a .csv with a header line, or a .jsonl with one object a line.
/// @throws FileError naming file and line: an unknown column (with those that are known), a value that is no
/// number or beyond -1 to 1, times that go back.
ActionTable read_actions(const std::filesystem::path& path);

/// The actions of a recording over time, piecewise constant.
class ActionTrack {
  public:
    /// @param frame_rate of the video, for tables without times: row t is what led to frame t.
    ActionTrack(ActionTable table, double frame_rate);

    /// Axes are averaged over the time, and a button counts if it was down at all.
    [[nodiscard]] Action between(double from_s, double to_s) const;
    /// In force for the picture at this time; empty where there is none.
    [[nodiscard]] const std::string& prompt_at(double time_s) const;

  private:
    /// The row in force just before `time_s`; -1 before the first.
    [[nodiscard]] std::ptrdiff_t row_until(double time_s) const;

    ActionTable table_;
    std::vector<double> begin_s_;
};

}  // namespace rv::dataset
