#include "engine/core/error.h"

#include <cstdio>
#include <cstdlib>

namespace rv {
namespace {

std::string sentence(std::string_view what, std::string_view remedy) {
    std::string text(what);
    if (!remedy.empty()) text.append("; try: ").append(remedy);
    return text;
}

}  // namespace

Error::Error(std::string_view what, std::string_view remedy) : std::runtime_error(sentence(what, remedy)) {}

FileError::FileError(std::string_view path, std::string_view what, std::string_view remedy)
    : Error(std::string(path) + ": " + std::string(what), remedy) {}

void assertion_failed(const char* condition, const char* message, const char* file, int line) {
    std::fprintf(stderr, "reverie: bug: %s (%s) at %s:%d\n", message, condition, file, line);
    std::abort();
}

}  // namespace rv
