#include "engine/app/script.h"

#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <fstream>
#include <glm/trigonometric.hpp>
#include <numeric>
#include <sstream>

#include "engine/core/error.h"

namespace rv::app {
namespace {

constexpr double kLongestSeconds = 24 * 3600;
constexpr double kMostGuidance = 20;

/// Takes values out of one TOML table, checks them, and refuses what nobody asked for.
class TableReader {
  public:
    TableReader(const toml::table& table, std::string_view file) : table_(table), file_(file) {}

    [[noreturn]] void fail(const toml::node& node, const std::string& what,
                           std::string_view remedy = {}) const {
        throw FileError(file_, "line " + std::to_string(node.source().begin.line) + ": " + what, remedy);
    }

    const toml::node* find(std::string_view key) {
        known_.emplace_back(key);
        return table_.get(key);
    }
    std::string text(std::string_view key, std::string fallback = {}) {
        const toml::node* node = find(key);
        if (!node) return fallback;
        if (const auto* value = node->as_string()) return value->get();
        fail(*node, std::string(key) + " must be a text in quotes");
    }
    std::optional<std::int64_t> integer(std::string_view key, std::int64_t low, std::int64_t high) {
        const toml::node* node = find(key);
        if (!node) return std::nullopt;
        const auto value = node->value_exact<std::int64_t>();
        if (!value || *value < low || *value > high)
            fail(*node, std::string(key) + " must be a whole number from " + std::to_string(low) + " to " +
                            std::to_string(high));
        return *value;
    }
    std::optional<double> number(std::string_view key, double low, double high) {
        const toml::node* node = find(key);
        if (!node) return std::nullopt;
        const auto value = node->value<double>();
        if (!value || !node->is_number() || !(*value >= low && *value <= high)) {
            std::ostringstream range;
            range << key << " must be a number from " << low << " to " << high;
            fail(*node, range.str());
        }
        return *value;
    }
    bool boolean(std::string_view key, bool fallback) {
        const toml::node* node = find(key);
        if (!node) return fallback;
        if (const auto* value = node->as_boolean()) return value->get();
        fail(*node, std::string(key) + " must be true or false");
    }
    /// Every key must have been asked for by now.
    void refuse_others() const {
        for (const auto& [key, node] : table_)
            if (std::ranges::find(known_, key.str()) == known_.end())
                fail(node, std::string(key.str()) + " means nothing here");
    }

  private:
    const toml::table& table_;
    std::string_view file_;
    std::vector<std::string> known_;
};

Action read_action(const toml::node& node, const TableReader& parent, std::string_view file) {
    const toml::table* table = node.as_table();
    if (!table) parent.fail(node, "an action is a table", "{ forward = 1, turn = 0.3 }");
    TableReader reader(*table, file);
    std::array<float, kActionSize> values{};
    for (std::size_t i = 0; i < kActionSize; ++i)
        values[i] = static_cast<float>(reader.number(kActionNames[i], i < 4 ? -1 : 0, 1).value_or(0.0));
    reader.refuse_others();
    return Action::from_values(values);
}

std::vector<std::string> read_buttons(const toml::node& node, const TableReader& parent) {
    const toml::array* list = node.as_array();
    if (!list) parent.fail(node, "buttons must be a list of names", "[\"attack\"]");
    std::vector<std::string> names;
    for (const toml::node& entry : *list) {
        if (!entry.is_string()) parent.fail(entry, "a button is named in quotes", "[\"attack\"]");
        names.push_back(entry.as_string()->get());
    }
    return names;
}

CameraKey read_camera_key(const toml::node& node, const TableReader& parent, std::string_view file) {
    const toml::table* table = node.as_table();
    if (!table) parent.fail(node, "a camera key is a table", "{ at = 1.0, position = [0, 0, -2], yaw = 30 }");
    TableReader reader(*table, file);
    CameraKey key;
    key.at = reader.number("at", 0, 1).value_or(0.0);
    if (const toml::node* position = reader.find("position")) {
        const toml::array* values = position->as_array();
        if (!values || values->size() != 3)
            reader.fail(*position, "position must be three numbers, in metres");
        for (int i = 0; i < 3; ++i) {
            const auto value = (*values)[static_cast<std::size_t>(i)].value<double>();
            if (!value) reader.fail(*position, "position must be three numbers, in metres");
            key.position[i] = static_cast<float>(*value);
        }
    }
    key.yaw = glm::radians(static_cast<float>(reader.number("yaw", -3600, 3600).value_or(0.0)));
    key.pitch = glm::radians(static_cast<float>(reader.number("pitch", -85, 85).value_or(0.0)));
    reader.refuse_others();
    return key;
}

std::vector<CameraKey> read_camera(const toml::node& node, const TableReader& parent, std::string_view file) {
    const toml::array* list = node.as_array();
    if (!list || list->empty()) parent.fail(node, "camera must be a list of at least one key");
    std::vector<CameraKey> keys;
    for (const toml::node& entry : *list) {
        keys.push_back(read_camera_key(entry, parent, file));
        if (keys.size() > 1 && keys.back().at <= keys[keys.size() - 2].at)
            parent.fail(entry, "camera keys must follow each other in time (\"at\" grows)");
    }
    return keys;
}

int read_length(TableReader& reader, const toml::node& node, double frame_rate) {
    const auto frames = reader.integer("frames", 1, static_cast<std::int64_t>(kLongestSeconds * 60));
    const auto seconds = reader.number("seconds", 0.001, kLongestSeconds);
    if (frames.has_value() == seconds.has_value())
        reader.fail(node, "a segment needs either seconds or frames");
    if (frames) return static_cast<int>(*frames);
    return std::max(1, static_cast<int>(std::lround(*seconds * frame_rate)));
}

int read_fade(TableReader& reader, const toml::node& node, double frame_rate) {
    const auto frames = reader.integer("fade_frames", 0, static_cast<std::int64_t>(kLongestSeconds * 60));
    const auto seconds = reader.number("fade_seconds", 0, kLongestSeconds);
    if (frames && seconds) reader.fail(node, "a fade has either seconds or frames");
    if (frames) return static_cast<int>(*frames);
    return static_cast<int>(std::lround(seconds.value_or(0) * frame_rate));
}

ScriptSegment read_segment(const toml::node& node, const TableReader& parent, std::string_view file,
                           double frame_rate) {
    const toml::table* table = node.as_table();
    if (!table) parent.fail(node, "a segment is a table", "[[segment]]");
    TableReader reader(*table, file);
    ScriptSegment segment;
    segment.frames = read_length(reader, node, frame_rate);
    segment.name = reader.text("name");
    segment.prompt = reader.text("prompt");
    segment.fade_frames = read_fade(reader, node, frame_rate);
    segment.guidance = reader.number("guidance", 0, kMostGuidance);
    if (const auto steps = reader.integer("sampler_steps", 0, 1000))
        segment.sampler_steps = static_cast<int>(*steps);
    if (const toml::node* action = reader.find("action")) segment.action = read_action(*action, reader, file);
    if (const toml::node* action = reader.find("action_end"))
        segment.action_end = read_action(*action, reader, file);
    if (const toml::node* buttons = reader.find("buttons")) segment.buttons = read_buttons(*buttons, reader);
    if (const toml::node* camera = reader.find("camera")) segment.camera = read_camera(*camera, reader, file);
    segment.camera_absolute = reader.boolean("camera_absolute", false);
    reader.refuse_others();
    return segment;
}

Action mixed(const Action& from, const Action& to, float t) {
    const auto a = from.values(), b = to.values();
    std::array<float, kActionSize> values{};
    for (std::size_t i = 0; i < kActionSize; ++i) values[i] = a[i] + (b[i] - a[i]) * t;
    Action action = Action::from_values(values);
    action.buttons = from.buttons;
    return action;
}

// Smooth at both ends of every stretch, so that the camera starts and stops gently.
float eased(float t) {
    return t * t * (3.0f - 2.0f * t);
}

/// The path at `at`: before the first key it leads there from the segment's start, after the last it stays.
CameraPose camera_at(const std::vector<CameraKey>& keys, double at, const CameraKey& start) {
    CameraKey before = start, after = keys.front();
    for (const CameraKey& key : keys) {
        after = key;
        if (key.at >= at) break;
        before = key;
    }
    const double span = after.at - before.at;
    const float t =
        span > 0 ? eased(static_cast<float>(std::clamp((at - before.at) / span, 0.0, 1.0))) : 1.0f;
    return CameraPose::from_yaw_pitch(before.position + (after.position - before.position) * t,
                                      before.yaw + (after.yaw - before.yaw) * t,
                                      before.pitch + (after.pitch - before.pitch) * t);
}

}  // namespace

int Script::frame_count() const {
    return std::accumulate(segments.begin(), segments.end(), 0,
                           [](int sum, const ScriptSegment& segment) { return sum + segment.frames; });
}

Script parse_script(std::string_view text, std::string_view name, double frame_rate) {
    toml::table root;
    try {
        root = toml::parse(text, name);
    } catch (const toml::parse_error& error) {
        throw FileError(name, "line " + std::to_string(error.source().begin.line) + ": " +
                                  std::string(error.description()));
    }
    TableReader reader(root, name);
    Script script;
    script.title = reader.text("title");
    script.world = reader.text("world");
    script.start.seed = static_cast<std::uint64_t>(reader.integer("seed", 0, INT64_MAX).value_or(0));
    script.start.frame = static_cast<int>(reader.integer("start_frame", 0, 1'000'000).value_or(0));
    script.start.prompt = reader.text("prompt");
    script.start.picture = reader.text("picture");
    script.sampler_steps = static_cast<int>(reader.integer("sampler_steps", 0, 1000).value_or(0));
    const double rate = reader.number("frame_rate", 1, 1000).value_or(frame_rate);
    const toml::node* segments = reader.find("segment");
    reader.refuse_others();
    const toml::array* list = segments ? segments->as_array() : nullptr;
    if (!list || list->empty()) throw FileError(name, "has no [[segment]]", "[[segment]] with seconds = 3");
    for (const toml::node& node : *list) script.segments.push_back(read_segment(node, reader, name, rate));
    return script;
}

Script read_script(const std::filesystem::path& file, double frame_rate) {
    std::ifstream stream(file, std::ios::binary);
    if (!stream || std::filesystem::is_directory(file)) throw FileError(file.string(), "cannot be read");
    std::ostringstream text;
    text << stream.rdbuf();
    return parse_script(text.str(), file.string(), frame_rate);
}

void name_buttons(Script& script, const world_model::WorldInfo& world) {
    for (ScriptSegment& segment : script.segments) {
        for (const std::string& name : segment.buttons) {
            const auto found = std::ranges::find(world.buttons, name, &world_model::WorldButton::name);
            if (found == world.buttons.end()) {
                std::string known;
                for (const auto& button : world.buttons) known += (known.empty() ? "" : ", ") + button.name;
                throw UsageError(world.title + " has no button \"" + name + "\"",
                                 known.empty() ? "leave out buttons" : "one of " + known);
            }
            segment.action.buttons |= std::uint32_t{1} << (found - world.buttons.begin());
        }
    }
}

ScriptPlayer::ScriptPlayer(const Script& script, std::string start_prompt)
    : script_(script), prompt_(std::move(start_prompt)), sampler_steps_(script.sampler_steps) {
    fader_.begin(prompt_);
}

ScriptFrame ScriptPlayer::next(const CameraPose& pose) {
    RV_ASSERT(!finished(), "the script has frames left");
    const ScriptSegment& segment = script_.segments[segment_];
    if (frame_in_segment_ == 0) {
        origin_ = segment.camera_absolute ? CameraPose{} : pose;
        if (!segment.prompt.empty()) prompt_ = segment.prompt;
        sampler_steps_ = segment.sampler_steps.value_or(sampler_steps_);
        guidance_ = segment.guidance.value_or(guidance_);
    }
    const int last = segment.frames - 1;
    ScriptFrame frame;
    frame.segment = &segment;
    frame.prompt = prompt_;
    frame.sampler_steps = sampler_steps_;
    frame.fade = fader_.next(prompt_, segment.fade_frames);
    frame.guidance = guidance_;
    frame.action = segment.action;
    if (segment.action_end && last > 0)
        frame.action = mixed(segment.action, *segment.action_end,
                             static_cast<float>(frame_in_segment_) / static_cast<float>(last));
    if (!segment.camera.empty())
        frame.pose =
            origin_ * camera_at(segment.camera, (frame_in_segment_ + 1.0) / segment.frames, CameraKey{});
    if (++frame_in_segment_ == segment.frames) {
        frame_in_segment_ = 0;
        ++segment_;
    }
    return frame;
}

}  // namespace rv::app
