#include <doctest/doctest.h>
#include <signal.h>

#include "engine/core/interrupt.h"

namespace {

int g_calls = 0;
void count(int) {
    ++g_calls;
}

}  // namespace

TEST_CASE("[InterruptGuard] turns a signal into a flag and gives the old handler back") {
    signal(SIGTERM, count);
    {
        const rv::InterruptGuard guard;
        CHECK_FALSE(rv::InterruptGuard::interrupted());
        raise(SIGTERM);
        CHECK(rv::InterruptGuard::interrupted());
        CHECK(g_calls == 0);
    }
    raise(SIGTERM);
    CHECK(g_calls == 1);
    const rv::InterruptGuard next;
    CHECK_FALSE(rv::InterruptGuard::interrupted());
}
