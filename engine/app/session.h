#pragma once
/// What one person did in one sitting, as text: one JSON object per line (docs/sessions.md). Enough to make
/// the same frames again, and to notice where they differ. Every line is written out at once, so that a
/// killed process leaves a readable file.

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/app/frame_sink.h"
#include "engine/core/action.h"
#include "engine/core/camera.h"
#include "world_model/world.h"

namespace rv::app {

/// The line that begins a part: where the rollout starts, and on what it ran.
struct SessionStart {
    std::string world;         ///< WorldInfo::name
    std::string world_folder;  ///< only for a world outside the program's own worlds folder
    std::string world_digest;  ///< World::digest()
    world_model::Start start;
    std::uint64_t frame = 0;  ///< index of the first frame; above 0 it comes out of `state`
    std::string
        state;  ///< safetensors file beside the session (Rollout::save); empty: start() gives the frame
    std::string device = "cpu";  ///< "cpu" or "cuda"
    std::string device_name;     ///< World::device_name()
    int threads = 0;             ///< CPU threads of the model, resolved
    int sampler_steps = 0;       ///< 0: the world's default
    double frame_rate = 15;
    int width = 0, height = 0;
    std::uint64_t digest = 0;  ///< of the first frame
    std::string program;       ///< version of the program
    std::string date;          ///< UTC, ISO 8601
    friend bool operator==(const SessionStart&, const SessionStart&) = default;
};

/// One generated frame and what steered it.
struct SessionFrame {
    std::uint64_t frame = 0;
    Action action;
    std::string prompt;                       ///< in force; written only when it changes
    std::optional<CameraPose> pose_override;  ///< the free camera's
    int sampler_steps = 0;                    ///< written only when it changes
    world_model::PromptFade fade;             ///< written only while it lasts
    double guidance = 0;                      ///< written only when it changes
    CameraPose pose;                          ///< where the frame was seen from
    std::uint64_t digest = 0;

    friend bool operator==(const SessionFrame& a, const SessionFrame& b);
};

/// A frame as it is noted. @param digest of its picture
SessionFrame noted(const FrameMetadata& frame, std::uint64_t digest);
/// Of the picture that a rollout shows. @param rgba becomes that picture; its memory is used again
std::uint64_t digest_of(const world_model::Rollout& rollout, int width, int height,
                        std::vector<std::uint8_t>& rgba);

/// A start (or reset, or change of world) and the frames after it.
struct SessionPart {
    SessionStart start;
    std::vector<SessionFrame> frames;
};

struct Session {
    std::vector<SessionPart> parts;  ///< at least one
    std::string note;                ///< empty, or what was left out: a last line that is cut short

    [[nodiscard]] std::uint64_t frame_count() const;  ///< first frames of the parts included
};

/// @throws FileError naming the line that is no session, of a later version, or out of order.
Session read_session(const std::filesystem::path& file);
/// The same from a stream; `name` stands for the file in messages.
Session read_session(std::istream& stream, std::string_view name);

class SessionWriter {
  public:
    /// Creates or replaces the file. @throws FileError.
    explicit SessionWriter(const std::filesystem::path& file);

    /// Each call leaves one whole line on the disk. @throws FileError, for instance when the disk is full.
    void begin(const SessionStart& start);
    void add(const SessionFrame& frame);

  private:
    struct Close {
        void operator()(std::FILE* file) const { std::fclose(file); }
    };
    void write_line(std::string line);

    std::string name_;
    std::unique_ptr<std::FILE, Close> file_;
    std::string prompt_;  // last written
    int sampler_steps_ = 0;
    double guidance_ = 0;
};

/// A digest as sessions write it: 16 hexadecimal digits.
std::string to_hex(std::uint64_t digest);

/// "cpu" or "cuda", and back. @throws UsageError for anything else.
std::string_view name_of(world_model::DeviceKind device);
world_model::DeviceKind device_from(std::string_view name);

}  // namespace rv::app
