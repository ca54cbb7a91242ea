#pragma once
/// Short notices that come and go by themselves.

#include <deque>
#include <string>

#include "engine/core/clock.h"
#include "ui/theme.h"

namespace rv::ui {

enum class ToastKind { Notice, Success, Error };

class Toasts {
  public:
    /// An error stays longer than a notice. A text that is still on the screen is not repeated.
    void add(ToastKind kind, std::string text, TimePoint now);
    /// @param reserved_bottom pixels at the bottom of the window that belong to someone else.
    void draw(const Fonts& fonts, float reserved_bottom, TimePoint now);
    [[nodiscard]] std::size_t size() const { return toasts_.size(); }

  private:
    struct Toast {
        ToastKind kind;
        std::string text;
        TimePoint shown, until;
    };
    std::deque<Toast> toasts_;
};

}  // namespace rv::ui
