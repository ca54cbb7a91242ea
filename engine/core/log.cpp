#include "engine/core/log.h"

#include <spdlog/sinks/stdout_color_sinks.h>

#include <cstdlib>

namespace rv {

void init_log(spdlog::level::level_enum level) {
    auto logger = std::make_shared<spdlog::logger>("reverie", std::make_shared<spdlog::sinks::stderr_color_sink_mt>());
    logger->set_pattern("%H:%M:%S %^%l%$ %v");
    const char* wanted = std::getenv("REVERIE_LOG");
    logger->set_level(wanted != nullptr ? spdlog::level::from_str(wanted) : level);
    spdlog::set_default_logger(std::move(logger));
}

}  // namespace rv
