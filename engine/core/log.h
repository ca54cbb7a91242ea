#pragma once
/// Logging to standard error; standard output belongs to what a command was asked to print.

#include <spdlog/spdlog.h>

namespace rv {

/// Installs the program's logger. Levels: trace, debug, info, warn, err, off. The environment variable
/// REVERIE_LOG overrides `level`. Call once, first thing in main.
void init_log(spdlog::level::level_enum level = spdlog::level::info);

namespace log = spdlog;  // log::info("opened {} in {} ms", path, ms)

}  // namespace rv
