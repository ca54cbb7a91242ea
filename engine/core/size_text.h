#pragma once
/// Amounts of memory in words, for failures that name what was asked for.

#include <cstdint>
#include <string>

namespace rv {

/// "3.5 MiB"; "12 bytes" below a kibibyte.
std::string size_text(std::uint64_t bytes);

}  // namespace rv
