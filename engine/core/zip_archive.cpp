#include "engine/core/zip_archive.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>

#include "engine/core/error.h"
#include "engine/core/tensor_file.h"

namespace rv {
namespace {

using Bytes = std::span<const std::byte>;

constexpr std::uint32_t kLocalHeader = 0x04034b50, kCentralHeader = 0x02014b50, kEnd = 0x06054b50;
constexpr std::uint32_t kZip64End = 0x06064b50, kZip64Locator = 0x07064b50;
constexpr std::size_t kLocalHeaderBytes = 30, kCentralHeaderBytes = 46, kEndBytes = 22;
constexpr std::size_t kZip64EndBytes = 56, kZip64LocatorBytes = 20;
constexpr std::uint16_t kZip64Extra = 0x0001;
constexpr std::uint16_t kEncrypted = 0x0001, kSizesFollow = 0x0008;  // flags of an entry
constexpr std::uint32_t kInZip64 = 0xffffffff;                       // the true value is in a Zip64 field
constexpr std::size_t kLongestComment = 0xffff;

template <class T>
T load(Bytes bytes, std::size_t at) {
    T value{};
    std::memcpy(&value, bytes.data() + at, sizeof(T));
    return value;
}

std::string_view text(Bytes bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

struct Directory {
    std::uint64_t offset = 0, size = 0, count = 0;
};

/// One entry as the central directory has it.
struct Claim {
    std::string_view name;
    std::uint16_t method = 0;
    std::uint64_t compressed = 0, size = 0, local_header = 0;
};

class Reader {
  public:
    Reader(const std::filesystem::path& file, Bytes bytes) : file_(file), bytes_(bytes) {}

    std::vector<ZipEntry> entries() {
        const Directory directory = read_directory();
        // Each entry has a header here and one before its data, so that this count is one of real bytes.
        if (directory.count > directory.size / kCentralHeaderBytes)
            refuse("lists more entries than its directory has room for");
        std::vector<ZipEntry> entries;
        entries.reserve(directory.count);
        const Bytes headers = bytes_.subspan(directory.offset, directory.size);
        std::size_t at = 0;
        for (std::uint64_t i = 0; i < directory.count; ++i) {
            const Claim claim = read_central(headers, at);
            entries.push_back({claim.name, find_data(claim, directory.offset)});
        }
        if (at != headers.size()) refuse("has a directory longer than its entries");
        check_overlap(entries);
        std::ranges::sort(entries, {}, &ZipEntry::name);
        const auto twin = std::ranges::adjacent_find(entries, {}, &ZipEntry::name);
        if (twin != entries.end()) refuse("has the entry " + in_quotes(twin->name) + " twice");
        return entries;
    }

  private:
    [[noreturn]] void refuse(const std::string& what, const char* remedy = nullptr) const {
        throw FileError(file_.string(), what,
                        remedy ? remedy : "get or make the file again, it is damaged or not a zip archive");
    }

    [[nodiscard]] std::size_t find_end() const {
        if (bytes_.size() < kEndBytes) refuse("is cut short: it has no end of a zip archive");
        const std::size_t last = bytes_.size() - kEndBytes;
        const std::size_t first = last > kLongestComment ? last - kLongestComment : 0;
        for (std::size_t at = last + 1; at-- > first;) {
            if (load<std::uint32_t>(bytes_, at) == kEnd &&
                load<std::uint16_t>(bytes_, at + 20) == bytes_.size() - at - kEndBytes)
                return at;
        }
        refuse("is cut short: it has no end of a zip archive");
    }

    [[nodiscard]] Directory read_directory() const {
        const std::size_t end = find_end();
        Directory directory = {load<std::uint32_t>(bytes_, end + 16), load<std::uint32_t>(bytes_, end + 12),
                               load<std::uint16_t>(bytes_, end + 10)};
        if (load<std::uint16_t>(bytes_, end + 4) != load<std::uint16_t>(bytes_, end + 6))
            refuse("is one part of a zip archive in several files");
        std::size_t limit = end;
        if (end >= kZip64LocatorBytes &&
            load<std::uint32_t>(bytes_, end - kZip64LocatorBytes) == kZip64Locator) {
            const auto at = load<std::uint64_t>(bytes_, end - kZip64LocatorBytes + 8);
            limit = end - kZip64LocatorBytes;
            if (at > limit || limit - at < kZip64EndBytes || load<std::uint32_t>(bytes_, at) != kZip64End)
                refuse("points to a Zip64 end that is not there");
            directory = {load<std::uint64_t>(bytes_, at + 48), load<std::uint64_t>(bytes_, at + 40),
                         load<std::uint64_t>(bytes_, at + 32)};
            limit = at;
        }
        if (directory.offset > limit || directory.size > limit - directory.offset)
            refuse("has a directory that reaches beyond its end");
        return directory;
    }

    /// Reads the header at `at` and moves on to the next one.
    [[nodiscard]] Claim read_central(Bytes headers, std::size_t& at) const {
        if (headers.size() - at < kCentralHeaderBytes || load<std::uint32_t>(headers, at) != kCentralHeader)
            refuse("has a damaged directory");
        const std::size_t name_bytes = load<std::uint16_t>(headers, at + 28);
        const std::size_t extra_bytes = load<std::uint16_t>(headers, at + 30);
        const std::size_t comment_bytes = load<std::uint16_t>(headers, at + 32);
        const std::size_t header_bytes = kCentralHeaderBytes + name_bytes + extra_bytes + comment_bytes;
        if (headers.size() - at < header_bytes) refuse("has a damaged directory");

        Claim claim;
        claim.name = text(headers.subspan(at + kCentralHeaderBytes, name_bytes));
        if (load<std::uint16_t>(headers, at + 8) & kEncrypted)
            refuse("has the encrypted entry " + in_quotes(claim.name),
                   "unpack it and save it again, unencrypted");
        claim.method = load<std::uint16_t>(headers, at + 10);
        claim.compressed = load<std::uint32_t>(headers, at + 20);
        claim.size = load<std::uint32_t>(headers, at + 24);
        claim.local_header = load<std::uint32_t>(headers, at + 42);
        read_zip64(headers.subspan(at + kCentralHeaderBytes + name_bytes, extra_bytes), claim);
        at += header_bytes;
        return claim;
    }

    // The Zip64 field holds, in this order, what did not fit into its 32 bits.
    void read_zip64(Bytes extra, Claim& claim) const {
        std::uint64_t* const wanted[] = {&claim.size, &claim.compressed, &claim.local_header};
        if (std::ranges::none_of(wanted, [](const std::uint64_t* value) { return *value == kInZip64; }))
            return;
        while (extra.size() >= 4) {
            const auto kind = load<std::uint16_t>(extra, 0);
            const std::size_t length = load<std::uint16_t>(extra, 2);
            if (length > extra.size() - 4) break;
            if (kind != kZip64Extra) {
                extra = extra.subspan(4 + length);
                continue;
            }
            Bytes values = extra.subspan(4, length);
            for (std::uint64_t* const value : wanted) {
                if (*value != kInZip64) continue;
                if (values.size() < 8) refuse("has a damaged Zip64 field for " + in_quotes(claim.name));
                *value = load<std::uint64_t>(values, 0);
                values = values.subspan(8);
            }
            return;
        }
        refuse("has no Zip64 field for the entry " + in_quotes(claim.name));
    }

    [[nodiscard]] Bytes find_data(const Claim& claim, std::uint64_t directory) const {
        if (claim.method != 0)
            refuse("has the compressed entry " + in_quotes(claim.name),
                   "save it again with torch.save, or repack it with zip -0");
        if (claim.compressed != claim.size) refuse("has two sizes for the entry " + in_quotes(claim.name));
        if (claim.local_header > directory || directory - claim.local_header < kLocalHeaderBytes ||
            load<std::uint32_t>(bytes_, claim.local_header) != kLocalHeader)
            refuse("has no header for the entry " + in_quotes(claim.name));
        const Bytes header = bytes_.subspan(claim.local_header, directory - claim.local_header);
        const std::size_t name_bytes = load<std::uint16_t>(header, 26);
        const std::size_t begin = kLocalHeaderBytes + name_bytes + load<std::uint16_t>(header, 28);
        if (begin > header.size() || claim.size > header.size() - begin)
            refuse("is cut short: the entry " + in_quotes(claim.name) + " reaches beyond its end");
        const auto flags = load<std::uint16_t>(header, 6);
        const auto size = load<std::uint32_t>(header, 22);
        if (text(header.subspan(kLocalHeaderBytes, name_bytes)) != claim.name ||
            load<std::uint16_t>(header, 8) != 0 || (flags & kEncrypted) ||
            (!(flags & kSizesFollow) && size != kInZip64 && size != claim.size))
            refuse("has a header that differs from its directory, for the entry " + in_quotes(claim.name));
        return header.subspan(begin, claim.size);
    }

    // An entry reaches from its header to the end of its data. The header is at least as long as the fixed
    // part and the name; what little it may have beyond that does not matter here.
    void check_overlap(std::vector<ZipEntry>& entries) const {
        std::ranges::sort(entries, {}, [](const ZipEntry& entry) { return entry.data.data(); });
        const std::byte* reached = bytes_.data();
        for (const ZipEntry& entry : entries) {
            if (static_cast<std::size_t>(entry.data.data() - reached) < kLocalHeaderBytes + entry.name.size())
                refuse("has an entry " + in_quotes(entry.name) + " that overlaps another");
            reached = entry.data.data() + entry.data.size();
        }
    }

    const std::filesystem::path& file_;
    Bytes bytes_;
};

}  // namespace

ZipArchive::ZipArchive(const std::filesystem::path& file, Bytes bytes)
    : entries_(Reader(file, bytes).entries()) {}

std::optional<Bytes> ZipArchive::find(std::string_view name) const {
    const auto found = std::ranges::lower_bound(entries_, name, {}, &ZipEntry::name);
    if (found == entries_.end() || found->name != name) return std::nullopt;
    return found->data;
}

bool ZipArchive::recognises(Bytes bytes) {
    if (bytes.size() < 4) return false;
    const auto signature = load<std::uint32_t>(bytes, 0);
    return signature == kLocalHeader || signature == kEnd;
}

}  // namespace rv
