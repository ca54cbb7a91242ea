#include "interop/cuda_write_order.h"

#include <utility>

namespace rv::interop {

CudaWriteOrder::CudaWriteOrder(CudaCalls& calls, CudaImportedTimeline read, CudaImportedTimeline written,
                               WrittenTimeline seen, std::chrono::milliseconds patience)
    : read_(std::move(read)), written_(calls, std::move(written), std::move(seen), patience) {}

std::uint64_t CudaWriteOrder::write(CudaStream stream, std::uint64_t read_until,
                                    const std::function<void()>& write) {
    if (read_until > 0) read_.wait(read_until, stream);
    write();
    return written_.signal(stream);
}

}  // namespace rv::interop
