#pragma once

#include <string>
#include <string_view>

namespace rv::app {

/// With a capital at its beginning, where that is a letter of ASCII.
inline std::string capitalised(std::string_view text) {
    std::string result(text);
    if (!result.empty() && result[0] >= 'a' && result[0] <= 'z')
        result[0] = static_cast<char>(result[0] - 'a' + 'A');
    return result;
}

}  // namespace rv::app
