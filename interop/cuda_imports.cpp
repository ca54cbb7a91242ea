#include "interop/cuda_imports.h"

namespace rv::interop {
namespace {

OwnedMemory import_memory(CudaCalls& calls, renderer::UniqueFd fd, std::size_t bytes) {
    OwnedMemory memory(calls, calls.import_memory(fd.get(), bytes));
    fd.release();  // CUDA closes it from now on
    return memory;
}

OwnedSemaphore import_timeline(CudaCalls& calls, renderer::UniqueFd fd) {
    OwnedSemaphore semaphore(calls, calls.import_timeline(fd.get()));
    fd.release();
    return semaphore;
}

}  // namespace

CudaImportedBuffer::CudaImportedBuffer(CudaCalls& calls, renderer::UniqueFd fd, std::size_t allocation_bytes,
                                       std::size_t size_bytes)
    : memory_(import_memory(calls, std::move(fd), allocation_bytes)),
      mapped_(calls, calls.map_buffer(memory_.get(), size_bytes)) {}

CudaImportedImage::CudaImportedImage(CudaCalls& calls, renderer::UniqueFd fd, std::size_t allocation_bytes,
                                     int width, int height)
    : memory_(import_memory(calls, std::move(fd), allocation_bytes)),
      image_(calls, calls.map_image(memory_.get(), width, height)),
      surface_(calls, calls.create_surface(image_.get())) {}

CudaImportedTimeline::CudaImportedTimeline(CudaCalls& calls, renderer::UniqueFd fd)
    : calls_(&calls), semaphore_(import_timeline(calls, std::move(fd))) {}

void CudaImportedTimeline::wait(std::uint64_t value, CudaStream stream) const {
    calls_->wait(semaphore_.get(), value, stream);
}

void CudaImportedTimeline::signal(std::uint64_t value, CudaStream stream) const {
    calls_->signal(semaphore_.get(), value, stream);
}

}  // namespace rv::interop
