#pragma once
/// Numbers for asset::Scene::revision.

#include <atomic>
#include <cstdint>

namespace rv::simulator {

/// Unique in the process, so that one observer can serve several environments.
inline std::uint64_t next_scene_revision() {
    static std::atomic<std::uint64_t> last{0};
    return ++last;
}

}  // namespace rv::simulator
