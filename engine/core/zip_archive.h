#pragma once
/// The entries of a zip archive whose entries are stored as they are, which is how PyTorch writes its files:
/// each is then a piece of the mapped file.
///
/// Source: PKWARE APPNOTE 6.3.10, sections 4.3.7 (local header), 4.3.12 (central directory), 4.3.14 to 4.3.16
/// (ends of it) and 4.5.3 (Zip64).

#include <cstddef>
#include <filesystem>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace rv {

struct ZipEntry {
    std::string_view name;
    std::span<const std::byte> data;
};

class ZipArchive {
  public:
    /// Checks every offset and size; no two entries share a byte. Checksums are not read: that would take the
    /// whole file from the disk, and PyTorch can be told to leave them out.
    /// @param file  names the archive in messages
    /// @param bytes the whole archive; outlives this
    /// @throws FileError if it is cut short, contradicts itself, is in several parts, or has entries that are
    /// compressed or encrypted. Allocates less than the archive's size.
    ZipArchive(const std::filesystem::path& file, std::span<const std::byte> bytes);

    /// Sorted by name.
    [[nodiscard]] std::span<const ZipEntry> entries() const { return entries_; }
    [[nodiscard]] std::optional<std::span<const std::byte>> find(std::string_view name) const;

    /// Whether `bytes` begin as such an archive does.
    [[nodiscard]] static bool recognises(std::span<const std::byte> bytes);

  private:
    std::vector<ZipEntry> entries_;
};

}  // namespace rv
