#include "engine/app/script_writer.h"

#include <toml++/toml.h>

#include <cmath>
#include <fstream>
#include <sstream>

#include "engine/core/error.h"

namespace rv::app {
namespace {

// Angles that go on from the last key's, so that the camera does not turn about once at half a turn.
void add_key(ScriptSegment& flight, const CameraPose& pose) {
    CameraKey key{.position = pose.position, .yaw = pose.yaw(), .pitch = pose.pitch()};
    if (!flight.camera.empty()) {
        constexpr float kTurn = 2 * static_cast<float>(M_PI);
        key.yaw -= kTurn * std::round((key.yaw - flight.camera.back().yaw) / kTurn);
    }
    flight.camera.push_back(key);
}

// The path's keys at the frames that they were flown at.
void spread_keys(ScriptSegment& flight) {
    const auto count = static_cast<double>(flight.camera.size());
    for (std::size_t i = 0; i < flight.camera.size(); ++i)
        flight.camera[i].at = static_cast<double>(i + 1) / count;
}

toml::table action_table(const Action& action) {
    toml::table table;
    const auto values = action.values();
    for (std::size_t i = 0; i < values.size(); ++i)
        if (values[i] != 0) table.insert(kActionNames[i], static_cast<double>(values[i]));
    table.is_inline(true);
    return table;
}

toml::array camera_array(const std::vector<CameraKey>& keys) {
    toml::array list;
    for (const CameraKey& key : keys) {
        toml::table entry{
            {"at", key.at},
            {"position", toml::array{static_cast<double>(key.position.x), static_cast<double>(key.position.y),
                                     static_cast<double>(key.position.z)}},
            {"yaw", static_cast<double>(glm::degrees(key.yaw))},
            {"pitch", static_cast<double>(glm::degrees(key.pitch))}};
        entry.is_inline(true);
        list.push_back(std::move(entry));
    }
    return list;
}

toml::table segment_table(const ScriptSegment& segment) {
    toml::table table;
    if (!segment.name.empty()) table.insert("name", segment.name);
    table.insert("frames", segment.frames);
    if (segment.camera.empty())
        table.insert("action", action_table(segment.action));
    else
        table.insert("camera", camera_array(segment.camera));
    if (!segment.buttons.empty()) {
        toml::array names;
        for (const std::string& name : segment.buttons) names.push_back(name);
        table.insert("buttons", std::move(names));
    }
    if (segment.action_end) table.insert("action_end", action_table(*segment.action_end));
    if (segment.camera_absolute) table.insert("camera_absolute", true);
    if (!segment.prompt.empty()) table.insert("prompt", segment.prompt);
    if (segment.fade_frames > 0) table.insert("fade_frames", segment.fade_frames);
    if (segment.guidance) table.insert("guidance", *segment.guidance);
    if (segment.sampler_steps) table.insert("sampler_steps", *segment.sampler_steps);
    return table;
}

std::vector<std::string> names_of(std::uint32_t held, std::span<const world_model::WorldButton> buttons) {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < 32; ++i) {
        if (!(held >> i & 1)) continue;
        if (i >= buttons.size())
            throw UsageError("the session holds a button that its world has not, or the world is not here",
                             "a copy of the world where the session says it was");
        names.push_back(buttons[i].name);
    }
    return names;
}

}  // namespace

Script script_of(const SessionPart& part, std::span<const world_model::WorldButton> buttons) {
    if (!part.start.state.empty()) {
        throw UsageError("this part of the session begins in the middle of a walk, which no script can",
                         "a part that begins with a start frame: record from the first frame on");
    }
    Script script;
    script.title = "Played on " + part.start.date;
    script.world = part.start.world_folder.empty() ? part.start.world : part.start.world_folder;
    script.start = part.start.start;
    script.sampler_steps = part.start.sampler_steps;
    std::string prompt = part.start.start.prompt;
    int steps = part.start.sampler_steps;
    double guidance = 0;
    for (const SessionFrame& frame : part.frames) {
        const bool flies = frame.pose_override.has_value(), new_prompt = frame.prompt != prompt,
                   new_steps = frame.sampler_steps != steps, new_guidance = frame.guidance != guidance;
        const bool goes_on = !script.segments.empty() && !new_prompt && !new_steps && !new_guidance &&
                             flies == !script.segments.back().camera.empty() &&
                             (flies || script.segments.back().action == frame.action);
        if (!goes_on) {
            ScriptSegment segment;
            if (new_prompt) segment.prompt = frame.prompt;
            // The first share of a fade over n frames is 1/n.
            if (new_prompt && frame.fade.active())
                segment.fade_frames = static_cast<int>(std::lround(1 / frame.fade.share));
            if (new_guidance) segment.guidance = frame.guidance;
            if (new_steps) segment.sampler_steps = frame.sampler_steps;
            segment.camera_absolute = flies;
            if (!flies) segment.action = frame.action;
            if (!flies) segment.buttons = names_of(frame.action.buttons, buttons);
            script.segments.push_back(std::move(segment));
        }
        ++script.segments.back().frames;
        if (flies) add_key(script.segments.back(), *frame.pose_override);
        prompt = frame.prompt;
        steps = frame.sampler_steps;
        guidance = frame.guidance;
    }
    for (ScriptSegment& segment : script.segments) spread_keys(segment);
    if (script.segments.empty())
        throw UsageError("this part of the session has no frame behind its first one");
    return script;
}

std::string to_toml(const Script& script) {
    toml::table table;
    if (!script.title.empty()) table.insert("title", script.title);
    if (!script.world.empty()) table.insert("world", script.world);
    table.insert("seed", static_cast<std::int64_t>(script.start.seed));
    table.insert("start_frame", script.start.frame);
    if (!script.start.picture.empty()) table.insert("picture", script.start.picture.string());
    if (!script.start.prompt.empty()) table.insert("prompt", script.start.prompt);
    if (script.sampler_steps != 0) table.insert("sampler_steps", script.sampler_steps);
    toml::array segments;
    for (const ScriptSegment& segment : script.segments) segments.push_back(segment_table(segment));
    table.insert("segment", std::move(segments));
    std::ostringstream text;
    text << table << '\n';
    return text.str();
}

void write_script(const Script& script, const std::filesystem::path& file) {
    std::ofstream stream(file);
    stream << to_toml(script);
    if (!stream.flush()) throw FileError(file.string(), "cannot be written", "another file or folder");
}

}  // namespace rv::app
