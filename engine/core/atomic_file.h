#pragma once
/// A file that appears whole or not at all: bytes go to a temporary file in the same folder, and commit()
/// flushes it to the disk and renames it over the target. Without commit() nothing is left behind.

#include <cstddef>
#include <filesystem>
#include <span>
#include <string_view>

namespace rv {

class AtomicFile {
  public:
    /// @throws FileError if the folder does not exist or cannot be written.
    explicit AtomicFile(std::filesystem::path target);
    ~AtomicFile();
    AtomicFile(const AtomicFile&) = delete;
    AtomicFile& operator=(const AtomicFile&) = delete;

    /// @throws FileError, for instance on a full disk.
    void write(std::span<const std::byte> bytes);
    void write(std::string_view text) { write(std::as_bytes(std::span(text.data(), text.size()))); }

    /// Makes the content durable and visible under the target's name. Call once, last.
    void commit();

  private:
    std::filesystem::path target_, temporary_;
    int fd_ = -1;
};

/// The whole text in one go.
void write_file_atomically(const std::filesystem::path& target, std::string_view text);

}  // namespace rv
