#include "tests/distributed/workers.h"

#include <netinet/in.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <stdexcept>
#include <thread>

#include "engine/core/clock.h"

namespace rv::tests {
namespace {

// One that the system gives away now is hardly taken a moment later.
int free_port() {
    const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* any = reinterpret_cast<sockaddr*>(&address);
    const bool bound = fd >= 0 && ::bind(fd, any, size) == 0 && ::getsockname(fd, any, &size) == 0;
    if (fd >= 0) ::close(fd);
    if (!bound) throw std::runtime_error("no free port");
    return ntohs(address.sin_port);
}

pid_t start(const std::string& test_case, const Environment& environment) {
    std::vector<std::string> variables;
    for (const auto& [name, value] : environment) variables.push_back(name + "=" + value);
    for (char** one = environ; *one != nullptr; ++one) variables.emplace_back(*one);
    std::vector<std::string> arguments = {"worker", "--no-skip", "--test-case=" + test_case,
                                          "--minimal=true"};
    const auto pointers = [](std::vector<std::string>& texts) {
        std::vector<char*> all;
        for (auto& text : texts) all.push_back(text.data());
        all.push_back(nullptr);
        return all;
    };
    pid_t pid = 0;
    if (::posix_spawn(&pid, "/proc/self/exe", nullptr, nullptr, pointers(arguments).data(),
                      pointers(variables).data()) != 0)
        throw std::runtime_error("no new process");
    return pid;
}

}  // namespace

std::string told(const std::string& name) {
    const char* value = std::getenv(name.c_str());
    return value == nullptr ? "" : value;
}

Workers::Workers(const std::string& test_case, const std::vector<Environment>& each) {
    const std::string port = std::to_string(free_port());
    for (std::size_t rank = 0; rank < each.size(); ++rank) {
        Environment environment = each[rank];
        environment["RANK"] = std::to_string(rank);
        environment["WORLD_SIZE"] = std::to_string(each.size());
        environment["MASTER_ADDR"] = "127.0.0.1";
        environment["MASTER_PORT"] = port;
        running_.push_back(start(test_case, environment));
    }
}

Workers::~Workers() {
    for (const pid_t pid : running_) {
        if (pid == 0) continue;
        ::kill(pid, SIGKILL);
        ::waitpid(pid, nullptr, 0);
    }
}

int Workers::wait(std::size_t rank, double limit_s) {
    const TimePoint begin = Clock::now();
    while (seconds_between(begin, Clock::now()) < limit_s) {
        int status = 0;
        if (::waitpid(running_[rank], &status, WNOHANG) == running_[rank]) {
            running_[rank] = 0;
            return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    throw std::runtime_error("process " + std::to_string(rank) + " has not ended");
}

}  // namespace rv::tests
