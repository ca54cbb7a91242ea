#pragma once
/// A timed list of actions, prompts and camera moves in a TOML file (docs/scripts.md), for runs that nobody
/// steers.

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/app/prompt_fader.h"
#include "engine/core/action.h"
#include "engine/core/camera.h"
#include "world_model/world.h"

namespace rv::app {

/// A point of a camera path.
struct CameraKey {
    double at = 0;             ///< 0 at the segment's start to 1 at its end
    glm::vec3 position{0.0f};  ///< metres: right, up, back (as a camera sees)
    float yaw = 0, pitch = 0;  ///< radians, as CameraPose::from_yaw_pitch
};

/// A stretch of frames with one intention.
struct ScriptSegment {
    std::string name;
    int frames = 0;
    Action action;                     ///< at its start
    std::vector<std::string> buttons;  ///< of the world, held all along, by name; see name_buttons()
    std::optional<Action> action_end;  ///< reached in even steps at its last frame
    std::string prompt;                ///< empty: the one before goes on
    int fade_frames = 0;               ///< over which the prompt arrives; 0: at once
    std::optional<double> guidance;    ///< on the prompt, see StepInput; empty: as before
    std::optional<int> sampler_steps;  ///< empty: as before
    std::vector<CameraKey> camera;     ///< sorted by `at`; empty: the action moves the ego
    bool camera_absolute =
        false;  ///< keys are in the coordinates of frame 0 instead of the segment's first pose
};

struct Script {
    std::string title;
    std::string world;  ///< as find_world() takes it; empty: the caller's
    world_model::Start start;
    int sampler_steps = 0;
    std::vector<ScriptSegment> segments;  ///< at least one

    [[nodiscard]] int frame_count() const;
};

/// Seconds become frames at the script's own `frame_rate`, or at the one given.
/// @throws FileError naming the line and what is wrong there.
Script read_script(const std::filesystem::path& file, double frame_rate = 15.0);
Script parse_script(std::string_view toml, std::string_view name, double frame_rate = 15.0);

/// Sets the bits of the buttons that the script names. @throws UsageError for one that the world has not.
void name_buttons(Script& script, const world_model::WorldInfo& world);

/// What steers one frame of a script.
struct ScriptFrame {
    const ScriptSegment* segment = nullptr;
    Action action;
    std::optional<CameraPose> pose;
    std::string prompt;
    int sampler_steps = 0;
    world_model::PromptFade fade;
    double guidance = 0;
};

/// Plays a script frame by frame; keeps a reference to it.
class ScriptPlayer {
  public:
    /// @param start_prompt what a first fade sets out from
    explicit ScriptPlayer(const Script& script, std::string start_prompt = {});
    [[nodiscard]] bool finished() const { return segment_ == script_.segments.size(); }
    /// The next frame. @param pose where the camera is now: a segment's path begins there.
    ScriptFrame next(const CameraPose& pose);

  private:
    const Script& script_;
    std::size_t segment_ = 0;
    int frame_in_segment_ = 0;
    CameraPose origin_;
    std::string prompt_;
    int sampler_steps_;
    double guidance_ = 0;
    PromptFader fader_;
};

}  // namespace rv::app
