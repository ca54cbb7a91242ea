#include "engine/core/atomic_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <string>

#include "engine/core/error.h"

namespace rv {
namespace {

constexpr std::string_view kRemedy = "check free space and permissions of that folder";

std::filesystem::path temporary_beside(const std::filesystem::path& target) {
    static std::atomic<unsigned> counter{0};  // several threads may write beside each other
    std::filesystem::path name = target;
    name += ".tmp-" + std::to_string(::getpid()) + "-" + std::to_string(counter++);
    return name;
}

std::string reason() {
    return std::strerror(errno);
}

// A rename is durable only once its folder is.
void sync_folder(const std::filesystem::path& folder) {
    const int fd = ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return;
    ::fsync(fd);
    ::close(fd);
}

}  // namespace

AtomicFile::AtomicFile(std::filesystem::path target)
    : target_(std::move(target)), temporary_(temporary_beside(target_)) {
    fd_ = ::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd_ < 0) throw FileError(target_.string(), "cannot be created: " + reason(), kRemedy);
}

AtomicFile::~AtomicFile() {
    if (fd_ >= 0) ::close(fd_);
    if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

void AtomicFile::write(std::span<const std::byte> bytes) {
    RV_ASSERT(fd_ >= 0, "write after commit");
    while (!bytes.empty()) {
        const ssize_t written = ::write(fd_, bytes.data(), bytes.size());
        if (written < 0) {
            if (errno == EINTR) continue;
            throw FileError(target_.string(), "cannot be written: " + reason(), kRemedy);
        }
        bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
}

void AtomicFile::commit() {
    RV_ASSERT(fd_ >= 0, "commit twice");
    const bool synced = ::fsync(fd_) == 0;
    const std::string sync_reason = synced ? "" : reason();
    const bool closed = ::close(fd_) == 0;
    fd_ = -1;
    if (!synced) throw FileError(target_.string(), "cannot be flushed to the disk: " + sync_reason, kRemedy);
    if (!closed) throw FileError(target_.string(), "cannot be closed: " + reason(), kRemedy);
    if (::rename(temporary_.c_str(), target_.c_str()) != 0)
        throw FileError(target_.string(), "cannot be replaced: " + reason(), kRemedy);
    temporary_.clear();
    sync_folder(target_.parent_path());
}

void write_file_atomically(const std::filesystem::path& target, std::string_view text) {
    AtomicFile file(target);
    file.write(text);
    file.commit();
}

}  // namespace rv
