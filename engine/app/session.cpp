#include "engine/app/session.h"

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>

#include "engine/core/error.h"
#include "engine/core/frame_view.h"

namespace rv::app {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kFormat = "reverie-session";
constexpr int kVersion = 1;

// Floats go through double and come back to the same bits.
Json to_json(const CameraPose& pose) {
    const auto& p = pose.position;
    const auto& q = pose.orientation;
    return Json::array({p.x, p.y, p.z, q.w, q.x, q.y, q.z});
}

CameraPose pose_from(const Json& json) {
    const auto v = json.get<std::array<float, 7>>();
    CameraPose pose;
    pose.position = {v[0], v[1], v[2]};
    pose.orientation = glm::quat(v[3], v[4], v[5], v[6]);
    return pose;
}

std::uint64_t hex_from(const std::string& text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
    if (error != std::errc() || end != text.data() + text.size() || text.empty())
        throw std::runtime_error("\"" + text + "\" is no digest");
    return value;
}

Json to_json(const SessionStart& start) {
    Json line;
    line["format"] = kFormat;
    line["version"] = kVersion;
    line["world"] = start.world;
    if (!start.world_folder.empty()) line["world_folder"] = start.world_folder;
    line["world_digest"] = start.world_digest;
    line["seed"] = start.start.seed;
    line["start_frame"] = start.start.frame;
    if (!start.start.picture.empty()) line["picture"] = start.start.picture.string();
    line["prompt"] = start.start.prompt;
    line["frame"] = start.frame;
    if (!start.state.empty()) line["state"] = start.state;
    line["device"] = start.device;
    line["device_name"] = start.device_name;
    line["threads"] = start.threads;
    line["sampler_steps"] = start.sampler_steps;
    line["frame_rate"] = start.frame_rate;
    line["width"] = start.width;
    line["height"] = start.height;
    line["digest"] = to_hex(start.digest);
    line["program"] = start.program;
    line["date"] = start.date;
    return line;
}

SessionStart start_from(const Json& line) {
    if (line.at("format") != kFormat) throw std::runtime_error("it is no session");
    if (const int version = line.at("version").get<int>(); version != kVersion)
        throw std::runtime_error("it has version " + std::to_string(version) +
                                 ", this program reads version " + std::to_string(kVersion));
    SessionStart start;
    start.world = line.at("world").get<std::string>();
    start.world_folder = line.value("world_folder", "");
    start.world_digest = line.at("world_digest").get<std::string>();
    start.start.seed = line.at("seed").get<std::uint64_t>();
    start.start.frame = line.at("start_frame").get<int>();
    start.start.picture = line.value("picture", std::string());
    start.start.prompt = line.at("prompt").get<std::string>();
    start.frame = line.at("frame").get<std::uint64_t>();
    start.state = line.value("state", "");
    start.device = line.at("device").get<std::string>();
    start.device_name = line.at("device_name").get<std::string>();
    start.threads = line.at("threads").get<int>();
    start.sampler_steps = line.at("sampler_steps").get<int>();
    start.frame_rate = line.at("frame_rate").get<double>();
    start.width = line.at("width").get<int>();
    start.height = line.at("height").get<int>();
    start.digest = hex_from(line.at("digest").get<std::string>());
    start.program = line.value("program", "");
    start.date = line.value("date", "");
    return start;
}

// Prompt and sampler steps are those of the frame before unless the line says otherwise.
SessionFrame frame_from(const Json& line, const SessionPart& part) {
    SessionFrame frame;
    frame.frame = line.at("frame").get<std::uint64_t>();
    const std::uint64_t expected = part.start.frame + part.frames.size() + 1;
    if (frame.frame != expected)
        throw std::runtime_error("frame " + std::to_string(frame.frame) + " stands where frame " +
                                 std::to_string(expected) + " belongs");
    frame.action = Action::from_values(line.at("action").get<std::array<float, kActionSize>>());
    frame.action.buttons = line.value("buttons", std::uint32_t{0});
    const bool first = part.frames.empty();
    frame.prompt = line.contains("prompt") ? line["prompt"].get<std::string>()
                   : first                 ? part.start.start.prompt
                                           : part.frames.back().prompt;
    frame.sampler_steps = line.contains("sampler_steps") ? line["sampler_steps"].get<int>()
                          : first                        ? part.start.sampler_steps
                                                         : part.frames.back().sampler_steps;
    frame.guidance = line.contains("guidance") ? line["guidance"].get<double>()
                     : first                   ? 0.0
                                               : part.frames.back().guidance;
    if (line.contains("fade"))
        frame.fade = {line["fade"].at("from").get<std::string>(), line["fade"].at("share").get<double>()};
    if (line.contains("pose")) frame.pose_override = pose_from(line["pose"]);
    frame.pose = pose_from(line.at("at"));
    frame.digest = hex_from(line.at("digest").get<std::string>());
    return frame;
}

void add_line(Session& session, const std::string& text) {
    const Json line = Json::parse(text);
    if (!line.is_object()) throw std::runtime_error("it is no JSON object");
    if (line.contains("format")) {
        session.parts.push_back({start_from(line), {}});
    } else if (session.parts.empty()) {
        throw std::runtime_error("a session begins with a line that has \"format\": \"" +
                                 std::string(kFormat) + "\"");
    } else {
        SessionPart& part = session.parts.back();
        part.frames.push_back(frame_from(line, part));
    }
}

}  // namespace

bool operator==(const SessionFrame& a, const SessionFrame& b) {
    const auto equal = [](const CameraPose& x, const CameraPose& y) {
        return x.position == y.position && x.orientation == y.orientation;
    };
    const bool equal_overrides = a.pose_override.has_value() == b.pose_override.has_value() &&
                                 (!a.pose_override || equal(*a.pose_override, *b.pose_override));
    return a.frame == b.frame && a.action == b.action && a.prompt == b.prompt && equal_overrides &&
           a.sampler_steps == b.sampler_steps && a.fade == b.fade && a.guidance == b.guidance &&
           equal(a.pose, b.pose) && a.digest == b.digest;
}

SessionFrame noted(const FrameMetadata& metadata, std::uint64_t digest) {
    SessionFrame frame;
    frame.frame = metadata.index;
    frame.action = metadata.action;
    frame.prompt = metadata.prompt;
    frame.pose_override = metadata.pose_override;
    frame.sampler_steps = metadata.sampler_steps;
    frame.fade = metadata.fade;
    frame.guidance = metadata.guidance;
    frame.pose = metadata.pose;
    frame.digest = digest;
    return frame;
}

std::uint64_t digest_of(const world_model::Rollout& rollout, int width, int height,
                        std::vector<std::uint8_t>& rgba) {
    rgba.resize(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 4);
    rollout.copy_frame(rgba);
    return digest({rgba.data(), width, height, static_cast<std::size_t>(width) * 4});
}

std::string to_hex(std::uint64_t digest) {
    char text[17];
    std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(digest));
    return text;
}

std::string_view name_of(world_model::DeviceKind device) {
    return device == world_model::DeviceKind::Cuda ? "cuda" : "cpu";
}

world_model::DeviceKind device_from(std::string_view name) {
    if (name == "cpu") return world_model::DeviceKind::Cpu;
    if (name == "cuda") return world_model::DeviceKind::Cuda;
    throw UsageError("unknown device \"" + std::string(name) + "\"", "cpu or cuda");
}

std::uint64_t Session::frame_count() const {
    std::uint64_t count = 0;
    for (const SessionPart& part : parts) count += part.frames.size() + 1;
    return count;
}

Session read_session(std::istream& stream, std::string_view name) {
    Session session;
    std::string line;
    for (int number = 1; std::getline(stream, line); ++number) {
        const bool ended = !stream.eof();  // by a line break
        if (line.empty()) continue;
        try {
            add_line(session, line);
        } catch (const std::exception& error) {
            if (!ended && !session.parts.empty()) {
                session.note = "line " + std::to_string(number) + " is cut short and was left out";
                break;
            }
            throw FileError(name, "line " + std::to_string(number) + " cannot be used: " + error.what());
        }
    }
    if (session.parts.empty()) throw FileError(name, "holds no session");
    return session;
}

Session read_session(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    if (!stream || std::filesystem::is_directory(file)) throw FileError(file.string(), "cannot be read");
    return read_session(stream, file.string());
}

SessionWriter::SessionWriter(const std::filesystem::path& file)
    : name_(file.string()), file_(std::fopen(file.c_str(), "wbe")) {
    if (!file_) throw FileError(name_, std::string("cannot be written (") + std::strerror(errno) + ")");
}

void SessionWriter::begin(const SessionStart& start) {
    prompt_ = start.start.prompt;
    sampler_steps_ = start.sampler_steps;
    guidance_ = 0;
    write_line(to_json(start).dump());
}

void SessionWriter::add(const SessionFrame& frame) {
    Json line;
    line["frame"] = frame.frame;
    line["action"] = frame.action.values();
    if (frame.action.buttons != 0) line["buttons"] = frame.action.buttons;
    if (frame.prompt != prompt_) line["prompt"] = prompt_ = frame.prompt;
    if (frame.sampler_steps != sampler_steps_) line["sampler_steps"] = sampler_steps_ = frame.sampler_steps;
    if (frame.fade.active()) line["fade"] = {{"from", frame.fade.from}, {"share", frame.fade.share}};
    if (frame.guidance != guidance_) line["guidance"] = guidance_ = frame.guidance;
    if (frame.pose_override) line["pose"] = to_json(*frame.pose_override);
    line["digest"] = to_hex(frame.digest);
    line["at"] = to_json(frame.pose);
    write_line(line.dump());
}

void SessionWriter::write_line(std::string line) {
    line += '\n';
    const bool written = std::fwrite(line.data(), 1, line.size(), file_.get()) == line.size();
    if (!written || std::fflush(file_.get()) != 0)
        throw FileError(name_, std::string("cannot be written any further (") + std::strerror(errno) + ")",
                        "free some space on the disk");
}

}  // namespace rv::app
