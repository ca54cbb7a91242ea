#include "interop/cuda_write_order.h"

#include <utility>

namespace rv::interop {

CudaWriteOrder::CudaWriteOrder(CudaCalls& calls, CudaImportedTimeline read, CudaImportedTimeline written,
                               WrittenTimeline seen, std::chrono::milliseconds patience)
    : calls_(calls),
      read_(std::move(read)),
      written_(std::move(written)),
      seen_(std::move(seen)),
      patience_(patience) {}

void CudaWriteOrder::await_previous(CudaStream stream) const {
    if (last_ == 0) return;
    wait_bounded(
        calls_, stream, [&](std::chrono::milliseconds slice) { return seen_.wait(last_, slice); }, patience_);
}

std::uint64_t CudaWriteOrder::write(CudaStream stream, std::uint64_t read_until,
                                    const std::function<void()>& write) {
    if (read_until > 0) read_.wait(read_until, stream);
    write();
    written_.signal(last_ + 1, stream);
    return ++last_;
}

}  // namespace rv::interop
