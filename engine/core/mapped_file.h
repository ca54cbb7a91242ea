#pragma once
/// A file opened for reading and mapped into memory: its bytes come from the disk when they are read, and the
/// system may drop them again.

#include <cstddef>
#include <filesystem>
#include <span>

namespace rv {

/// Views into bytes() stay valid as long as this lives, also when it moves. Safe to read from any thread.
/// Nothing can be done about a file that somebody cuts short while it is mapped.
class MappedFile {
  public:
    /// @throws FileError if the file is missing, unreadable or not a regular file.
    static MappedFile open(const std::filesystem::path& path);

    MappedFile() = default;  ///< of nothing
    MappedFile(MappedFile&& other) noexcept;
    MappedFile& operator=(MappedFile&& other) noexcept;
    ~MappedFile();

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }
    [[nodiscard]] std::span<const std::byte> bytes() const {
        return {static_cast<const std::byte*>(mapping_), size_bytes_};
    }

  private:
    std::filesystem::path path_;
    void* mapping_ = nullptr;  // null for an empty file
    std::size_t size_bytes_ = 0;
};

}  // namespace rv
