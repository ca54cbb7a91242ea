#pragma once
/// Ctrl-C (SIGINT) and SIGTERM as a wish that long work asks about between its steps.

namespace rv {

/// While it lives, the two signals only set a flag; forked processes inherit that. One at a time.
class InterruptGuard {
  public:
    InterruptGuard();
    ~InterruptGuard();
    InterruptGuard(const InterruptGuard&) = delete;
    InterruptGuard& operator=(const InterruptGuard&) = delete;

    /// Whether a signal came since the newest guard was made.
    [[nodiscard]] static bool interrupted();
};

}  // namespace rv
