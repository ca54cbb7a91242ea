#include "engine/platform/mouse_look.h"

#include <algorithm>

namespace rv::platform {

void MouseLook::add(Turning motion) {
    const float limit = 1.0f + max_carry_;
    waiting_.turn = std::clamp(waiting_.turn + motion.turn, -limit, limit);
    waiting_.look = std::clamp(waiting_.look + motion.look, -limit, limit);
}

Turning MouseLook::take() {
    const Turning share{std::clamp(waiting_.turn, -1.0f, 1.0f), std::clamp(waiting_.look, -1.0f, 1.0f)};
    waiting_.turn -= share.turn;
    waiting_.look -= share.look;
    return share;
}

}  // namespace rv::platform
