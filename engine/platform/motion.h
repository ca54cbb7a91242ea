#pragma once
/// The continuous part of what a person wants: the ego action, and what only a free camera can do.

#include "engine/core/action.h"

namespace rv::platform {

struct Motion {
    Action action;
    float rise = 0;  ///< free camera: +1 up, -1 down
    friend bool operator==(const Motion&, const Motion&) = default;
};

}  // namespace rv::platform
