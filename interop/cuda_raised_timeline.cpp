#include "interop/cuda_raised_timeline.h"

#include <utility>

namespace rv::interop {

CudaRaisedTimeline::CudaRaisedTimeline(CudaCalls& calls, CudaImportedTimeline timeline, WrittenTimeline seen,
                                       std::chrono::milliseconds patience)
    : calls_(calls), timeline_(std::move(timeline)), seen_(std::move(seen)), patience_(patience) {}

std::uint64_t CudaRaisedTimeline::signal(CudaStream stream) {
    timeline_.signal(last_ + 1, stream);
    return ++last_;
}

void CudaRaisedTimeline::await(CudaStream stream) const {
    if (last_ == 0) return;
    wait_bounded(
        calls_, stream, [&](std::chrono::milliseconds slice) { return seen_.wait(last_, slice); }, patience_);
}

}  // namespace rv::interop
