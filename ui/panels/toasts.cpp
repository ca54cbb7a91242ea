#include "ui/panels/toasts.h"

#include <algorithm>
#include <cmath>

#include "ui/widgets.h"

namespace rv::ui {
namespace {

using std::chrono::duration_cast;
constexpr auto kNoticeTime = std::chrono::milliseconds(3500);
constexpr auto kErrorTime = std::chrono::seconds(12);
constexpr double kFadeSeconds = 0.25;
constexpr std::size_t kMost = 5;

ImVec4 colour_of(ToastKind kind) {
    switch (kind) {
        case ToastKind::Success:
            return palette::kGood;
        case ToastKind::Error:
            return palette::kAlert;
        case ToastKind::Notice:
            break;
    }
    return palette::kAccent;
}

}  // namespace

void Toasts::add(ToastKind kind, std::string text, TimePoint now) {
    const TimePoint until = now + (kind == ToastKind::Error ? Clock::duration(kErrorTime) : kNoticeTime);
    const auto same = std::ranges::find(toasts_, text, &Toast::text);
    if (same != toasts_.end()) {
        same->until = until;
        return;
    }
    toasts_.push_back({kind, std::move(text), now, until});
    if (toasts_.size() > kMost) toasts_.pop_front();
}

void Toasts::draw(const Fonts& fonts, float reserved_bottom, TimePoint now) {
    std::erase_if(toasts_, [&](const Toast& toast) { return now >= toast.until; });
    ImDrawList& list = *ImGui::GetForegroundDrawList();
    const ImVec2 display = ImGui::GetIO().DisplaySize;
    const float most_width = std::min(units(460), display.x - units(32));
    float bottom = display.y - reserved_bottom - units(12);
    ImGui::PushFont(fonts.body);
    for (auto toast = toasts_.rbegin(); toast != toasts_.rend(); ++toast) {
        const double age = seconds_between(toast->shown, now), left = seconds_between(now, toast->until);
        const auto opacity = static_cast<float>(std::clamp(std::min(age, left) / kFadeSeconds, 0.0, 1.0));
        const ImVec2 text = ImGui::CalcTextSize(toast->text.c_str(), nullptr, false, most_width - units(36));
        const float width = text.x + units(36), height = text.y + units(20);
        const float x = std::round(display.x - units(16) - width), y = std::round(bottom - height);
        list.AddRectFilled({x, y}, {x + width, bottom}, packed(palette::kGlass, opacity * 1.1f), units(8));
        list.AddRect({x, y}, {x + width, bottom}, packed(palette::kLine, opacity), units(8));
        list.AddRectFilled({x + units(10), y + units(10)}, {x + units(13), bottom - units(10)},
                           packed(colour_of(toast->kind), opacity), units(2));
        list.AddText(fonts.body, fonts.body->FontSize, {x + units(23), y + units(10)},
                     packed(palette::kText, opacity), toast->text.c_str(), nullptr, most_width - units(36));
        bottom = y - units(8);
    }
    ImGui::PopFont();
}

}  // namespace rv::ui
