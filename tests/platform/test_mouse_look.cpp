#include <doctest/doctest.h>

#include "engine/platform/mouse_look.h"

using rv::platform::MouseLook;
using rv::platform::Turning;

TEST_CASE("[MouseLook] spreads a flick over the next frames and loses nothing") {
    MouseLook look(4.0f);
    look.add({2.5f, -0.5f});
    CHECK(look.take() == Turning{1.0f, -0.5f});
    CHECK(look.take() == Turning{1.0f, 0.0f});
    CHECK(look.take() == Turning{0.5f, 0.0f});
    CHECK(look.take() == Turning{});
}

TEST_CASE("[MouseLook] adds up small motions until the next frame") {
    MouseLook look;
    for (int i = 0; i < 4; ++i) look.add({0.125f, 0.25f});
    CHECK(look.take() == Turning{0.5f, 1.0f});
}

TEST_CASE("[MouseLook] keeps no more than the bound") {
    MouseLook look(2.0f);
    look.add({100.0f, -100.0f});
    CHECK(look.waiting() == Turning{3.0f, -3.0f});
    for (int i = 0; i < 3; ++i) CHECK(look.take() == Turning{1.0f, -1.0f});
    CHECK(look.take() == Turning{});
}

TEST_CASE("[MouseLook] lets the opposite motion cancel what waits") {
    MouseLook look;
    look.add({3.0f, 0.0f});
    static_cast<void>(look.take());
    look.add({-2.5f, 0.0f});
    CHECK(look.take() == Turning{-0.5f, 0.0f});
    look.add({2.0f, 1.0f});
    look.clear();
    CHECK(look.take() == Turning{});
}
