#pragma once
/// Runs episodes in several processes. Processes rather than threads, because a simulator with its own
/// single-threaded software renderer per process scales with the cores and shares nothing.

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "engine/dataset/dataset.h"

namespace rv::tools {

/// A worker's view of the pool; lives in the worker's process.
class WorkerContext {
  public:
    struct Shared;  // memory that all processes see

    WorkerContext(Shared& shared, int jobs, int report_fd)
        : shared_(shared), jobs_(jobs), report_fd_(report_fd) {}

    /// The next job that nobody has taken, 0 .. jobs - 1; nothing when all are taken or the pool stops.
    std::optional<int> next_job();
    /// True after Ctrl-C or when another worker failed: leave things clean and return.
    [[nodiscard]] bool stopping() const;
    void count_frame();
    void report(const dataset::EpisodeInfo& episode);

  private:
    Shared& shared_;
    int jobs_, report_fd_;
};

struct PoolCallbacks {
    std::function<void(WorkerContext&)> work;  ///< in each worker; returns when it has no job
    std::function<void(const dataset::EpisodeInfo&)> on_episode;  ///< in the caller's process
    std::function<void(std::uint64_t frames)> on_progress;        ///< same, several times a second
};

/// Forks `processes` workers and waits for them. Call before the process has threads or a Vulkan device.
/// SIGINT and SIGTERM stop the workers in good order.
/// @return false if a signal ended it early. @throws Error with the first worker's failure.
bool run_workers(int processes, int jobs, const PoolCallbacks& callbacks);

}  // namespace rv::tools
