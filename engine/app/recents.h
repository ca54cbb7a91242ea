#pragma once
/// What a person used lately: prompts that were typed and files that were opened, kept from one start of the
/// program to the next.

#include <filesystem>
#include <string>
#include <vector>

namespace rv::app {

class Recents {
  public:
    static constexpr std::size_t kKept = 12;  ///< of each

    /// Reads what the file holds; a missing or damaged one holds nothing. @param file empty: nothing is kept
    /// beyond this run
    explicit Recents(std::filesystem::path file = {});

    /// Each becomes the newest, and stands there once. Written at once; a disk that cannot is told in the
    /// log.
    void add_prompt(const std::string& prompt);
    void add_opened(const std::filesystem::path& path);

    /// Newest first.
    [[nodiscard]] const std::vector<std::string>& prompts() const { return prompts_; }
    [[nodiscard]] const std::vector<std::string>& opened() const { return opened_; }

  private:
    void write() const;

    std::filesystem::path file_;
    std::vector<std::string> prompts_, opened_;
};

}  // namespace rv::app
