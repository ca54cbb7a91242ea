#include "engine/core/safetensors.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
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

// What the parser allocates for an event, rounded up.
std::size_t cost(json::parse_event_t event, const json& parsed) {
    const std::size_t text = parsed.is_string() ? parsed.get_ref<const std::string&>().size() : 0;
    switch (event) {
        case json::parse_event_t::object_start:
            return 160;
        case json::parse_event_t::array_start:
            return 96;
        case json::parse_event_t::key:
            return 200 + 3 * text;
        case json::parse_event_t::value:
            return 64 + (parsed.is_string() ? 64 + 2 * text : 0);
        default:
            return 0;
    }
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

// nlohmann-json keeps the last of two equal keys without a word; a header must not have any.
json parse_header(const std::filesystem::path& path, std::string_view text, MemoryBudget& budget) {
    if (longest_token(text) > kMaxTokenBytes) refuse(path, "its header has a text of endless length");
    std::vector<std::set<std::string>> open_objects;
    const auto check_keys = [&](int, json::parse_event_t event, json& parsed) {
        budget.charge(cost(event, parsed));
        if (event == json::parse_event_t::object_start) open_objects.emplace_back();
        if (event == json::parse_event_t::object_end) open_objects.pop_back();
        if (event == json::parse_event_t::key) {
            const auto& key = parsed.get_ref<const std::string&>();
            if (!open_objects.back().insert(key).second)
                refuse(path, "its header has the name " + in_quotes(key) + " twice");
        }
        return true;
    };
    try {
        json header = json::parse(text, check_keys);
        if (!header.is_object()) refuse(path, "its header is not a JSON object");
        return header;
    } catch (const json::exception&) {
        refuse(path, "its header is not valid JSON");
    }
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
