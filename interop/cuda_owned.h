#pragma once
/// Owners of what CudaCalls hands out.

#include <utility>

#include "interop/cuda_calls.h"

namespace rv::interop {

/// Gives a handle back when it dies. Move-only.
template <class Handle, void (CudaCalls::*give_back)(Handle) noexcept>
class CudaOwned {
  public:
    CudaOwned() = default;
    CudaOwned(CudaCalls& calls, Handle handle) : calls_(&calls), handle_(handle) {}
    ~CudaOwned() {
        if (handle_) (calls_->*give_back)(handle_);
    }
    CudaOwned(CudaOwned&& other) noexcept
        : calls_(other.calls_), handle_(std::exchange(other.handle_, Handle{})) {}
    CudaOwned& operator=(CudaOwned&& other) noexcept {
        std::swap(calls_, other.calls_);
        std::swap(handle_, other.handle_);
        return *this;
    }

    [[nodiscard]] Handle get() const { return handle_; }
    explicit operator bool() const { return handle_ != Handle{}; }

  private:
    CudaCalls* calls_ = nullptr;
    Handle handle_{};
};

using OwnedMemory = CudaOwned<CudaMemory, &CudaCalls::destroy_memory>;
using OwnedMapping = CudaOwned<void*, &CudaCalls::unmap_buffer>;
using OwnedImage = CudaOwned<CudaImage, &CudaCalls::unmap_image>;
using OwnedSurface = CudaOwned<CudaSurface, &CudaCalls::destroy_surface>;
using OwnedSemaphore = CudaOwned<CudaSemaphore, &CudaCalls::destroy_timeline>;
using OwnedPinned = CudaOwned<void*, &CudaCalls::free_pinned>;
using OwnedPin = CudaOwned<void*, &CudaCalls::unpin>;
using OwnedEvent = CudaOwned<CudaEvent, &CudaCalls::destroy_event>;

}  // namespace rv::interop
