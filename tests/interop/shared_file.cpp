#include "tests/interop/shared_file.h"

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>

#include "engine/core/error.h"

namespace rv::interop {
namespace {

std::atomic_ref<std::uint64_t> counter_of(std::span<std::uint8_t> bytes) {
    return std::atomic_ref(*reinterpret_cast<std::uint64_t*>(bytes.data()));
}

}  // namespace

SharedFile::SharedFile(std::size_t bytes) : fd_(memfd_create("shared", MFD_CLOEXEC)) {
    if (!fd_.valid() || ftruncate(fd_.get(), static_cast<off_t>(bytes)) != 0)
        throw Error("no memory to share");
    map(bytes);
}

SharedFile::SharedFile(renderer::UniqueFd fd) : fd_(std::move(fd)) {
    struct stat status {};
    if (fstat(fd_.get(), &status) != 0) throw Error("this is no descriptor of shared memory");
    map(static_cast<std::size_t>(status.st_size));
}

SharedFile::~SharedFile() {
    munmap(bytes_.data(), bytes_.size());
}

void SharedFile::map(std::size_t bytes) {
    void* mapped = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd_.get(), 0);
    if (mapped == MAP_FAILED) throw Error("shared memory cannot be mapped");
    bytes_ = {static_cast<std::uint8_t*>(mapped), bytes};
}

renderer::UniqueFd SharedFile::export_fd() const {
    return renderer::UniqueFd(dup(fd_.get()));
}

std::uint64_t SharedFile::value() const {
    return counter_of(bytes_).load();
}

void SharedFile::raise(std::uint64_t value) const {
    counter_of(bytes_).store(value);
}

int open_descriptors() {
    int count = 0;
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) ++count;
    return count;
}

}  // namespace rv::interop
