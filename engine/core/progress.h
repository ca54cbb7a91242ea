#pragma once
/// A progress bar on standard error with the time left:
///
///     collect [##########..........]  50.0 %  12,000/24,000 frames  812/s  00:15 left
///
/// On a terminal the line is redrawn in place, at most ten times a second; elsewhere (a file, a pipe) a whole
/// line appears about every ten seconds. Not thread-safe.

#include <cstdint>
#include <cstdio>
#include <string>
#include <utility>

#include "engine/core/clock.h"

namespace rv {

/// Everything that one line shows.
struct ProgressState {
    std::string label;        ///< "collect"
    std::string unit;         ///< "frames"
    std::uint64_t total = 0;  ///< 0: unknown
    std::uint64_t done = 0;
    std::uint64_t done_before = 0;  ///< of an earlier, interrupted run: not counted in the speed
    double elapsed_s = 0;
    std::string note;  ///< shown last, may be empty: "loss 0.123"
};

/// One line without a line break; the bar itself takes `bar_width` characters (0: none).
std::string format_progress(const ProgressState& state, int bar_width = 24);
/// "00:07", "12:34" or "3:21:05".
std::string format_duration(double seconds);

class ProgressBar {
  public:
    struct Options {
        std::FILE* stream = stderr;
        int is_terminal = -1;  ///< 0 or 1; -1: ask the stream
        double terminal_interval_s = 0.1;
        double line_interval_s = 10.0;
    };

    ProgressBar(std::string label, std::string unit, std::uint64_t total)
        : ProgressBar(std::move(label), std::move(unit), total, Options{}) {}
    ProgressBar(std::string label, std::string unit, std::uint64_t total, Options options,
                TimePoint now = Clock::now());
    /// Ends the line if finish() was not called.
    ~ProgressBar();
    ProgressBar(const ProgressBar&) = delete;
    ProgressBar& operator=(const ProgressBar&) = delete;

    /// From now on no bar of this process shows: of several processes on one terminal, one shows for all.
    static void hide_all();

    /// What an earlier run had done already.
    void start_from(std::uint64_t done);
    void set_note(std::string note) { state_.note = std::move(note); }
    /// Shows the new state if it is time to.
    void update(std::uint64_t done, TimePoint now = Clock::now());
    /// Shows the last state and ends the line.
    void finish(TimePoint now = Clock::now());

  private:
    void draw(TimePoint now);

    ProgressState state_;
    Options options_;
    bool terminal_ = false, finished_ = false, line_open_ = false;
    std::size_t drawn_width_ = 0;
    TimePoint begin_, last_draw_;
};

}  // namespace rv
