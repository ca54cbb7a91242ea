#include "engine/core/size_text.h"

#include <cstdio>

namespace rv {

std::string size_text(std::uint64_t bytes) {
    if (bytes < 1024) return std::to_string(bytes) + " bytes";
    const char* unit = "KiB";
    double amount = static_cast<double>(bytes) / 1024;
    for (const char* larger : {"MiB", "GiB", "TiB"}) {
        if (amount < 1024) break;
        amount /= 1024;
        unit = larger;
    }
    char text[32];
    std::snprintf(text, sizeof text, "%.1f %s", amount, unit);
    return text;
}

}  // namespace rv
