#pragma once
/// A script or a session that steers in a person's place.
///
///     Playback playback("walk.toml");
///     while (auto part = playback.next_part()) {
///         ... open or restart what the part says ...
///         playback.begin(world.info(), start_prompt);
///         while (auto steering = playback.next(pose)) generation.step(*steering);
///     }

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "engine/app/generation.h"
#include "engine/app/script.h"
#include "engine/app/session.h"

namespace rv::app {

/// What a frame of either says, as a step takes it.
Steering steering_of(const ScriptFrame& frame);
Steering steering_of(const SessionFrame& frame);

class Playback {
  public:
    /// What has to be there before the part's first frame.
    struct Part {
        std::string world;  ///< as find_world() takes it, and its name where the folder is not there; empty:
                            ///< the open one
        std::string world_name;
        world_model::Start start;
        std::filesystem::path state;  ///< saved by Rollout::save; empty: the start alone
        int sampler_steps = 0;
    };

    /// Reads a script (.toml) or a session (.jsonl). @throws FileError.
    explicit Playback(std::filesystem::path file);
    /// A session that was read already; saved states lie beside `file`.
    Playback(std::filesystem::path file, Session session);

    /// Moves on to the next part; empty: there is none.
    std::optional<Part> next_part();
    /// The part has been begun in this world. A script's seconds are counted at its frame rate.
    void begin(const world_model::WorldInfo& info, const std::string& start_prompt);
    /// What steers the part's next frame; empty: it is over. @param pose of the newest frame.
    std::optional<Steering> next(const CameraPose& pose);

    [[nodiscard]] const std::filesystem::path& file() const { return file_; }
    /// Frames that were steered, and all of them.
    [[nodiscard]] std::uint64_t done() const { return done_; }
    [[nodiscard]] std::uint64_t count() const { return count_; }

  private:
    std::filesystem::path file_;
    std::optional<Session> session_;  // otherwise the script
    std::unique_ptr<Script> script_;  // the player keeps a reference to it
    std::optional<ScriptPlayer> player_;
    std::size_t part_ = 0, frame_ = 0;  // part_ counts from 1 once a part has begun
    std::uint64_t done_ = 0, count_ = 0;
};

}  // namespace rv::app
