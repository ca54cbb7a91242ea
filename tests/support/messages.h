#pragma once

#include <string>
#include <string_view>

#include "engine/core/error.h"

namespace rv::tests {

/// What the rv::Error says that `action` throws; empty if it throws none.
template <class Action>
std::string message_of(Action&& action) {
    try {
        action();
    } catch (const Error& error) {
        return error.what();
    }
    return {};
}

inline bool contains(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

}  // namespace rv::tests
