#pragma once
/// What is being done in a world is on the disk at every moment, so that a crash or a lost device loses no
/// walk: a session log, and now and then the rollout's whole state, so that coming back is quick. A program
/// that ends well takes its log away.

#include <condition_variable>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "engine/app/session.h"

namespace rv::app {

/// Used by the thread that generates; states are written by a thread of its own.
class RecoveryLog {
  public:
    static constexpr int kStateInterval = 300;  ///< frames between two states

    /// Makes a folder of its own in `root`. @throws FileError.
    explicit RecoveryLog(const std::filesystem::path& root);
    /// Takes the folder away, unless an exception is ending the program.
    ~RecoveryLog();
    RecoveryLog(const RecoveryLog&) = delete;
    RecoveryLog& operator=(const RecoveryLog&) = delete;

    /// A start, a reset or a jump. @param reproducible World::start gives this frame. @throws FileError.
    void begin(SessionStart start, const world_model::Rollout& rollout, bool reproducible);
    /// The frame that the rollout shows now. @throws FileError.
    void add(const SessionFrame& frame, const world_model::Rollout& rollout);
    /// Returns when no copy of a rollout is in use any more: before its world goes.
    void wait();
    /// Whether what was written stays although the program ends well: something else did not.
    void keep(bool kept) { kept_ = kept; }

  private:
    void write_states();

    std::filesystem::path folder_;
    int lock_ = -1;
    std::optional<SessionWriter> log_;
    SessionStart start_;
    int since_state_ = 0, states_ = 0;
    bool kept_ = false;

    std::mutex mutex_;  // guards what follows
    std::condition_variable changed_;
    std::unique_ptr<world_model::Rollout> to_save_;
    std::filesystem::path save_as_;
    bool saving_ = false, stopping_ = false;
    std::thread writer_;
};

/// What a program that is no more has left.
struct Unfinished {
    std::filesystem::path log;
    std::string world;             ///< SessionStart::world
    std::string date;              ///< of its last part
    std::uint64_t last_frame = 0;  ///< that it had reached
};

/// The newest one in `root` that can be gone on with; logs of programs that still run are left alone.
std::optional<Unfinished> find_unfinished(const std::filesystem::path& root);
/// One part that leads to the last frame of such a log, from the newest start or state that is there.
/// @throws FileError.
Session read_unfinished(const std::filesystem::path& log);
/// Takes away what programs that are no more have left.
void forget_unfinished(const std::filesystem::path& root);

}  // namespace rv::app
