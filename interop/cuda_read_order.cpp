#include "interop/cuda_read_order.h"

#include <utility>

namespace rv::interop {

CudaReadOrder::CudaReadOrder(CudaCalls& calls, CudaImportedTimeline drawn, CudaImportedTimeline read,
                             WrittenTimeline seen, std::chrono::milliseconds patience)
    : drawn_(std::move(drawn)), read_(calls, std::move(read), std::move(seen), patience) {}

void CudaReadOrder::draw(CudaStream stream, const std::function<std::uint64_t(std::uint64_t)>& submit) {
    await_previous(stream);
    const std::uint64_t value = read_.signal(stream);
    drawn_.wait(submit(value), stream);
}

void CudaReadOrder::finish(CudaStream stream) {
    if (!read_.used()) return;
    read_.signal(stream);
    read_.await(stream);
}

}  // namespace rv::interop
