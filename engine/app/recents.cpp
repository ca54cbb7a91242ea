#include "engine/app/recents.h"

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <utility>

#include "engine/core/atomic_file.h"
#include "engine/core/error.h"
#include "engine/core/log.h"

namespace rv::app {
namespace {

void put_first(std::vector<std::string>& list, const std::string& entry) {
    std::erase(list, entry);
    list.insert(list.begin(), entry);
    if (list.size() > Recents::kKept) list.resize(Recents::kKept);
}

}  // namespace

Recents::Recents(std::filesystem::path file) : file_(std::move(file)) {
    std::ifstream stream(file_);
    if (!stream) return;
    try {
        const auto json = nlohmann::json::parse(stream);
        prompts_ = json.at("prompts").get<std::vector<std::string>>();
        opened_ = json.at("opened").get<std::vector<std::string>>();
    } catch (const nlohmann::json::exception& error) {
        log::warn("{} is damaged, so nothing recent is known: {}", file_.string(), error.what());
        prompts_.clear();
    }
}

void Recents::add_prompt(const std::string& prompt) {
    if (prompt.empty()) return;
    put_first(prompts_, prompt);
    write();
}

void Recents::add_opened(const std::filesystem::path& path) {
    std::error_code ignored;
    put_first(opened_, std::filesystem::absolute(path, ignored).lexically_normal().string());
    write();
}

void Recents::write() const {
    if (file_.empty()) return;
    const nlohmann::ordered_json json = {{"prompts", prompts_}, {"opened", opened_}};
    try {
        write_file_atomically(file_,
                              json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + '\n');
    } catch (const Error& error) {
        log::warn("{}", error.what());
    }
}

}  // namespace rv::app
