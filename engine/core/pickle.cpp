#include "engine/core/pickle.h"

#include <bit>
#include <cstring>
#include <unordered_map>

#include "engine/core/tensor_file.h"

namespace rv {
namespace {

using Kind = PickleValue::Kind;
using Ref = std::uint32_t;

// Rounded up: what a value, a vector, a place in a growing vector and a memo entry take.
constexpr std::size_t kValueBytes = 72, kVectorBytes = 48, kItemBytes = 12, kMemoBytes = 64;

static_assert(sizeof(PickleValue) <= kValueBytes);

class Machine {
  public:
    Machine(const std::filesystem::path& file, std::span<const std::byte> bytes,
            const std::function<bool(std::string_view)>& allows, MemoryBudget& budget)
        : file_(file), bytes_(bytes), allows_(allows), budget_(budget) {}

    Pickle run() {
        while (!stopped_) step(static_cast<unsigned char>(take(1)[0]));
        return std::move(pickle_);
    }

  private:
    [[noreturn]] void refuse(const std::string& what, const char* remedy = nullptr) const {
        throw FileError(file_.string(), what,
                        remedy ? remedy : "get or make the file again, its pickle is damaged");
    }

    // Bytes of the pickle

    std::string_view take(std::uint64_t count) {
        if (count > bytes_.size() - at_) refuse("its pickle ends in the middle of a value");
        const char* begin = reinterpret_cast<const char*>(bytes_.data()) + at_;
        at_ += count;
        return {begin, static_cast<std::size_t>(count)};
    }
    template <class T>
    T number() {
        T value{};
        std::memcpy(&value, take(sizeof(T)).data(), sizeof(T));
        return value;
    }
    std::string_view line() {
        const std::string_view rest{reinterpret_cast<const char*>(bytes_.data()) + at_, bytes_.size() - at_};
        const std::size_t length = rest.find('\n');
        if (length == std::string_view::npos) refuse("its pickle ends in the middle of a name");
        at_ += length + 1;
        return rest.substr(0, length);
    }

    // The stack. Marks lie beside it; nothing below the newest mark can be popped.

    [[nodiscard]] std::size_t floor() const { return marks_.empty() ? 0 : marks_.back(); }
    void push(Ref ref) {
        budget_.charge(kItemBytes);
        stack_.push_back(ref);
    }
    Ref pop() {
        if (stack_.size() <= floor()) refuse("its pickle takes a value that was never given");
        const Ref ref = stack_.back();
        stack_.pop_back();
        return ref;
    }
    Ref top() {
        const Ref ref = pop();
        stack_.push_back(ref);
        return ref;
    }
    /// What lies above the newest mark, which goes.
    std::vector<Ref> pop_to_mark() {
        if (marks_.empty()) refuse("its pickle ends a collection that never began");
        const auto begin = stack_.begin() + static_cast<std::ptrdiff_t>(marks_.back());
        budget_.charge(kVectorBytes + kItemBytes * static_cast<std::size_t>(stack_.end() - begin));
        std::vector<Ref> items(begin, stack_.end());
        stack_.erase(begin, stack_.end());
        marks_.pop_back();
        return items;
    }
    std::vector<Ref> pop_some(std::size_t count) {
        std::vector<Ref> items(count);
        for (std::size_t i = count; i-- > 0;) items[i] = pop();
        budget_.charge(kVectorBytes + kItemBytes * count);
        return items;
    }

    PickleValue& value(Ref ref) { return pickle_.values[ref]; }
    void push_new(PickleValue made) {
        budget_.charge(kValueBytes);
        pickle_.values.push_back(std::move(made));
        push(static_cast<Ref>(pickle_.values.size() - 1));
    }
    void push_new(Kind kind, std::vector<Ref> items = {}) { push_new({kind, 0, 0, {}, std::move(items)}); }
    void push_number(Kind kind, std::int64_t number) { push_new({kind, number, 0, {}, {}}); }
    void push_text(Kind kind, std::uint64_t length) { push_new({kind, 0, 0, take(length), {}}); }

    // Opcodes

    void extend(Ref target, const std::vector<Ref>& items) {
        budget_.charge(kVectorBytes + kItemBytes * items.size());
        auto& own = value(target).items;
        own.insert(own.end(), items.begin(), items.end());
    }
    void set_items(const std::vector<Ref>& items) {
        const Kind kind = value(top()).kind;
        if (kind != Kind::Dict && kind != Kind::Call)
            refuse("its pickle sets keys of what is not a dictionary");
        if (items.size() % 2) refuse("its pickle has a key without a value");
        extend(top(), items);
    }
    void append(Kind wanted, const std::vector<Ref>& items) {
        if (value(top()).kind != wanted) refuse("its pickle appends to what is not a list or set");
        extend(top(), items);
    }

    void push_function(std::string_view module, std::string_view name) {
        budget_.charge(kValueBytes + 2 * (module.size() + name.size()));
        std::string full = std::string(module) + "." + std::string(name);
        if (!allows_(full))
            refuse("its pickle asks for " + in_quotes(full) + ", which is not known to be harmless",
                   "nothing of it was run; in a Python that trusts the file, keep its tensors alone: "
                   "torch.save(dict of names and tensors, path)");
        pickle_.names.push_back(std::move(full));
        push_new({Kind::Function, 0, 0, pickle_.names.back(), {}});
    }
    void push_stacked_function() {
        const Ref name = pop(), module = pop();
        if (value(name).kind != Kind::Text || value(module).kind != Kind::Text)
            refuse("its pickle names a function by what is not text");
        push_function(value(module).text, value(name).text);
    }
    void push_call() {
        const Ref arguments = pop(), function = pop();
        if (value(function).kind != Kind::Function || value(arguments).kind != Kind::Tuple)
            refuse("its pickle calls what is not a function");
        budget_.charge(kVectorBytes);
        push_new(Kind::Call, {function, arguments});
    }
    // Attributes of an object say nothing about tensors.
    void drop_state() {
        pop();
        const Kind kind = value(top()).kind;
        if (kind != Kind::Call && kind != Kind::Dict) refuse("its pickle gives attributes to what has none");
    }

    void push_long(std::uint64_t length) {
        const std::string_view digits = take(length);  // little-endian two's complement
        if (length > 8) return push_new(Kind::Other);
        std::uint64_t bits = !digits.empty() && (digits.back() & 0x80) ? ~std::uint64_t{0} : 0;
        std::memcpy(&bits, digits.data(), digits.size());
        push_number(Kind::Integer, static_cast<std::int64_t>(bits));
    }
    void push_real() {
        std::uint64_t bits = 0;
        for (const char byte : take(8)) bits = bits << 8 | static_cast<unsigned char>(byte);  // big-endian
        push_new({Kind::Float, 0, std::bit_cast<double>(bits), {}, {}});
    }

    void put(std::uint32_t key) {
        budget_.charge(kMemoBytes);
        memo_[key] = top();
    }
    void get(std::uint32_t key) {
        const auto found = memo_.find(key);
        if (found == memo_.end()) refuse("its pickle recalls a value that was never kept");
        push(found->second);
    }
    std::int64_t signed_size() {
        const auto length = number<std::int32_t>();
        if (length < 0) refuse("its pickle has a text of negative length");
        return length;
    }

    void step(unsigned char opcode) {
        switch (opcode) {
            case 0x80:  // PROTO
                if (const auto version = number<std::uint8_t>(); version < 2 || version > 5)
                    refuse("its pickle is of protocol " + std::to_string(version) + ", read are 2 to 5");
                return;
            case 0x95:
                number<std::uint64_t>();
                return;  // FRAME: a hint for readers of streams
            case '.':    // STOP
                pickle_.root = pop();
                if (!stack_.empty() || !marks_.empty()) refuse("its pickle leaves values over");
                stopped_ = true;
                return;

            case 'N':
                return push_new(Kind::None);
            case 0x88:
                return push_number(Kind::Bool, 1);
            case 0x89:
                return push_number(Kind::Bool, 0);
            case 'J':
                return push_number(Kind::Integer, number<std::int32_t>());
            case 'K':
                return push_number(Kind::Integer, number<std::uint8_t>());
            case 'M':
                return push_number(Kind::Integer, number<std::uint16_t>());
            case 0x8a:
                return push_long(number<std::uint8_t>());
            case 0x8b:
                return push_long(static_cast<std::uint64_t>(signed_size()));
            case 'G':
                return push_real();

            case 'X':
                return push_text(Kind::Text, number<std::uint32_t>());
            case 0x8c:
                return push_text(Kind::Text, number<std::uint8_t>());
            case 0x8d:
                return push_text(Kind::Text, number<std::uint64_t>());
            // Python 2 writes its plain strings so.
            case 'U':
                return push_text(Kind::Text, number<std::uint8_t>());
            case 'T':
                return push_text(Kind::Text, static_cast<std::uint64_t>(signed_size()));
            case 'C':
                return push_text(Kind::Bytes, number<std::uint8_t>());
            case 'B':
                return push_text(Kind::Bytes, number<std::uint32_t>());
            case 0x8e:
                return push_text(Kind::Bytes, number<std::uint64_t>());
            case 0x96:
                return push_text(Kind::Bytes, number<std::uint64_t>());

            case '(':
                budget_.charge(kItemBytes), marks_.push_back(stack_.size());
                return;
            case ']':
                return push_new(Kind::List);
            case '}':
                return push_new(Kind::Dict);
            case 0x8f:
                return push_new(Kind::Set);
            case ')':
                return push_new(Kind::Tuple);
            case 0x85:
                return push_new(Kind::Tuple, pop_some(1));
            case 0x86:
                return push_new(Kind::Tuple, pop_some(2));
            case 0x87:
                return push_new(Kind::Tuple, pop_some(3));
            case 't':
                return push_new(Kind::Tuple, pop_to_mark());
            case 0x91:
                return push_new(Kind::Set, pop_to_mark());
            case 'a':
                return append(Kind::List, pop_some(1));
            case 'e':
                return append(Kind::List, pop_to_mark());
            case 0x90:
                return append(Kind::Set, pop_to_mark());
            case 's':
                return set_items(pop_some(2));
            case 'u':
                return set_items(pop_to_mark());

            case '0':
                pop();
                return;
            case '1':
                pop_to_mark();
                return;
            case '2':
                return push(top());

            case 'q':
                return put(number<std::uint8_t>());
            case 'r':
                return put(number<std::uint32_t>());
            case 0x94:
                return put(static_cast<std::uint32_t>(memo_.size()));
            case 'h':
                return get(number<std::uint8_t>());
            case 'j':
                return get(number<std::uint32_t>());

            case 'c': {
                const std::string_view module = line();
                return push_function(module, line());
            }
            case 0x93:
                return push_stacked_function();
            case 'R':
            case 0x81:
                return push_call();
            case 'b':
                return drop_state();
            case 'Q':
                return push_new(Kind::Persistent, pop_some(1));
            default:
                refuse("its pickle has the opcode " + std::to_string(opcode) +
                           ", which files of weights do not use",
                       "save the weights again with a current PyTorch");
        }
    }

    const std::filesystem::path& file_;
    std::span<const std::byte> bytes_;
    const std::function<bool(std::string_view)>& allows_;
    MemoryBudget& budget_;
    Pickle pickle_;
    std::vector<Ref> stack_;
    std::vector<std::size_t> marks_;
    std::unordered_map<std::uint32_t, Ref> memo_;
    std::size_t at_ = 0;
    bool stopped_ = false;
};

}  // namespace

Pickle read_pickle(const std::filesystem::path& file, std::span<const std::byte> bytes,
                   const std::function<bool(std::string_view)>& allows, MemoryBudget& budget) {
    return Machine(file, bytes, allows, budget).run();
}

}  // namespace rv
