#include "engine/core/pytorch_file.h"

#include <algorithm>
#include <charconv>

#include "engine/core/memory_budget.h"
#include "engine/core/pickle.h"
#include "engine/core/pytorch_objects.h"
#include "engine/core/zip_archive.h"

namespace rv {
namespace {

using Bytes = std::span<const std::byte>;
using Kind = PickleValue::Kind;

// Beside the file's own size; what the promise of 64 MiB leaves is for what is not charged.
constexpr std::size_t kSpareBytes = 56u << 20;
constexpr std::size_t kMaxDepth = 64;  // of dictionaries within dictionaries
constexpr std::size_t kMaxName = 4096;
// A map node with its name, view and shape, beside the text of the name.
constexpr std::size_t kTensorBytes = 512, kVisitBytes = 24;

constexpr std::string_view kPickleEntry = "data.pkl";
constexpr const char* kDamaged = "get or make the file again, it is damaged or was made to do harm";
constexpr const char* kSaveAgain =
    "open and save it again with a current PyTorch: torch.save(torch.load(path, weights_only=True), path)";

std::string_view text_of(Bytes bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

bool is_legacy(Bytes bytes) {
    // The pickled number with which older versions begin: 0x1950a86a20f9469cfc6c.
    constexpr std::string_view kMagic("\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19", 12);
    const std::string_view text = text_of(bytes);
    return text.starts_with("\x80") && text.substr(0, 2 + kMagic.size()).ends_with(kMagic);
}

bool is_tar(Bytes bytes) {
    return bytes.size() > 262 && text_of(bytes).substr(257, 5) == "ustar";
}

/// Where a storage's elements lie, checked against the claim.
class Layout {
  public:
    Layout(const TensorClaim& claim, Bytes storage) : claim_(claim), storage_(storage) {
        const std::size_t size = size_bytes(claim.dtype);
        const auto elements = static_cast<std::uint64_t>(claim.storage_elements);
        if (storage.size() / size != elements)
            throw Error("has a storage of " + std::to_string(storage.size()) + " bytes that claims " +
                        std::to_string(elements) + " elements of " + std::to_string(size));
        const auto needed = bytes_needed(claim.dtype, claim.shape);
        if (!needed) throw Error("has a shape that overflows");
        size_bytes_ = *needed;
        // The last element that is reached.
        std::uint64_t last = static_cast<std::uint64_t>(claim.offset);
        for (std::size_t i = 0; size_bytes_ > 0 && i < claim.shape.size(); ++i) {
            std::uint64_t reach = 0;
            if (__builtin_mul_overflow(static_cast<std::uint64_t>(claim.shape[i] - 1),
                                       static_cast<std::uint64_t>(claim.strides[i]), &reach) ||
                __builtin_add_overflow(last, reach, &last))
                throw Error("has strides that overflow");
        }
        if (size_bytes_ > 0 ? last >= elements : last > elements) throw Error("reaches beyond its storage");
    }

    [[nodiscard]] std::uint64_t bytes() const { return size_bytes_; }

    [[nodiscard]] bool row_major() const {
        std::int64_t expected = 1;
        for (std::size_t i = claim_.shape.size(); size_bytes_ > 0 && i-- > 0;) {
            if (claim_.shape[i] != 1 && claim_.strides[i] != expected) return false;
            expected *= claim_.shape[i];
        }
        return true;
    }

    /// Row-major only.
    [[nodiscard]] Bytes view() const { return storage_.subspan(first_byte(), size_bytes_); }

    /// Element by element, in the order of the shape.
    void copy_to(std::byte* out) const {
        std::vector<std::int64_t> index(claim_.shape.size(), 0);
        const std::size_t size = size_bytes(claim_.dtype);
        std::int64_t place = 0;  // of the element, counted from the first one
        for (std::uint64_t done = 0; done < size_bytes_; done += size) {
            std::memcpy(out + done, storage_.data() + first_byte() + static_cast<std::size_t>(place) * size,
                        size);
            for (std::size_t i = index.size(); i-- > 0;) {
                if (claim_.shape[i] == 1) continue;  // whose stride may be anything
                place += claim_.strides[i];
                if (++index[i] < claim_.shape[i]) break;
                place -= claim_.strides[i] * claim_.shape[i];
                index[i] = 0;
            }
        }
    }

  private:
    [[nodiscard]] std::size_t first_byte() const {
        return static_cast<std::size_t>(claim_.offset) * size_bytes(claim_.dtype);
    }

    const TensorClaim& claim_;
    Bytes storage_;
    std::uint64_t size_bytes_ = 0;
};

/// Walks the values of the pickle and collects tensors and plain values by name.
class Collector {
  public:
    Collector(const std::filesystem::path& file, const ZipArchive& archive, std::string folder,
              const Pickle& pickle, MemoryBudget& budget)
        : file_(file), archive_(archive), folder_(std::move(folder)), pickle_(pickle), budget_(budget) {}

    void collect() { visit(pickle_.root); }

    TensorViews tensors;
    std::map<std::string, std::string> metadata;
    std::deque<std::vector<std::byte>> copies;

  private:
    [[noreturn]] void refuse(const std::string& what) const {
        throw FileError(file_.string(), what, kDamaged);
    }

    // Where a value occurs in several places it is visited in each of them, so the budget pays for visits
    // too.
    void visit(std::uint32_t at) {
        budget_.charge(kVisitBytes);
        const PickleValue& value = pickle_[at];
        if (const auto claim = claim_of(value)) return add(*claim);
        std::size_t first = 0;
        if (is_dictionary(pickle_, value, first)) {
            if (first == 2) visit_pairs(at, value);
            for (std::size_t i = first; i + 1 < value.items.size(); i += 2)
                descend(at, key_text(value.items[i], (i - first) / 2), value.items[i + 1]);
        } else if (value.kind == Kind::List || value.kind == Kind::Tuple) {
            for (std::size_t i = 0; i < value.items.size(); ++i)
                descend(at, std::to_string(i), value.items[i]);
        }
    }

    // An OrderedDict can be made from a list of pairs.
    void visit_pairs(std::uint32_t at, const PickleValue& call) {
        const PickleValue& arguments = pickle_[call.items[1]];
        if (arguments.items.empty()) return;
        const PickleValue& pairs = pickle_[arguments.items.back()];
        if (pairs.kind != Kind::List && pairs.kind != Kind::Tuple) return;
        for (std::size_t i = 0; i < pairs.items.size(); ++i) {
            budget_.charge(kVisitBytes);
            const PickleValue& pair = pickle_[pairs.items[i]];
            if (pair.items.size() != 2 || (pair.kind != Kind::List && pair.kind != Kind::Tuple))
                refuse("its pickle makes a dictionary of what are not pairs");
            descend(at, key_text(pair.items[0], i), pair.items[1]);
        }
    }

    void descend(std::uint32_t from, std::string_view key, std::uint32_t to) {
        const Kind kind = pickle_[to].kind;
        if (kind != Kind::List && kind != Kind::Tuple && kind != Kind::Dict && kind != Kind::Call) {
            // Long lists of numbers are records of a training, which nobody looks for here.
            std::size_t unused = 0;
            if (is_dictionary(pickle_, pickle_[from], unused)) add_plain(key, pickle_[to]);
            return budget_.charge(kVisitBytes);
        }
        if (std::ranges::find(open_, to) != open_.end() || from == to)
            refuse("its pickle has a collection that contains itself, " + described());
        budget_.charge(key.size());
        if (open_.size() >= kMaxDepth)
            refuse("its pickle is more than " + std::to_string(kMaxDepth) + " collections deep");
        const std::size_t length = name_.size();
        if (length + key.size() >= kMaxName) refuse("its pickle has a name of endless length");
        if (!name_.empty()) name_ += '.';
        name_ += key;
        open_.push_back(from);
        visit(to);
        open_.pop_back();
        name_.resize(length);
    }

    [[nodiscard]] std::string key_text(std::uint32_t at, std::size_t place) const {
        const PickleValue& key = pickle_[at];
        if (key.kind == Kind::Integer) return std::to_string(key.number);
        if (key.kind != Kind::Text) return std::string("#").append(std::to_string(place));
        return std::string(key.text.substr(0, kMaxName));
    }

    [[nodiscard]] std::string described() const {
        return name_.empty() ? "the outermost one" : "at " + in_quotes(name_);
    }

    [[nodiscard]] std::optional<TensorClaim> claim_of(const PickleValue& value) const {
        try {
            return rebuilt_tensor(pickle_, value);
        } catch (const Error& error) {
            refuse("the tensor " + in_quotes(name_) + " " + error.what());
        }
    }

    void add(const TensorClaim& claim) {
        const std::string name = name_.empty() ? "tensor" : name_;
        budget_.charge(kTensorBytes + 3 * name.size());
        const auto storage =
            archive_.find(folder_ + "data/" + std::string(claim.storage.substr(0, kMaxName)));
        if (!storage)
            refuse("has no storage " + in_quotes(claim.storage) + " for the tensor " + in_quotes(name));
        TensorView view;
        try {
            const Layout layout(claim, *storage);
            view = {claim.dtype, claim.shape, layout.row_major() ? layout.view() : copy(layout)};
        } catch (const FileError&) {
            throw;
        } catch (const Error& error) {
            refuse("the tensor " + in_quotes(name) + " " + error.what());
        }
        if (!tensors.emplace(name, std::move(view)).second)
            refuse("has two tensors of the name " + in_quotes(name));
    }

    Bytes copy(const Layout& layout) {
        budget_.charge(layout.bytes());
        layout.copy_to(copies.emplace_back(layout.bytes()).data());
        return copies.back();
    }

    void add_plain(std::string_view key, const PickleValue& value) {
        switch (value.kind) {
            case Kind::Bool:
                return put(key, value.number ? "true" : "false");
            case Kind::Integer:
                return put(key, std::to_string(value.number));
            case Kind::Text:
                return put(key, value.text);
            case Kind::Float: {
                char digits[32];
                const auto end = std::to_chars(digits, digits + sizeof digits, value.real).ptr;
                return put(key, {digits, static_cast<std::size_t>(end - digits)});
            }
            default:
                return;
        }
    }

    // Two equal names of plain values are somebody's own business: the first stays.
    void put(std::string_view key, std::string_view text) {
        budget_.charge(kTensorBytes / 2 + 2 * (name_.size() + key.size() + text.size()));
        metadata.emplace(name_ + (name_.empty() ? "" : ".") + std::string(key), text);
    }

    const std::filesystem::path& file_;
    const ZipArchive& archive_;
    std::string folder_;
    const Pickle& pickle_;
    MemoryBudget& budget_;
    std::string name_;                 // of the value that is being visited
    std::vector<std::uint32_t> open_;  // the collections around it
};

/// "NAME/" of "NAME/data.pkl".
std::string folder_of(const std::filesystem::path& path, const ZipArchive& archive) {
    std::vector<std::string> folders;
    for (const ZipEntry& entry : archive.entries()) {
        const std::size_t slash = entry.name.find('/');
        if (slash != std::string_view::npos && entry.name.substr(slash + 1) == kPickleEntry)
            folders.emplace_back(entry.name.substr(0, slash + 1));
        if (folders.size() > 1) break;
    }
    if (folders.size() != 1)
        throw FileError(path.string(),
                        folders.empty()
                            ? "is a zip archive, but not one that torch.save made: it has no data.pkl"
                            : "is a zip archive of several PyTorch files",
                        "unpack it and name the file of weights within");
    return folders.front();
}

}  // namespace

bool PytorchFile::recognises(Bytes bytes) {
    return ZipArchive::recognises(bytes) || is_legacy(bytes) || is_tar(bytes);
}

PytorchFile PytorchFile::open(const std::filesystem::path& path) {
    return read(MappedFile::open(path));
}

PytorchFile PytorchFile::read(MappedFile mapping) {
    PytorchFile file;
    file.mapping_ = std::move(mapping);
    const std::filesystem::path path = file.path();
    const Bytes bytes = file.contents();
    if (is_legacy(bytes))
        throw FileError(path.string(), "is in the format of PyTorch before 1.6", kSaveAgain);
    if (is_tar(bytes))
        throw FileError(path.string(), "is in the tar format of PyTorch before 0.1", kSaveAgain);
    if (!ZipArchive::recognises(bytes)) throw FileError(path.string(), "is not a PyTorch file");

    const ZipArchive archive(path, bytes);
    MemoryBudget budget(path, bytes.size() + kSpareBytes);
    budget.charge(archive.entries().size() * sizeof(ZipEntry));
    const std::string folder = folder_of(path, archive);
    if (archive.find(folder + "constants.pkl"))
        throw FileError(path.string(), "is TorchScript: a program, not a file of weights",
                        "its state dict, saved with torch.save(module.state_dict(), path)");
    const auto order = archive.find(folder + "byteorder");
    if (order && text_of(*order) != "little")
        throw FileError(path.string(), "was written by a big-endian machine", "save it again on another one");

    const Pickle pickle = read_pickle(path, *archive.find(folder + std::string(kPickleEntry)),
                                      is_known_to_pytorch_files, budget);
    Collector collector(path, archive, folder, pickle, budget);
    collector.collect();
    file.tensors_ = std::move(collector.tensors);
    file.metadata_ = std::move(collector.metadata);
    file.copies_ = std::move(collector.copies);
    return file;
}

}  // namespace rv
