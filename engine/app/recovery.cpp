#include "engine/app/recovery.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <exception>
#include <utility>
#include <vector>

#include "engine/core/error.h"
#include "engine/core/log.h"

namespace rv::app {
namespace {

namespace fs = std::filesystem;

constexpr const char* kLog = "log.session.jsonl";
constexpr const char* kLock = "lock";  // held as long as its program runs

// -1 where another program holds it, or there is none.
int take_lock(const fs::path& file, int flags) {
    const int lock = open(file.c_str(), O_RDWR | O_CLOEXEC | flags, 0644);
    if (lock < 0 || flock(lock, LOCK_EX | LOCK_NB) == 0) return lock;
    close(lock);
    return -1;
}

// Folders of programs that are no more, newest first.
std::vector<fs::path> left_behind(const fs::path& root) {
    std::vector<fs::path> folders;
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(root, ignored)) {
        const int lock = take_lock(entry.path() / kLock, 0);
        if (lock < 0) continue;
        close(lock);
        folders.push_back(entry.path());
    }
    std::ranges::sort(folders, std::greater{}, [](const fs::path& folder) {
        std::error_code failed;
        return fs::last_write_time(folder / kLog, failed);
    });
    return folders;
}

bool can_begin(const SessionPart& part, const fs::path& folder) {
    return part.start.state.empty() || fs::exists(folder / part.start.state);
}

}  // namespace

RecoveryLog::RecoveryLog(const fs::path& root) {
    for (int i = 0; lock_ < 0; ++i) {
        folder_ = root / (std::to_string(getpid()) + "-" + std::to_string(i));
        std::error_code failed;
        fs::create_directories(root, failed);
        if (failed) throw FileError(root.string(), "cannot be made (" + failed.message() + ")");
        if (!fs::create_directory(folder_, failed) && !failed) continue;
        if (!failed) lock_ = take_lock(folder_ / kLock, O_CREAT);
        if (failed || lock_ < 0) throw FileError(folder_.string(), "cannot be written");
    }
    log_.emplace(folder_ / kLog);
    writer_ = std::thread([this] { write_states(); });
}

RecoveryLog::~RecoveryLog() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    writer_.join();
    if (!kept_ && std::uncaught_exceptions() == 0) {
        std::error_code ignored;
        fs::remove_all(folder_, ignored);
    }
    close(lock_);
}

void RecoveryLog::begin(SessionStart start, const world_model::Rollout& rollout, bool reproducible) {
    start_ = std::move(start);
    start_.frame = rollout.frame_index();
    start_.state.clear();
    if (!reproducible) {
        start_.state = std::to_string(states_++) + ".state.safetensors";
        const std::lock_guard lock(mutex_);
        to_save_ = rollout.copy();  // an older one that still waits would be of no use
        save_as_ = folder_ / start_.state;
    }
    changed_.notify_all();
    since_state_ = 0;
    log_->begin(start_);
}

void RecoveryLog::add(const SessionFrame& frame, const world_model::Rollout& rollout) {
    log_->add(frame);
    if (++since_state_ >= kStateInterval) begin(start_, rollout, false);
}

void RecoveryLog::wait() {
    std::unique_lock lock(mutex_);
    to_save_.reset();
    changed_.wait(lock, [this] { return !saving_; });
}

void RecoveryLog::write_states() {
    fs::path older;
    std::unique_lock lock(mutex_);
    for (;;) {
        changed_.wait(lock, [this] { return stopping_ || to_save_ != nullptr; });
        if (stopping_) return;
        std::unique_ptr<world_model::Rollout> rollout = std::move(to_save_);
        const fs::path file = save_as_;
        saving_ = true;
        lock.unlock();
        try {
            rollout->save(file);
            std::error_code ignored;
            if (!older.empty()) fs::remove(older, ignored);
            older = file;
        } catch (const std::exception& error) {
            log::warn("the session could not be secured: {}", error.what());
        }
        rollout.reset();
        lock.lock();
        saving_ = false;
        changed_.notify_all();
    }
}

Session read_unfinished(const fs::path& log) {
    const Session all = read_session(log);
    std::size_t first = all.parts.size();
    while (first > 0 && !can_begin(all.parts[first - 1], log.parent_path())) --first;
    if (first == 0) throw FileError(log.string(), "can be gone on with from nowhere");
    Session session;
    session.parts.push_back(all.parts[first - 1]);
    std::vector<SessionFrame>& frames = session.parts.back().frames;
    for (std::size_t i = first; i < all.parts.size(); ++i) {
        // What follows a state that was not written in time goes on where the part before ended.
        const std::uint64_t reached = frames.empty() ? session.parts.back().start.frame : frames.back().frame;
        if (all.parts[i].start.frame != reached) break;
        frames.insert(frames.end(), all.parts[i].frames.begin(), all.parts[i].frames.end());
    }
    return session;
}

std::optional<Unfinished> find_unfinished(const fs::path& root) {
    for (const fs::path& folder : left_behind(root)) {
        try {
            const fs::path log = folder / kLog;
            const Session session = read_unfinished(log);
            const SessionPart& part = session.parts.front();
            const std::uint64_t last = part.frames.empty() ? part.start.frame : part.frames.back().frame;
            if (last == 0) continue;  // nothing was done
            return Unfinished{log, part.start.world, part.start.date, last};
        } catch (const Error& error) {
            log::warn("{}", error.what());
        }
    }
    return std::nullopt;
}

void forget_unfinished(const fs::path& root) {
    std::error_code ignored;
    for (const fs::path& folder : left_behind(root)) fs::remove_all(folder, ignored);
}

}  // namespace rv::app
