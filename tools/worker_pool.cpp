#include "tools/worker_pool.h"

#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstring>
#include <new>
#include <vector>

#include "engine/core/error.h"
#include "engine/core/interrupt.h"

namespace rv::tools {

struct WorkerContext::Shared {
    std::atomic<int> next_job = 0;
    std::atomic<bool> stop = false;
    std::atomic<std::uint64_t> frames = 0;
};

namespace {

static_assert(std::atomic<std::uint64_t>::is_always_lock_free, "atomics that work between processes");

/// What a worker tells the pool. Small enough for a pipe to keep it in one piece.
struct Message {
    bool is_error = false;
    dataset::EpisodeInfo episode;
    char text[1024] = {};
};
static_assert(sizeof(Message) <= PIPE_BUF);

void send(int fd, const Message& message) {
    while (::write(fd, &message, sizeof message) < 0 && errno == EINTR) continue;
}

WorkerContext::Shared* create_shared() {
    void* memory = ::mmap(nullptr, sizeof(WorkerContext::Shared), PROT_READ | PROT_WRITE,
                          MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) throw Error("no memory to share between processes");
    return new (memory) WorkerContext::Shared;
}

[[noreturn]] void run_worker(WorkerContext::Shared& shared, int jobs, int report_fd,
                             const PoolCallbacks& callbacks, pid_t parent) {
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);  // nobody would list the episodes of an orphan
    if (::getppid() != parent) ::_exit(1);
    int status = 0;
    try {
        WorkerContext context(shared, jobs, report_fd);
        callbacks.work(context);
    } catch (const std::exception& error) {
        Message message;
        message.is_error = true;
        std::snprintf(message.text, sizeof message.text, "%s", error.what());
        send(report_fd, message);
        status = 1;
    }
    ::_exit(status);  // the exit handlers belong to the parent
}

/// Reads messages until every worker has closed its end.
std::string collect_reports(int fd, WorkerContext::Shared& shared, const PoolCallbacks& callbacks) {
    constexpr int kPollMs = 100;
    std::string first_error;
    const auto fail = [&](std::string text) {
        if (first_error.empty()) first_error = std::move(text);
        shared.stop = true;
    };
    while (true) {
        if (InterruptGuard::interrupted()) shared.stop = true;
        pollfd waiting{fd, POLLIN, 0};
        const int ready = ::poll(&waiting, 1, kPollMs);
        callbacks.on_progress(shared.frames);
        if (ready <= 0) continue;
        Message message;
        const ssize_t got = ::read(fd, &message, sizeof message);
        if (got == 0) return first_error;
        if (got < 0) continue;  // interrupted
        if (message.is_error) {
            message.text[sizeof message.text - 1] = '\0';
            fail(message.text);
            continue;
        }
        try {
            callbacks.on_episode(message.episode);
        } catch (const std::exception& error) {
            fail(error.what());
        }
    }
}

/// Waits for all; a worker that died without a word is an error too.
std::string join(const std::vector<pid_t>& workers) {
    std::string error;
    for (const pid_t worker : workers) {
        int status = 0;
        while (::waitpid(worker, &status, 0) < 0 && errno == EINTR) continue;
        if (WIFSIGNALED(status))
            error = "a worker process was ended by signal " + std::to_string(WTERMSIG(status)) + " (" +
                    ::strsignal(WTERMSIG(status)) + ")";
    }
    return error;
}

}  // namespace

std::optional<int> WorkerContext::next_job() {
    if (stopping()) return std::nullopt;
    const int job = shared_.next_job++;
    return job < jobs_ ? std::optional(job) : std::nullopt;
}

bool WorkerContext::stopping() const {
    return shared_.stop || InterruptGuard::interrupted();
}

void WorkerContext::count_frame() {
    ++shared_.frames;
}

void WorkerContext::report(const dataset::EpisodeInfo& episode) {
    Message message;
    message.episode = episode;
    send(report_fd_, message);
}

bool run_workers(int processes, int jobs, const PoolCallbacks& callbacks) {
    const InterruptGuard guard;
    WorkerContext::Shared* shared = create_shared();
    int ends[2];
    if (::pipe(ends) != 0)
        throw Error(std::string("no pipe to the worker processes: ") + std::strerror(errno));

    const pid_t parent = ::getpid();
    std::vector<pid_t> workers;
    std::string error;
    std::fflush(nullptr);  // or every worker would print what is buffered again
    for (int i = 0; i < std::min(processes, jobs); ++i) {
        const pid_t worker = ::fork();
        if (worker == 0) {
            ::close(ends[0]);
            run_worker(*shared, jobs, ends[1], callbacks, parent);
        }
        if (worker < 0) {
            error = std::string("a worker process cannot be started: ") + std::strerror(errno);
            shared->stop = true;
            break;
        }
        workers.push_back(worker);
    }
    ::close(ends[1]);
    const std::string reported = collect_reports(ends[0], *shared, callbacks);
    ::close(ends[0]);
    const std::string died = join(workers);
    ::munmap(shared, sizeof *shared);
    for (const std::string& failure : {error, reported, died})
        if (!failure.empty()) throw Error(failure);
    return !InterruptGuard::interrupted();
}

}  // namespace rv::tools
