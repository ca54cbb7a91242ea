#pragma once
/// Failures of the world outside (a device, a file, a library) are exceptions derived from rv::Error;
/// bugs of our own stop the program through RV_ASSERT.

#include <stdexcept>
#include <string>
#include <string_view>

namespace rv {

/// One clear sentence: what went wrong, where, and what to try.
class Error : public std::runtime_error {
  public:
    /// @param what   the failure, a sentence without a full stop: "data/dataset.json is cut short".
    /// @param remedy what the person can do, may be empty: "collect it again with --resume".
    explicit Error(std::string_view what, std::string_view remedy = {});
};

/// A file that is missing, unreadable, damaged or not of the expected kind.
class FileError : public Error {
  public:
    FileError(std::string_view path, std::string_view what, std::string_view remedy = {});
};

/// A value that a person gave (command line, configuration, script) and that makes no sense.
class UsageError : public Error {
  public:
    using Error::Error;
};

/// A device or driver that is missing or failed (Vulkan, CUDA, display).
class DeviceError : public Error {
  public:
    using Error::Error;
};

[[noreturn]] void assertion_failed(const char* condition, const char* message, const char* file, int line);

}  // namespace rv

/// Stops the program, in every build type, when an invariant of our own code is broken.
#define RV_ASSERT(condition, message) \
    ((condition) ? static_cast<void>(0) : ::rv::assertion_failed(#condition, message, __FILE__, __LINE__))
