#include "engine/app/replay.h"

#include <algorithm>

#include "engine/app/playback.h"
#include "engine/app/resources.h"
#include "engine/core/error.h"
#include "engine/core/progress.h"

namespace rv::app {
namespace {

/// Compares every frame with the session's digest.
class Comparison : public FrameSink {
  public:
    void begin_world(const world_model::WorldInfo& info) override {
        width_ = info.width;
        height_ = info.height;
    }
    void publish(const world_model::Rollout& rollout, const FrameMetadata&) override {
        digest_ = digest_of(rollout, width_, height_, rgba_);
    }
    [[nodiscard]] std::uint64_t newest() const { return digest_; }

  private:
    int width_ = 0, height_ = 0;
    std::vector<std::uint8_t> rgba_;
    std::uint64_t digest_ = 0;
};

class Replay {
  public:
    Replay(const ReplayOptions& options, const Session& session, const WorldOpener& open_world)
        : options_(options), session_(session), generation_(comparison_, open_world) {
        if (options.show_progress) progress_.emplace("replay", "frames", session.frame_count());
    }

    ReplayResult run() {
        for (std::size_t part = 0; part < session_.parts.size() && !done(); ++part) play(part);
        if (progress_) progress_->finish();
        generation_.stop_recording();
        require_recording();
        return result_;
    }

  private:
    [[nodiscard]] bool done() const { return result_.difference && options_.record.empty(); }

    void require_recording() {
        if (std::string problem = generation_.take_recording_error(); !problem.empty()) throw Error(problem);
    }

    void warn_once(std::string warning) {
        if (std::ranges::find(result_.warnings, warning) == result_.warnings.end())
            result_.warnings.push_back(std::move(warning));
    }

    void compare(std::size_t part, std::uint64_t frame, std::uint64_t expected) {
        ++result_.frames;
        if (comparison_.newest() != expected && !result_.difference)
            result_.difference = ReplayDifference{part, frame, expected, comparison_.newest()};
        if (progress_) progress_->update(result_.frames);
    }

    world_model::OpenOptions open_options(const SessionStart& start) {
        world_model::OpenOptions open;
        open.device = options_.device.value_or(device_from(start.device));
        open.threads = options_.threads > 0 ? options_.threads : start.threads;
        return open;
    }

    std::filesystem::path world_of(const SessionStart& start) const {
        if (!options_.world.empty()) return options_.world;
        return find_world(start.world_folder.empty() ? start.world : start.world_folder);
    }

    // Frames of another machine or of other weights may differ in their last bits or altogether.
    void check_conditions(const SessionStart& start, const world_model::OpenOptions& open) {
        const world_model::World& world = generation_.world();
        if (world.digest() != start.world_digest)
            warn_once("the world \"" + start.world + "\" is not the one of the session (its digest is " +
                      world.digest() + ", was " + start.world_digest + ")");
        if (name_of(open.device) != start.device)
            warn_once("the session was made on " + start.device + ", this replay runs on " +
                      std::string(name_of(open.device)));
        if (world.device_name() != start.device_name)
            warn_once("the session was made on \"" + start.device_name + "\", this replay runs on \"" +
                      world.device_name() + "\"");
        if (open.threads != start.threads)
            warn_once("the session was made with " + std::to_string(start.threads) +
                      " threads, this replay uses " + std::to_string(open.threads));
    }

    void begin(const SessionPart& part) {
        const world_model::OpenOptions open = open_options(part.start);
        const std::filesystem::path folder = world_of(part.start);
        if (generation_.has_world() && folder == folder_ && open.device == open_.device &&
            open.threads == open_.threads) {
            generation_.restart(part.start.start);
        } else {
            generation_.open(folder, open, part.start.start);
            folder_ = folder;
            open_ = open;
        }
        check_conditions(part.start, open);
        if (!part.start.state.empty()) {
            // A session names files beside it and nothing else.
            const std::filesystem::path name = std::filesystem::path(part.start.state).filename();
            generation_.restore(options_.session.parent_path() / name);
        }
        if (!options_.record.empty() && !recording_started_)
            generation_.start_recording({.video = options_.record, .wait_when_full = true});
        recording_started_ = true;
    }

    void play(std::size_t index) {
        const SessionPart& part = session_.parts[index];
        begin(part);
        compare(index, part.start.frame, part.start.digest);
        for (const SessionFrame& frame : part.frames) {
            if (done()) return;
            generation_.step(steering_of(frame));
            require_recording();
            compare(index, frame.frame, frame.digest);
        }
    }

    const ReplayOptions& options_;
    const Session& session_;
    Comparison comparison_;
    Generation generation_;
    std::filesystem::path folder_;
    world_model::OpenOptions open_;
    bool recording_started_ = false;
    std::optional<ProgressBar> progress_;
    ReplayResult result_;
};

}  // namespace

ReplayResult replay(const ReplayOptions& options, const Session& session, const WorldOpener& open_world) {
    return Replay(options, session, open_world).run();
}

}  // namespace rv::app
