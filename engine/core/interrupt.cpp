#include "engine/core/interrupt.h"

#include <signal.h>

namespace rv {
namespace {

volatile sig_atomic_t g_interrupted = 0;  // a signal handler can reach nothing else
struct sigaction g_before_interrupt {
}, g_before_terminate{};

void on_signal(int) {
    g_interrupted = 1;
}

}  // namespace

InterruptGuard::InterruptGuard() {
    g_interrupted = 0;
    struct sigaction action {};
    action.sa_handler = on_signal;
    ::sigaction(SIGINT, &action, &g_before_interrupt);
    ::sigaction(SIGTERM, &action, &g_before_terminate);
}

InterruptGuard::~InterruptGuard() {
    ::sigaction(SIGINT, &g_before_interrupt, nullptr);
    ::sigaction(SIGTERM, &g_before_terminate, nullptr);
}

bool InterruptGuard::interrupted() {
    return g_interrupted != 0;
}

}  // namespace rv
