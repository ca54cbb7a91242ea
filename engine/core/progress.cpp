#include "engine/core/progress.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cmath>

namespace rv {
namespace {

std::atomic<bool> g_hidden{false};

std::string with_thousands(std::uint64_t number) {
    std::string digits = std::to_string(number);
    for (int at = static_cast<int>(digits.size()) - 3; at > 0; at -= 3)
        digits.insert(static_cast<std::size_t>(at), 1, ',');
    return digits;
}

std::string format(const char* pattern, double value) {
    char text[32];
    std::snprintf(text, sizeof text, pattern, value);
    return text;
}

}  // namespace

std::string format_duration(double seconds) {
    if (!(seconds >= 0) || seconds > 1e9) return "--:--";
    const auto whole = static_cast<long>(std::lround(seconds));
    char text[48];
    if (whole >= 3600)
        std::snprintf(text, sizeof text, "%ld:%02ld:%02ld", whole / 3600, whole / 60 % 60, whole % 60);
    else
        std::snprintf(text, sizeof text, "%02ld:%02ld", whole / 60, whole % 60);
    return text;
}

std::string format_progress(const ProgressState& state, int bar_width) {
    std::string line = state.label;
    const double fraction =
        state.total ? std::min(1.0, static_cast<double>(state.done) / static_cast<double>(state.total)) : 0.0;
    if (state.total) {
        if (bar_width > 0) {
            const auto filled = static_cast<std::size_t>(fraction * bar_width);
            line.append(" [")
                .append(filled, '#')
                .append(static_cast<std::size_t>(bar_width) - filled, '.')
                .append("]");
        }
        line.append(format(" %5.1f %%", 100.0 * fraction));
    }
    line.append("  ").append(with_thousands(state.done));
    if (state.total) line.append("/").append(with_thousands(state.total));
    line.append(" ").append(state.unit);

    const double done_now = static_cast<double>(state.done - std::min(state.done, state.done_before));
    const double per_second = state.elapsed_s > 0 ? done_now / state.elapsed_s : 0.0;
    if (per_second > 0) {
        line.append(format(per_second < 10 ? "  %.2f/s" : "  %.0f/s", per_second));
        if (state.total && state.done < state.total) {
            const double left_s = static_cast<double>(state.total - state.done) / per_second;
            line.append("  ").append(format_duration(left_s)).append(" left");
        } else {
            line.append("  ").append(format_duration(state.elapsed_s));
        }
    }
    if (!state.note.empty()) line.append("  ").append(state.note);
    return line;
}

ProgressBar::ProgressBar(std::string label, std::string unit, std::uint64_t total, Options options,
                         TimePoint now)
    : options_(options), begin_(now), last_draw_(now) {
    state_.label = std::move(label);
    state_.unit = std::move(unit);
    state_.total = total;
    terminal_ =
        options_.is_terminal < 0 ? ::isatty(::fileno(options_.stream)) == 1 : options_.is_terminal == 1;
}

ProgressBar::~ProgressBar() {
    if (line_open_) std::fputc('\n', options_.stream);
}

void ProgressBar::hide_all() {
    g_hidden = true;
}

void ProgressBar::start_from(std::uint64_t done) {
    state_.done = state_.done_before = done;
}

void ProgressBar::update(std::uint64_t done, TimePoint now) {
    state_.done = done;
    const double interval_s = terminal_ ? options_.terminal_interval_s : options_.line_interval_s;
    if (!finished_ && seconds_between(last_draw_, now) >= interval_s) draw(now);
}

void ProgressBar::finish(TimePoint now) {
    if (finished_) return;
    draw(now);
    if (line_open_) std::fputc('\n', options_.stream);
    line_open_ = false;
    finished_ = true;
}

void ProgressBar::draw(TimePoint now) {
    last_draw_ = now;
    if (g_hidden) return;
    state_.elapsed_s = seconds_between(begin_, now);
    const std::string line = format_progress(state_);
    if (terminal_) {
        const std::size_t padding = drawn_width_ > line.size() ? drawn_width_ - line.size() : 0;
        std::fprintf(options_.stream, "\r%s%*s", line.c_str(), static_cast<int>(padding), "");
        drawn_width_ = line.size();
        line_open_ = true;
    } else {
        std::fprintf(options_.stream, "%s\n", line.c_str());
    }
    std::fflush(options_.stream);
}

}  // namespace rv
