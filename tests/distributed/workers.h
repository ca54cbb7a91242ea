#pragma once
/// Processes that run one case of this executable, as a launcher would start them.

#include <sys/types.h>

#include <map>
#include <string>
#include <vector>

namespace rv::tests {

using Environment = std::map<std::string, std::string>;

/// What a worker was told by whoever started it; empty if nothing.
std::string told(const std::string& name);

class Workers {
  public:
    /// @param test_case the case that each runs; it is skipped unless it is asked for
    /// @param each what one is told besides its rank
    Workers(const std::string& test_case, const std::vector<Environment>& each);
    /// Kills those that are left.
    ~Workers();
    Workers(const Workers&) = delete;
    Workers& operator=(const Workers&) = delete;

    /// The exit status, or minus the signal that ended it. @throws std::runtime_error after `limit_s`.
    int wait(std::size_t rank, double limit_s);

  private:
    std::vector<pid_t> running_;  // 0: ended
};

}  // namespace rv::tests
