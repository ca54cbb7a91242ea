#include "engine/core/action.h"

#include <algorithm>
#include <cmath>

namespace rv {
namespace {

float axis(float v) {
    return std::isnan(v) ? 0.0f : std::clamp(v, -1.0f, 1.0f);
}
float button(float v) {
    return v > 0.5f ? 1.0f : 0.0f;
}

}  // namespace

Action clamped(const Action& a) {
    return {axis(a.forward), axis(a.sideways), axis(a.turn), axis(a.look),
            button(a.run),   button(a.jump),   a.buttons};
}

}  // namespace rv
