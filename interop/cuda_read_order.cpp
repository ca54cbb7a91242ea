#include "interop/cuda_read_order.h"

#include <utility>

namespace rv::interop {

CudaReadOrder::CudaReadOrder(CudaCalls& calls, CudaImportedTimeline drawn, CudaImportedTimeline read,
                             WrittenTimeline seen, std::chrono::milliseconds patience)
    : calls_(calls),
      drawn_(std::move(drawn)),
      read_(std::move(read)),
      seen_(std::move(seen)),
      patience_(patience) {}

void CudaReadOrder::draw(CudaStream stream, const std::function<std::uint64_t(std::uint64_t)>& submit) {
    await_previous(stream);
    read_.signal(last_ + 1, stream);
    drawn_.wait(submit(++last_), stream);
}

void CudaReadOrder::finish(CudaStream stream) {
    if (last_ == 0) return;
    read_.signal(++last_, stream);
    await_previous(stream);
}

void CudaReadOrder::await_previous(CudaStream stream) const {
    if (last_ == 0) return;
    wait_bounded(
        calls_, stream, [&](std::chrono::milliseconds slice) { return seen_.wait(last_, slice); }, patience_);
}

}  // namespace rv::interop
