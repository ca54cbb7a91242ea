#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace rv::tests {

/// Makes zip archives of stored entries byte by byte, honest ones and others. Checksums are left out.
class ZipWriter {
  public:
    struct Options {
        bool zip64 = false;        ///< sizes and offsets in Zip64 fields
        bool sizes_follow = true;  ///< the local header has none, as PyTorch writes it
        std::uint16_t method = 0, flags = 0;
        std::size_t alignment = 64;
    };

    void add(std::string_view name, std::string_view data, const Options& options) {
        const std::uint64_t offset = file_.size();
        const std::size_t header = 30 + name.size() + 4;
        const std::size_t padding =
            (options.alignment - (offset + header) % options.alignment) % options.alignment;
        const auto flags =
            static_cast<std::uint16_t>(options.flags | 0x0800 | (options.sizes_follow ? 0x0008 : 0));
        const auto local_size = static_cast<std::uint32_t>(options.sizes_follow ? 0 : data.size());
        put32(file_, 0x04034b50);
        put16(file_, 0), put16(file_, flags), put16(file_, options.method), put32(file_, 0);
        put32(file_, 0), put32(file_, local_size), put32(file_, local_size);
        put16(file_, static_cast<std::uint16_t>(name.size()));
        put16(file_, static_cast<std::uint16_t>(4 + padding));
        file_ += name;
        file_ += "FB";
        put16(file_, static_cast<std::uint16_t>(padding));
        file_.append(padding, 'Z');
        file_ += data;
        if (options.sizes_follow) {
            put32(file_, 0x08074b50), put32(file_, 0);
            put32(file_, static_cast<std::uint32_t>(data.size()));
            put32(file_, static_cast<std::uint32_t>(data.size()));
        }
        add_to_directory(name, data.size(), offset, flags, options);
    }
    void add(std::string_view name, std::string_view data) { add(name, data, Options{}); }

    /// Only the directory's half of an entry: the data is elsewhere, or nowhere.
    void add_to_directory(std::string_view name, std::uint64_t size, std::uint64_t offset,
                          std::uint16_t flags, const Options& options) {
        const auto small = [&](std::uint64_t value) {
            return options.zip64 ? 0xffffffffu : static_cast<std::uint32_t>(value);
        };
        put32(directory_, 0x02014b50);
        put16(directory_, 0), put16(directory_, 0), put16(directory_, flags),
            put16(directory_, options.method);
        put32(directory_, 0), put32(directory_, 0), put32(directory_, small(size)),
            put32(directory_, small(size));
        put16(directory_, static_cast<std::uint16_t>(name.size()));
        put16(directory_, options.zip64 ? 28 : 0), put16(directory_, 0), put16(directory_, 0);
        put16(directory_, 0), put32(directory_, 0), put32(directory_, small(offset));
        directory_ += name;
        if (options.zip64) {
            put16(directory_, 1), put16(directory_, 24);
            put64(directory_, size), put64(directory_, size), put64(directory_, offset);
        }
        ++count_;
    }

    /// The bytes so far, to write elsewhere or to add to.
    std::string& file() { return file_; }

    /// What follows the entries when these lie at the start of a file of `data_bytes`.
    [[nodiscard]] std::string ending(std::uint64_t data_bytes, bool zip64 = false) const {
        std::string end = directory_;
        if (zip64) {
            const std::uint64_t at = data_bytes + end.size();
            put32(end, 0x06064b50), put64(end, 44), put16(end, 45), put16(end, 45), put32(end, 0),
                put32(end, 0);
            put64(end, count_), put64(end, count_), put64(end, directory_.size()), put64(end, data_bytes);
            put32(end, 0x07064b50), put32(end, 0), put64(end, at), put32(end, 1);
        }
        const auto count = static_cast<std::uint16_t>(zip64 ? 0xffff : count_);
        put32(end, 0x06054b50), put16(end, 0), put16(end, 0), put16(end, count), put16(end, count);
        put32(end, zip64 ? 0xffffffffu : static_cast<std::uint32_t>(directory_.size()));
        put32(end, zip64 ? 0xffffffffu : static_cast<std::uint32_t>(data_bytes));
        put16(end, 0);
        return end;
    }

    /// The whole archive.
    [[nodiscard]] std::string finish(bool zip64 = false) const { return file_ + ending(file_.size(), zip64); }

  private:
    template <class T>
    static void put(std::string& out, T value) {
        out.append(reinterpret_cast<const char*>(&value), sizeof value);
    }
    static void put16(std::string& out, std::uint16_t value) { put(out, value); }
    static void put32(std::string& out, std::uint32_t value) { put(out, value); }
    static void put64(std::string& out, std::uint64_t value) { put(out, value); }

    std::string file_, directory_;
    std::uint64_t count_ = 0;
};

}  // namespace rv::tests
