#pragma once
/// A timeline that CUDA raises by one at a time, and its exporter watches.

#include <chrono>
#include <cstdint>
#include <functional>

#include "interop/bounded_wait.h"
#include "interop/cuda_imports.h"

namespace rv::interop {

/// The timeline as its exporter sees it.
struct WrittenTimeline {
    std::function<std::uint64_t()> value;  ///< any thread
    std::function<bool(std::uint64_t, std::chrono::milliseconds)> wait;
};

/// One thread; value() is for all.
class CudaRaisedTimeline {
  public:
    CudaRaisedTimeline(CudaCalls& calls, CudaImportedTimeline timeline, WrittenTimeline seen,
                       std::chrono::milliseconds patience);

    /// Puts the next signal on the stream. @return the value that it will reach; unchanged where it throws
    std::uint64_t signal(CudaStream stream);
    /// Returns once the last signal has come. @throws DeviceError when it does not.
    void await(CudaStream stream) const;
    /// Whether anything was signalled yet.
    [[nodiscard]] bool used() const { return last_ > 0; }
    [[nodiscard]] std::uint64_t value() const { return seen_.value(); }

  private:
    CudaCalls& calls_;
    CudaImportedTimeline timeline_;
    WrittenTimeline seen_;
    const std::chrono::milliseconds patience_;
    std::uint64_t last_ = 0;  // what the timeline was last asked to reach
};

}  // namespace rv::interop
