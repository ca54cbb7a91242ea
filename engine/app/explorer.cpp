#include "engine/app/explorer.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <map>
#include <random>
#include <utility>

#include "engine/app/capitalised.h"
#include "engine/app/recording_choice.h"
#include "engine/app/resources.h"
#include "engine/app/thumbnail.h"
#include "engine/app/timeline_view.h"
#include "engine/core/error.h"
#include "engine/core/log.h"

namespace rv::app {
namespace {

using platform::Axis;
using platform::Command;

constexpr std::size_t kHistory = 120;  // steps in the graph: eight seconds at 15 frames a second
constexpr auto kMemoryInterval = std::chrono::milliseconds(500);

ui::WorldEntry entry_of(const world_model::WorldInfo& info) {
    ui::WorldEntry entry;
    entry.title = info.title.empty() ? info.name : info.title;
    entry.description = info.description;
    entry.start_frames = info.start_frames;
    entry.start_prompts = info.start_prompts;
    entry.start_prompts.resize(info.start_frames.size());
    entry.prompts = info.prompts;
    if (info.has_prompt) entry.abilities.push_back("prompts");
    if (info.has_pose) entry.abilities.push_back("free camera");
    if (info.has_depth) entry.abilities.push_back("depth");
    if (!info.environment.empty()) entry.abilities.push_back("simulator");
    entry.width = info.width;
    entry.height = info.height;
    entry.max_sampler_steps = info.max_sampler_steps;
    entry.has_prompt = info.has_prompt;
    entry.has_pose = info.has_pose;
    entry.has_depth = info.has_depth;
    return entry;
}

// As it stands on the key.
std::string cap_of(const std::string& name) {
    static const std::map<std::string, std::string> caps = {
        {"Period", "."},   {"Equal", "="},      {"Minus", "-"},       {"Left Shift", "Shift"},
        {"Escape", "Esc"}, {"Page Up", "PgUp"}, {"Page Down", "PgDn"}};
    const auto found = caps.find(name);
    return found == caps.end() ? name : found->second;
}

std::string joined(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) text += (text.empty() ? "" : ", ") + cap_of(name);
    return text;
}

const char* group_of(Command command) {
    switch (command) {
        case Command::Pause:
        case Command::SingleStep:
        case Command::StepBack:
        case Command::Reset:
        case Command::NewSeed:
        case Command::SaveState:
        case Command::RestoreState:
            return "Time";
        case Command::ToggleFreeCamera:
        case Command::AddCameraKey:
        case Command::FilmPath:
            return "Camera";
        case Command::EditPrompt:
        case Command::NextPrompt:
        case Command::PreviousPrompt:
        case Command::MoreSamplerSteps:
        case Command::FewerSamplerSteps:
            return "World";
        default:
            return "Window";
    }
}

enum class FileKind { World, Picture, Played, Unknown };

// By its name; what is inside is looked at by whoever opens it.
FileKind kind_of(const std::filesystem::path& path) {
    if (std::filesystem::exists(path / "world.toml")) return FileKind::World;
    std::string kind = path.extension().string();
    std::ranges::transform(kind, kind.begin(), [](unsigned char c) { return std::tolower(c); });
    constexpr std::string_view kPictures[] = {".png", ".jpg",  ".jpeg", ".mp4", ".mkv",
                                              ".mov", ".webm", ".avi",  ".gif"};
    if (std::ranges::find(kPictures, kind) != std::end(kPictures)) return FileKind::Picture;
    return kind == ".toml" || kind == ".jsonl" ? FileKind::Played : FileKind::Unknown;
}

std::optional<world_model::InnerView> view_of(ui::Inside inside) {
    if (inside == ui::Inside::Nothing) return std::nullopt;
    return inside == ui::Inside::Depth ? world_model::InnerView::Depth : world_model::InnerView::Latent;
}

ui::Inside inside_of(std::optional<world_model::InnerView> view) {
    if (!view) return ui::Inside::Nothing;
    return *view == world_model::InnerView::Depth ? ui::Inside::Depth : ui::Inside::Latent;
}

std::uint64_t random_seed() {
    std::random_device device;
    return device() % 1'000'000;  // short enough to read out to a friend
}

}  // namespace

std::vector<ui::KeyHelp> help_rows(const platform::Bindings& bindings,
                                   std::span<const world_model::WorldButton> buttons) {
    std::vector<ui::KeyHelp> rows, gamepad;
    const auto add = [&](const char* group, const platform::Target& target, std::string_view label) {
        std::vector<std::string> names = platform::sources_of(bindings, target);
        const auto is_pad = [](const std::string& name) { return name.starts_with("Pad "); };
        const auto pads = std::ranges::stable_partition(names, std::not_fn(is_pad));
        std::vector<std::string> pad_names;
        for (const std::string& name : pads) pad_names.push_back(name.substr(4));
        names.erase(pads.begin(), pads.end());
        if (!names.empty()) rows.push_back({group, joined(names), capitalised(label)});
        if (!pad_names.empty()) gamepad.push_back({"Gamepad", joined(pad_names), capitalised(label)});
    };
    for (const Axis axis : platform::all_axes()) add("Moving", axis, platform::label_of(axis));
    for (std::size_t i = 0; i < buttons.size(); ++i)
        add("In this world", platform::Button{static_cast<int>(i)}, buttons[i].name);
    for (const char* group : {"Time", "Camera", "World", "Window"})
        for (const Command command : platform::all_commands())
            if (std::string_view(group_of(command)) == group)
                add(group, command, platform::label_of(command));
    rows.insert(rows.end(), gamepad.begin(), gamepad.end());
    return rows;
}

Explorer::Explorer(const ApplicationOptions& options, const WorldSource& source,
                   const platform::Bindings& bindings, platform::Window& window, Control& control,
                   const GenerationThread& generation, ui::ExplorerUi& ui)
    : options_(options),
      window_(window),
      control_(control),
      generation_(generation),
      ui_(ui),
      director_(control, [&ui](ui::ToastKind kind,
                               std::string text) { ui.notify(kind, std::move(text), Clock::now()); }),
      help_(help_rows(bindings)),
      recording_formats_(recording_formats()),
      recents_(options.recents) {
    if (source.list) worlds_ = source.list(options.world.parent_path());
    for (const auto& info : worlds_) entries_.push_back(entry_of(info));
    state_.help = help_;
    state_.recording_formats = recording_formats_;
    state_.recording_choice = choice_of(options.record, recording_formats_);
    state_.opening = true;
}

void Explorer::begin() {
    if (options_.newcomer) ui_.welcome();
    look_for_unfinished();
    control_.set_deadline_ms(options_.deadline_ms);
    control_.post(OpenWorldRequest{options_.world, options_.open, options_.start, options_.sampler_steps});
    if (!options_.record.video.empty()) control_.post(StartRecordingRequest{options_.record});
    if (!options_.play.empty()) control_.post(PlayRequest{options_.play, options_.open});
}

void Explorer::look_for_unfinished() {
    if (options_.recovery.empty()) return;
    unfinished_ = find_unfinished(options_.recovery);
    if (!unfinished_) return;
    state_.unfinished = "A walk through " + unfinished_->world + " ended at frame " +
                        std::to_string(unfinished_->last_frame) + " without being closed.";
}

void Explorer::open_world(int index) {
    const auto& info = worlds_[static_cast<std::size_t>(index)];
    control_.post(OpenWorldRequest{info.folder, options_.open, {}, 0});
}

void Explorer::restart(const world_model::Start& start) {
    control_.post(ResetRequest{start});
}

void Explorer::apply_prompt(const std::string& prompt) {
    control_.set_prompt(prompt);
}

// Presets need no remembering.
void Explorer::remember_prompt(const std::string& prompt) {
    if (status_.world && std::ranges::find(status_.world->prompts, prompt) == status_.world->prompts.end())
        recents_.add_prompt(prompt);
}

void Explorer::cycle_prompt(int direction) {
    if (!status_.world || status_.world->prompts.empty()) return;
    const auto& prompts = status_.world->prompts;
    const auto found = std::ranges::find(prompts, control_.prompt());
    const auto count = static_cast<std::ptrdiff_t>(prompts.size());
    std::ptrdiff_t next = direction > 0 ? 0 : count - 1;
    if (found != prompts.end()) next = (found - prompts.begin() + direction + count) % count;
    apply_prompt(prompts[static_cast<std::size_t>(next)]);
    ui_.notify(ui::ToastKind::Notice, prompts[static_cast<std::size_t>(next)], Clock::now());
}

void Explorer::change_sampler_steps(int difference) {
    if (!status_.world) return;
    if (control_.deadline_ms() > 0) {
        ui_.notify(ui::ToastKind::Notice, "The frame time that is held decides the sampler steps",
                   Clock::now());
        return;
    }
    const int steps = std::clamp(state_.sampler_steps + difference, 1, status_.world->max_sampler_steps);
    control_.set_sampler_steps(steps);
}

void Explorer::toggle_pause() {
    control_.set_paused(!control_.paused());
}

void Explorer::single_step() {
    if (!control_.paused()) control_.set_paused(true);
    control_.single_step();
}

void Explorer::toggle_recording(TimePoint now) {
    if (status_.recording) return control_.post(StopRecordingRequest{});
    try {
        RecordingOptions recording = options_of(state_.recording_choice, recording_formats_);
        if (recording.codec == options_.record.codec) recording.quality = options_.record.quality;
        control_.post(StartRecordingRequest{std::move(recording)});
    } catch (const FileError& error) {
        ui_.notify(ui::ToastKind::Error, error.what(), now);
    }
}

void Explorer::toggle_free_camera(bool on, TimePoint now) {
    if (status_.world && !status_.world->has_pose) {
        ui_.notify(ui::ToastKind::Notice, "This world cannot follow a free camera", now);
        return;
    }
    control_.set_free_camera(on);
    ui_.notify(
        ui::ToastKind::Notice,
        on ? "Free camera: fly with the same keys, Space and C rise and sink" : "Back behind the ego's eyes",
        now);
}

void Explorer::release_mouse() {
    if (ui_.close_help()) return;
    window_.capture_cursor(false);
}

void Explorer::obey(Command command, TimePoint now) {
    switch (command) {
        case Command::ToggleHelp:
            return ui_.toggle_help();
        case Command::TogglePanels:
            return ui_.toggle_panels();
        case Command::NavigatePanels:
            window_.capture_cursor(false);
            ui_.navigate(true);
            return ui_.notify(
                ui::ToastKind::Notice,
                "Arrows move through the panels, Space presses, Ctrl+Tab changes the panel; Esc "
                "gives the keys back",
                now);
        case Command::ToggleCleanFeed:
            feed_ = true;
            return;
        case Command::ToggleControls:
            return ui_.toggle_controls();
        case Command::ToggleFreeCamera:
            return toggle_free_camera(!control_.free_camera(), now);
        case Command::AddCameraKey:
            return director_.add_key(status_);
        case Command::FilmPath:
            return director_.toggle_film(status_);
        case Command::ToggleRecord:
            return toggle_recording(now);
        case Command::Screenshot:
            screenshot_ = true;
            return;
        case Command::ToggleFullscreen:
            return window_.set_fullscreen(!window_.fullscreen());
        case Command::Pause:
            return toggle_pause();
        case Command::SingleStep:
            return single_step();
        case Command::StepBack:
            if (!step_back(*status_.history, control_))
                ui_.notify(ui::ToastKind::Notice, "Nothing earlier is kept", now);
            return;
        case Command::Reset:
            return restart(status_.start);
        case Command::NewSeed: {
            world_model::Start start = status_.start;
            start.seed = random_seed();
            return restart(start);
        }
        case Command::EditPrompt:
            window_.capture_cursor(false);
            return ui_.edit_prompt();
        case Command::NextPrompt:
            return cycle_prompt(+1);
        case Command::PreviousPrompt:
            return cycle_prompt(-1);
        case Command::MoreSamplerSteps:
            return change_sampler_steps(+1);
        case Command::FewerSamplerSteps:
            return change_sampler_steps(-1);
        case Command::SaveState:
            control_.post(BookmarkRequest{});
            return ui_.notify(ui::ToastKind::Success, "This moment is marked", now);
        case Command::RestoreState:
            if (status_.history->bookmarks.empty())
                return ui_.notify(ui::ToastKind::Notice, "No moment of this world is marked yet", now);
            return control_.post(RewindRequest{status_.history->bookmarks.back().at});
        case Command::ToggleMouseLook:
            return window_.capture_cursor(!window_.cursor_captured());
        case Command::ReleaseMouse:
            return release_mouse();
        case Command::Quit:
            quit_ = true;
            return;
    }
}

void Explorer::obey(const ui::Intents& intents, TimePoint now) {
    if (intents.open_world) open_world(*intents.open_world);
    if (intents.restart) {
        world_model::Start start = status_.start;
        // Another frame brings its own prompt.
        if (intents.restart->frame != start.frame) start.prompt.clear();
        start.frame = intents.restart->frame;
        if (start.frame != status_.start.frame) start.picture.clear();
        start.seed = intents.restart->seed;
        restart(start);
    }
    if (intents.prompt) {
        apply_prompt(*intents.prompt);
        remember_prompt(*intents.prompt);
    }
    if (intents.fade_seconds) state_.fade_seconds = *intents.fade_seconds;
    if (status_.world)
        control_.set_fade_frames(
            static_cast<int>(std::lround(state_.fade_seconds * status_.world->frame_rate)));
    if (intents.guidance) control_.set_guidance(*intents.guidance);
    if (intents.inside) control_.post(ShowViewRequest{view_of(*intents.inside)});
    if (intents.save_timings) save_timings(now);
    if (intents.open_recent) open_file(recents_.opened()[*intents.open_recent], now);
    if (intents.resume) answer_unfinished(*intents.resume);
    if (intents.sampler_steps) control_.set_sampler_steps(*intents.sampler_steps);
    if (intents.deadline_ms) control_.set_deadline_ms(*intents.deadline_ms);
    if (intents.filter) state_.filter = *intents.filter;
    if (intents.free_camera) toggle_free_camera(*intents.free_camera, now);
    director_.obey(intents.camera, status_);
    if (intents.toggle_pause) toggle_pause();
    if (intents.single_step) single_step();
    if (intents.recording_choice) state_.recording_choice = *intents.recording_choice;
    if (intents.toggle_recording) toggle_recording(now);
    if (intents.screenshot) screenshot_ = true;
    if (intents.toggle_feed) feed_ = true;
    if (intents.truth) control_.post(ShowTruthRequest{*intents.truth});
    if (intents.difference) control_.post(ShowDifferenceRequest{*intents.difference});
    if (intents.anchor) control_.post(AnchorRequest{});
    app::obey(intents.timeline, status_.beside, control_);
    if (intents.timeline.mark) ui_.notify(ui::ToastKind::Success, "This moment is marked", now);
}

void Explorer::save_timings(TimePoint now) {
    try {
        const std::filesystem::path file = new_recording_path(".csv");
        write_steps_csv(file, generation_.newest_steps());
        ui_.notify(ui::ToastKind::Success, "Saved " + file.string(), now);
    } catch (const FileError& error) {
        ui_.notify(ui::ToastKind::Error, error.what(), now);
    }
}

void Explorer::open_file(const std::filesystem::path& path, TimePoint now) {
    switch (kind_of(path)) {
        case FileKind::World:
            control_.post(OpenWorldRequest{path, options_.open, {}, 0});
            break;
        case FileKind::Picture: {
            world_model::Start start = status_.start;
            start.picture = path;
            start.prompt = control_.prompt();  // the picture says nothing of it
            restart(start);
            break;
        }
        case FileKind::Played:
            control_.post(PlayRequest{path, options_.open});
            break;
        case FileKind::Unknown:
            ui_.notify(ui::ToastKind::Notice,
                       path.filename().string() +
                           " cannot be opened here: a world's folder, a picture, a video, a script or a "
                           "session can",
                       now);
            return;
    }
    recents_.add_opened(path);
}

void Explorer::answer_unfinished(bool resume) {
    if (!unfinished_) return;
    if (resume)
        control_.post(ResumeRequest{unfinished_->log, options_.open});
    else
        forget_unfinished(options_.recovery);
    resuming_ = resume;
    unfinished_.reset();
    state_.unfinished.clear();
}

bool Explorer::take_feed_request() {
    return std::exchange(feed_, false);
}

bool Explorer::take_screenshot_request() {
    return std::exchange(screenshot_, false);
}

std::optional<std::vector<ui::Picture>> Explorer::take_pictures() {
    if (pictured_ == worlds_.size()) return std::nullopt;
    for (; pictured_ < worlds_.size(); ++pictured_) {
        const world_model::WorldInfo& info = worlds_[pictured_];
        entries_[pictured_].first_picture = pictures_.size();
        for (std::size_t i = 0; i < info.start_frames.size(); ++i)
            pictures_.push_back(i < info.start_pictures.size() ? thumbnail_of(info.start_pictures[i])
                                                               : grey_thumbnail());
    }
    return pictures_;
}

void Explorer::show_keys(const platform::Bindings& bindings) {
    help_ = status_.world ? help_rows(bindings, status_.world->buttons) : help_rows(bindings);
    state_.help = help_;
}

const ui::ExplorerState& Explorer::update(const platform::MotionSample& motion, const WindowFigures& figures,
                                          const ui::ControlsState& controls, const WindowSink& sink,
                                          TimePoint now) {
    if (controls.gamepad != state_.controls.gamepad && state_.has_frame)
        ui_.notify(ui::ToastKind::Notice,
                   controls.gamepad.empty() ? "The gamepad is gone" : controls.gamepad + " is connected",
                   now);
    state_.controls = controls;
    state_.pictures = figures.pictures;
    const GenerationStatus before = std::exchange(status_, generation_.status());
    notify_changes(before, now);
    show_world();
    show_truth(before);
    show_recording(figures.recording);
    show_motion(motion);
    state_.camera = director_.update(status_);
    state_.has_frame = figures.has_frame;
    show_performance(figures, sink, now);
    return state_;
}

void Explorer::notify_changes(const GenerationStatus& before, TimePoint now) {
    if (status_.notice != before.notice && !status_.notice.empty())
        ui_.notify(ui::ToastKind::Error, status_.notice, now);
    if (before.playback && !status_.playback) {
        ui_.notify(ui::ToastKind::Notice, "You steer from here", now);
        if (std::exchange(resuming_, false)) forget_unfinished(options_.recovery);
    }
    const RecordingStatus& last = status_.last_recording;
    if (last.options.video != before.last_recording.options.video && !last.options.with_interface)
        ui_.notify(ui::ToastKind::Success,
                   closing_words(last.options.video, last.encoder, last.dropped_frames), now);
}

void Explorer::show_world() {
    using State = GenerationStatus::State;
    state_.opening = status_.state == State::Empty || status_.state == State::Opening;
    state_.fatal = status_.state == State::Failed ? status_.error : "";
    state_.paused = control_.paused();
    state_.free_camera = control_.free_camera();
    state_.earlier_prompts = recents_.prompts();
    state_.recent = recents_.opened();
    state_.playback =
        status_.playback
            ? std::optional(ui::PlaybackProgress{status_.playback->file.filename().string(),
                                                 status_.playback->done, status_.playback->count})
            : std::nullopt;
    if (!status_.world) return;
    const world_model::WorldInfo& info = *status_.world;
    auto found = std::ranges::find(worlds_, info.folder, &world_model::WorldInfo::folder);
    if (found == worlds_.end()) {
        worlds_.push_back(info);
        entries_.push_back(entry_of(info));
        found = worlds_.end() - 1;
    }
    state_.worlds = entries_;
    state_.world = static_cast<int>(found - worlds_.begin());
    state_.start_frame = status_.start.frame;
    state_.seed = status_.start.seed;
    state_.timeline = timeline_of(*status_.history, status_.beside);
    state_.prompt = control_.prompt();
    state_.guidance = control_.guidance();
    state_.inside = inside_of(status_.view);
    state_.deadline_ms = control_.deadline_ms();
    const int asked = state_.deadline_ms > 0 ? status_.sampler_steps : control_.sampler_steps();
    state_.sampler_steps = asked > 0 ? asked : info.default_sampler_steps;
    state_.frame_index = status_.frame_index;
    state_.frame_rate = info.frame_rate;
}

void Explorer::show_recording(const std::optional<RecordingFigures>& of_window) {
    ui::RecordingProgress& shown = state_.recording;
    shown = {};
    if (!status_.recording || !status_.world) return;
    const RecordingStatus& recording = *status_.recording;
    const double seconds = static_cast<double>(recording.frames) / status_.world->frame_rate;
    shown = {true, seconds, recording.dropped_frames, recording.encoder};
    if (of_window) shown = {true, of_window->seconds, of_window->dropped_frames, of_window->encoder};
}

void Explorer::show_truth(const GenerationStatus& before) {
    ui::TruthView& truth = state_.truth;
    const auto frame = static_cast<std::size_t>(status_.start.frame);
    truth.available = status_.world && status_.start.picture.empty() &&
                      frame < status_.world->simulator_starts.size() &&
                      status_.world->simulator_starts[frame].has_value();
    truth.shown = status_.truth_psnr_db.has_value();
    truth.difference = status_.difference;
    truth.psnr_db = status_.truth_psnr_db.value_or(0);
    if (!truth.shown || status_.epoch != before.epoch) truth_history_.clear();
    if (truth.shown && status_.frame_index != before.frame_index) {
        if (truth_history_.size() == kHistory) truth_history_.erase(truth_history_.begin());
        truth_history_.push_back(static_cast<float>(truth.psnr_db));
    }
    truth.history_db = truth_history_;
}

void Explorer::show_motion(const platform::MotionSample& motion) {
    const Action& held = motion.held.action;
    const auto set = [&](ui::OverlayKey key, float value) {
        state_.keys[static_cast<std::size_t>(key)] = std::max(value, 0.0f);
    };
    set(ui::OverlayKey::Forward, held.forward);
    set(ui::OverlayKey::Back, -held.forward);
    set(ui::OverlayKey::Right, held.sideways);
    set(ui::OverlayKey::Left, -held.sideways);
    set(ui::OverlayKey::Run, held.run);
    set(ui::OverlayKey::Jump, held.jump);
    // The mouse turns too, and only the last step knows how much.
    const bool still = held.turn == 0 && held.look == 0 && !state_.paused;
    state_.turn = still ? status_.action.turn : held.turn;
    state_.look = still ? status_.action.look : held.look;
}

void Explorer::show_performance(const WindowFigures& figures, const WindowSink& sink, TimePoint now) {
    ui::Performance& p = state_.performance;
    p.generated_fps = status_.steps.fps;
    p.shown_fps = figures.shown_fps;
    p.target_fps = status_.world ? status_.world->frame_rate : 0;
    p.step_ms_p50 = status_.steps.ms_p50;
    p.step_ms_p99 = status_.steps.ms_p99;
    p.input_to_present_ms = figures.input_to_present_ms;
    p.device = status_.device;
    p.renderer = figures.renderer;
    p.sharing = sink.path();
    p.steps = status_.steps.steps;
    p.late_steps = status_.steps.late;
    steps_shown_.clear();
    const std::vector<StepRecord> steps = generation_.newest_steps(kHistory);
    // While the world rests, so does what is seen of it.
    const TimePoint until = state_.paused && !steps.empty() ? steps.back().finished : now;
    for (const StepRecord& step : steps)
        steps_shown_.push_back({step.frame, -milliseconds_between(step.began, until), step.times.condition_ms,
                                step.times.dynamics_ms, step.times.decode_ms, step.total_ms(), step.late()});
    p.steps_shown = steps_shown_;
    if (now - memory_read_ < kMemoryInterval) return;
    memory_read_ = now;
    p.memory_mib = resident_memory_mib();
}

}  // namespace rv::app
