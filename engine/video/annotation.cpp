#include "engine/video/annotation.h"

#include <algorithm>
#include <fstream>

#include "engine/core/error.h"

extern "C" {
#include <libavutil/crc.h>
}

namespace rv::video {
namespace {

std::string little_endian(std::uint32_t value) {
    std::string bytes;
    for (int shift = 0; shift < 32; shift += 8) bytes += static_cast<char>(value >> shift & 0xff);
    return bytes;
}

std::string big_endian(std::uint32_t value) {
    std::string bytes = little_endian(value);
    std::ranges::reverse(bytes);
    return bytes;
}

std::string escaped_xml(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '&')
            out += "&amp;";
        else if (c == '<')
            out += "&lt;";
        else if (c == '>')
            out += "&gt;";
        else
            out += c;
    }
    return out;
}

std::string xmp_of(const Metadata& metadata) {
    return "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF "
           "xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\"><rdf:Description rdf:about=\"\" "
           "xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><dc:description><rdf:Alt><rdf:li "
           "xml:lang=\"x-default\">" +
           escaped_xml(comment_of(metadata)) +
           "</rdf:li></rdf:Alt></dc:description></rdf:Description></rdf:RDF></x:xmpmeta>";
}

// Opens a file that is there already, for changes in its middle.
class Patch {
  public:
    explicit Patch(const std::filesystem::path& file)
        : name_(file.string()), stream_(file, std::ios::in | std::ios::out | std::ios::binary) {
        stream_.seekg(0, std::ios::end);
        size_ = static_cast<std::uint32_t>(stream_.tellg());
        check();
    }
    [[nodiscard]] std::uint32_t size_bytes() const { return size_; }
    [[nodiscard]] std::uint8_t byte_at(std::uint32_t offset) {
        stream_.seekg(offset);
        return static_cast<std::uint8_t>(stream_.get());
    }
    void write_at(std::uint32_t offset, std::string_view bytes) {
        stream_.seekp(offset);
        stream_.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
        stream_.flush();
        check();
    }

  private:
    void check() {
        if (!stream_) throw FileError(name_, "cannot be given its metadata", "free some space");
    }
    std::string name_;
    std::fstream stream_;
    std::uint32_t size_ = 0;
};

// PNG specification 11.3.3.4: keyword, no compression, no language, no translated keyword, UTF-8.
std::string png_text_chunk(std::string_view name, std::string_view value) {
    std::string typed = "iTXt";
    typed.append(name.substr(0, 79)).append(5, '\0').append(value);
    const std::uint32_t crc = av_crc(av_crc_get_table(AV_CRC_32_IEEE_LE), 0xffffffffu,
                                     reinterpret_cast<const std::uint8_t*>(typed.data()), typed.size()) ^
                              0xffffffffu;
    return big_endian(static_cast<std::uint32_t>(typed.size()) - 4) + typed + big_endian(crc);
}

}  // namespace

std::string comment_of(const Metadata& metadata) {
    std::string text;
    for (const auto& [name, value] : metadata) text += name + ": " + value + "\n";
    return text;
}

void annotate_gif(const std::filesystem::path& file, const Metadata& metadata) {
    if (metadata.empty()) return;
    const std::string comment = comment_of(metadata);
    std::string extension = "\x21\xfe";
    constexpr std::size_t kLongestBlock = 255;
    for (std::size_t at = 0; at < comment.size(); at += kLongestBlock) {
        const std::string block = comment.substr(at, kLongestBlock);
        extension += static_cast<char>(block.size());
        extension += block;
    }
    extension.append(1, '\0').append(1, '\x3b');  // the end of the comment, and of the GIF
    Patch gif(file);
    gif.write_at(gif.size_bytes() - 1, extension);
}

void annotate_webp(const std::filesystem::path& file, const Metadata& metadata) {
    if (metadata.empty()) return;
    constexpr std::uint32_t kRiffSizeAt = 4, kFlagsAt = 20, kHeaderBytes = 8;
    constexpr std::uint8_t kHasXmp = 0x04;
    const std::string xmp = xmp_of(metadata);
    std::string chunk = "XMP " + little_endian(static_cast<std::uint32_t>(xmp.size())) + xmp;
    if (chunk.size() % 2 != 0) chunk += '\0';
    Patch webp(file);
    const std::uint32_t size = webp.size_bytes();
    webp.write_at(size, chunk);
    webp.write_at(kFlagsAt, std::string(1, static_cast<char>(webp.byte_at(kFlagsAt) | kHasXmp)));
    webp.write_at(kRiffSizeAt, little_endian(size + static_cast<std::uint32_t>(chunk.size()) - kHeaderBytes));
}

std::vector<std::uint8_t> annotated_png(std::span<const std::uint8_t> png, const Metadata& metadata) {
    constexpr std::size_t kHeaderBytes = 33;  // the signature and the chunk IHDR
    std::vector<std::uint8_t> result(png.begin(), png.end());
    std::string chunks;
    for (const auto& [name, value] : metadata) chunks += png_text_chunk(name, value);
    result.insert(result.begin() + std::min(kHeaderBytes, png.size()), chunks.begin(), chunks.end());
    return result;
}

}  // namespace rv::video
