#include "interop/shared_timeline.h"

namespace rv::interop {

WrittenTimeline seen_from_outside(const renderer::ExternalTimeline& timeline) {
    return {[&timeline] { return timeline.value(); },
            [&timeline](std::uint64_t value, std::chrono::milliseconds slice) {
                return timeline.wait(value, slice);
            }};
}

}  // namespace rv::interop
