#pragma once
/// Python's pickle format as inert data. Reading one executes nothing: a call that the pickle asks for stays
/// a description of the call, and one of a function that the reader's caller has not named is refused.
///
/// Source: the opcode table of CPython's `pickletools` module. Read are the binary opcodes of protocols 2 to
/// 5 that dictionaries, lists, numbers, text and objects made by `__reduce__` need; text opcodes of protocol
/// 0, persistent names as text, extension codes, instances by class and out-of-band buffers are refused.

#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/memory_budget.h"

namespace rv {

/// One value of a pickle. Text and bytes are borrowed from the pickle.
struct PickleValue {
    enum class Kind {
        None,
        Bool,        ///< number
        Integer,     ///< number
        Float,       ///< real
        Text,        ///< text, UTF-8 as the file has it
        Bytes,       ///< text
        List,        ///< items
        Tuple,       ///< items
        Set,         ///< items
        Dict,        ///< items: key, value, key, value, ...
        Function,    ///< text: "module.name", a function or a type
        Call,        ///< items: function, tuple of arguments, then keys and values that were set afterwards
        Persistent,  ///< items: the one value that names something outside the pickle
        Other,       ///< a number too large for 64 bits
    };
    Kind kind = Kind::None;
    std::int64_t number = 0;
    double real = 0;
    std::string_view text;
    /// Places in Pickle::values. A value can be its own descendant: whoever descends must watch for it.
    std::vector<std::uint32_t> items;
};

struct Pickle {
    std::deque<PickleValue> values;
    std::deque<std::string> names;  ///< of functions, that `text` of values points into
    std::uint32_t root = 0;

    [[nodiscard]] const PickleValue& operator[](std::uint32_t at) const { return values[at]; }
};

/// Reads the one pickle that begins at the start of `bytes`; what follows its end is not looked at.
/// @param file     names it in messages
/// @param allows   whether a function or type, as "module.name", is known; called once for each mention
/// @param budget   charged with what is allocated
/// @throws FileError if it is damaged, mentions what is not known, or uses an opcode that is not read.
Pickle read_pickle(const std::filesystem::path& file, std::span<const std::byte> bytes,
                   const std::function<bool(std::string_view)>& allows, MemoryBudget& budget);

}  // namespace rv
