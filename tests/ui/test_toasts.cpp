#include <doctest/doctest.h>

#include "tests/ui/imgui_fixture.h"

using namespace rv;
using namespace rv::ui;
using std::chrono::seconds;

namespace {

struct ToastScene : ImGuiFixture {
    void draw(TimePoint now) {
        frame([&] {
            toasts.draw(fonts, 0, now);
            return 0;
        });
    }
    Toasts toasts;
    TimePoint start{};
};

}  // namespace

TEST_CASE_FIXTURE(ToastScene, "[Toasts] go by themselves, errors later than notices") {
    toasts.add(ToastKind::Notice, "saved", start);
    toasts.add(ToastKind::Error, "disk full", start);
    draw(start + seconds(1));
    CHECK(toasts.size() == 2);
    draw(start + seconds(6));
    CHECK(toasts.size() == 1);
    draw(start + seconds(20));
    CHECK(toasts.size() == 0);
}

TEST_CASE_FIXTURE(ToastScene, "[Toasts] do not repeat a text that is still there, and do not pile up") {
    for (int i = 0; i < 3; ++i) toasts.add(ToastKind::Notice, "same", start);
    CHECK(toasts.size() == 1);
    for (int i = 0; i < 20; ++i) toasts.add(ToastKind::Notice, std::to_string(i), start);
    CHECK(toasts.size() == 5);
}
