#include "engine/core/safetensors.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "engine/core/atomic_file.h"
#include "engine/core/memory_budget.h"

namespace rv {
namespace {

using nlohmann::json;

constexpr std::size_t kLengthBytes = 8;
// Enough for 100,000 tensors. The reference implementation allows 100 MB, more than a reader that guards its
// memory can take.
constexpr std::uint64_t kMaxHeaderBytes = 16u << 20;
// Messages of the JSON parser repeat the token that they are about, several times over.
constexpr std::size_t kMaxTokenBytes = 4u << 20;
// Beside the file's own size. The JSON parser's buffers for one token, up to 2.5 times the header, come on
// top.
constexpr std::size_t kSpareBytes = 16u << 20;
constexpr std::string_view kMetadataKey = "__metadata__";
constexpr std::string_view kDamagedRemedy =
    "get or make the file again, it is damaged or not a safetensors file";

[[noreturn]] void refuse(const std::filesystem::path& path, const std::string& what) {
    throw FileError(path.string(), what, kDamagedRemedy);
}

/// Bytes of the longest string, number or space between other tokens.
std::size_t longest_token(std::string_view text) {
    std::size_t longest = 0, begin = 0;
    bool in_string = false, escaped = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const bool ends =
            in_string ? c == '"' && !escaped : std::string_view("\",:[]{}").find(c) != std::string_view::npos;
        escaped = in_string && c == '\\' && !escaped;
        if (!ends) continue;
        if (c == '"') in_string = !in_string;
        longest = std::max(longest, i - begin);
        begin = i + 1;
    }
    return std::max(longest, text.size() - begin);
}

/// Builds the header as it is parsed. The parser's own way keeps the last of two equal keys without a word,
/// and looks at all siblings again after each value.
class HeaderBuilder : public nlohmann::json_sax<json> {
  public:
    HeaderBuilder(const std::filesystem::path& path, MemoryBudget& budget) : path_(path), budget_(budget) {}

    json header;

    bool null() override { return add(nullptr); }
    bool boolean(bool value) override { return add(value); }
    bool number_integer(std::int64_t value) override { return add(value); }
    bool number_unsigned(std::uint64_t value) override { return add(value); }
    bool number_float(double value, const std::string&) override { return add(value); }
    bool string(std::string& value) override {
        budget_.charge(64 + 2 * value.size());
        return add(std::move(value));
    }
    bool binary(json::binary_t&) override { return false; }  // text has none
    bool start_object(std::size_t) override { return open(json::object()); }
    bool start_array(std::size_t) override { return open(json::array()); }
    bool end_object() override { return close(); }
    bool end_array() override { return close(); }
    bool key(std::string& name) override {
        budget_.charge(128 + 2 * name.size());
        const auto [at, is_new] = open_.back()->emplace(name, nullptr);
        if (!is_new) refuse(path_, "its header has the name " + in_quotes(name) + " twice");
        named_ = &*at;
        return true;
    }
    bool parse_error(std::size_t, const std::string&, const json::exception&) override {
        refuse(path_, "its header is not valid JSON");
    }

  private:
    bool add(json value) {
        place(std::move(value));
        return true;
    }
    bool open(json container) {
        budget_.charge(96);
        open_.push_back(place(std::move(container)));
        return true;
    }
    bool close() {
        open_.pop_back();
        return true;
    }
    json* place(json value) {
        budget_.charge(64);
        if (open_.empty()) return &(header = std::move(value));
        if (!open_.back()->is_array()) return &(*named_ = std::move(value));
        open_.back()->push_back(std::move(value));
        return &open_.back()->back();
    }

    const std::filesystem::path& path_;
    MemoryBudget& budget_;
    std::vector<json*> open_;  // the containers around what comes next
    json* named_ = nullptr;    // where the value of the last key goes
};

json parse_header(const std::filesystem::path& path, std::string_view text, MemoryBudget& budget) {
    if (longest_token(text) > kMaxTokenBytes) refuse(path, "its header has a text of endless length");
    HeaderBuilder builder(path, budget);
    json::sax_parse(text, &builder);
    if (!builder.header.is_object()) refuse(path, "its header is not a JSON object");
    return std::move(builder.header);
}

std::map<std::string, std::string> read_metadata(const std::filesystem::path& path, const json& object) {
    if (!object.is_object()) refuse(path, "its __metadata__ is not an object");
    std::map<std::string, std::string> metadata;
    for (const auto& [key, value] : object.items()) {
        if (!value.is_string()) refuse(path, "its __metadata__ entry " + in_quotes(key) + " is not a string");
        metadata.emplace(key, value.get<std::string>());
    }
    return metadata;
}

struct Extent {
    std::uint64_t begin = 0, end = 0;
    std::string_view name;
};

DType read_dtype(const std::filesystem::path& path, const std::string& name, const json& tensor) {
    const auto value = tensor.find("dtype");
    if (value == tensor.end() || !value->is_string())
        refuse(path, "tensor " + in_quotes(name) + " has no dtype");
    const auto& text = value->get_ref<const std::string&>();
    const auto dtype = dtype_named(text);
    if (!dtype) refuse(path, "tensor " + in_quotes(name) + " has the unknown dtype " + in_quotes(text));
    return *dtype;
}

std::vector<std::int64_t> read_shape(const std::filesystem::path& path, const std::string& name,
                                     const json& tensor) {
    const auto value = tensor.find("shape");
    if (value == tensor.end() || !value->is_array())
        refuse(path, "tensor " + in_quotes(name) + " has no shape");
    if (value->size() > kMaxDimensions)
        refuse(path, "tensor " + in_quotes(name) + " has " + std::to_string(value->size()) + " dimensions");
    std::vector<std::int64_t> shape;
    for (const json& extent : *value) {
        // Non-negative integers parse as unsigned.
        if (!extent.is_number_unsigned() || extent.get<std::uint64_t>() > INT64_MAX)
            refuse(path, "tensor " + in_quotes(name) + " has a shape that is not of non-negative integers");
        shape.push_back(extent.get<std::int64_t>());
    }
    return shape;
}

Extent read_offsets(const std::filesystem::path& path, const std::string& name, const json& tensor) {
    const auto value = tensor.find("data_offsets");
    if (value == tensor.end() || !value->is_array() || value->size() != 2 ||
        !(*value)[0].is_number_unsigned() || !(*value)[1].is_number_unsigned())
        refuse(path, "tensor " + in_quotes(name) + " has no data_offsets of two non-negative integers");
    return {(*value)[0].get<std::uint64_t>(), (*value)[1].get<std::uint64_t>(), {}};
}

// Tensors lie one after the other, from the first byte of the data to the last.
void check_layout(const std::filesystem::path& path, std::vector<Extent> extents, std::uint64_t data_bytes) {
    std::ranges::sort(extents, [](const Extent& a, const Extent& b) {
        return std::pair(a.begin, a.end) < std::pair(b.begin, b.end);
    });
    std::uint64_t reached = 0;
    for (const Extent& extent : extents) {
        if (extent.begin < reached)
            refuse(path, "the data of tensor " + in_quotes(extent.name) + " overlaps another's");
        if (extent.begin > reached)
            refuse(path, "there is a hole in the data before tensor " + in_quotes(extent.name));
        reached = extent.end;
    }
    if (reached != data_bytes)
        refuse(path, "it has " + std::to_string(data_bytes - reached) + " bytes after the last tensor");
}

}  // namespace

SafetensorsFile SafetensorsFile::open(const std::filesystem::path& path) {
    return read(MappedFile::open(path));
}

SafetensorsFile SafetensorsFile::read(MappedFile mapping) {
    SafetensorsFile file;
    file.mapping_ = std::move(mapping);
    const std::filesystem::path path = file.path();
    const std::span<const std::byte> all = file.contents();
    if (all.size() < kLengthBytes) refuse(path, "is too short for a safetensors file");

    std::uint64_t header_bytes = 0;
    std::memcpy(&header_bytes, all.data(), kLengthBytes);
    if (header_bytes > kMaxHeaderBytes)
        refuse(path, "claims a header of " + std::to_string(header_bytes) + " bytes");
    if (header_bytes > all.size() - kLengthBytes)
        refuse(path, "is cut short: its header of " + std::to_string(header_bytes) +
                         " bytes reaches beyond its end");
    const std::span data = all.subspan(kLengthBytes + header_bytes);

    MemoryBudget budget(path, all.size() + kSpareBytes);
    const json header = parse_header(
        path,
        {reinterpret_cast<const char*>(all.data()) + kLengthBytes, static_cast<std::size_t>(header_bytes)},
        budget);
    std::vector<Extent> extents;
    for (const auto& [name, tensor] : header.items()) {
        if (name == kMetadataKey) {
            budget.charge(128 * tensor.size() + header_bytes);
            file.metadata_ = read_metadata(path, tensor);
            continue;
        }
        if (!tensor.is_object()) refuse(path, "tensor " + in_quotes(name) + " is not described by an object");
        budget.charge(384 + 2 * name.size());
        const DType dtype = read_dtype(path, name, tensor);
        std::vector<std::int64_t> shape = read_shape(path, name, tensor);
        Extent extent = read_offsets(path, name, tensor);
        if (extent.begin > extent.end) refuse(path, "tensor " + in_quotes(name) + " ends before it begins");
        if (extent.end > data.size())
            refuse(path, "is cut short: tensor " + in_quotes(name) + " reaches beyond its end");
        const auto needed = bytes_needed(dtype, shape);
        if (!needed) refuse(path, "the shape of tensor " + in_quotes(name) + " overflows");
        if (*needed != extent.end - extent.begin)
            refuse(path, "tensor " + in_quotes(name) + " of shape " + describe_shape(shape) + " needs " +
                             std::to_string(*needed) + " bytes and has " +
                             std::to_string(extent.end - extent.begin));
        const std::span bytes = data.subspan(extent.begin, extent.end - extent.begin);
        const auto added = file.tensors_.emplace(name, TensorView{dtype, std::move(shape), bytes}).first;
        extent.name = added->first;
        extents.push_back(extent);
    }
    check_layout(path, std::move(extents), data.size());
    return file;
}

void write_safetensors(const std::filesystem::path& path, std::span<const TensorEntry> entries,
                       const std::map<std::string, std::string>& metadata) {
    std::vector<const TensorEntry*> order;
    for (const TensorEntry& entry : entries) order.push_back(&entry);
    std::ranges::sort(order, [](const TensorEntry* a, const TensorEntry* b) {
        return std::pair(size_bytes(b->dtype), std::string_view(a->name)) <
               std::pair(size_bytes(a->dtype), std::string_view(b->name));
    });

    json header = json::object();
    if (!metadata.empty()) header[std::string(kMetadataKey)] = metadata;
    std::uint64_t offset = 0;
    for (const TensorEntry* entry : order) {
        RV_ASSERT(entry->name != kMetadataKey && !header.contains(entry->name), "tensor names are unique");
        RV_ASSERT(std::ranges::all_of(entry->shape, [](std::int64_t n) { return n >= 0; }),
                  "negative extent");
        RV_ASSERT(bytes_needed(entry->dtype, entry->shape) == entry->bytes.size(),
                  "bytes that do not fit the shape");
        header[entry->name] = {{"dtype", name_of(entry->dtype)},
                               {"shape", entry->shape},
                               {"data_offsets", {offset, offset + entry->bytes.size()}}};
        offset += entry->bytes.size();
    }
    std::string text = header.dump(-1, ' ', false, json::error_handler_t::replace);
    text.resize((text.size() + 7) / 8 * 8, ' ');
    const std::uint64_t header_bytes = text.size();

    AtomicFile file(path);
    file.write(std::as_bytes(std::span(&header_bytes, 1)));
    file.write(text);
    for (const TensorEntry* entry : order) file.write(entry->bytes);
    file.commit();
}

}  // namespace rv
