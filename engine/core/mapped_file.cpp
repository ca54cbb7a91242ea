#include "engine/core/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include "engine/core/error.h"

namespace rv {

MappedFile MappedFile::open(const std::filesystem::path& path) {
    MappedFile file;
    file.path_ = path;
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) throw FileError(path.string(), std::string("cannot be opened: ") + std::strerror(errno));
    struct stat status {};
    const bool regular = ::fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
    const auto size_bytes = regular ? static_cast<std::size_t>(status.st_size) : 0;
    void* mapping = size_bytes ? ::mmap(nullptr, size_bytes, PROT_READ, MAP_PRIVATE, fd, 0) : nullptr;
    ::close(fd);
    if (!regular) throw FileError(path.string(), "is not a regular file");
    if (mapping == MAP_FAILED) throw FileError(path.string(), "cannot be mapped into memory");
    file.mapping_ = mapping;
    file.size_bytes_ = size_bytes;
    return file;
}

MappedFile::MappedFile(MappedFile&& other) noexcept {
    *this = std::move(other);
}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
    std::swap(path_, other.path_);
    std::swap(mapping_, other.mapping_);
    std::swap(size_bytes_, other.size_bytes_);
    return *this;
}

MappedFile::~MappedFile() {
    if (mapping_) ::munmap(mapping_, size_bytes_);
}

}  // namespace rv
