#include "engine/app/generation.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "engine/app/resources.h"
#include "engine/core/error.h"
#include "engine/core/log.h"

namespace rv::app {
namespace {

std::string prompt_of(const world_model::Start& start, const world_model::WorldInfo& info) {
    if (!start.prompt.empty()) return start.prompt;
    const auto index = static_cast<std::size_t>(start.frame);
    return start.frame >= 0 && index < info.start_prompts.size() ? info.start_prompts[index] : std::string();
}

std::size_t frame_bytes(const world_model::WorldInfo& info) {
    return static_cast<std::size_t>(info.width) * static_cast<std::size_t>(info.height) * 4;
}

world_model::StepInput input_of(const FrameMetadata& frame) {
    return {.action = frame.action,
            .pose = frame.pose_override,
            .prompt = frame.prompt,
            .sampler_steps = frame.sampler_steps,
            .fade = frame.fade,
            .guidance = frame.guidance};
}

// Sessions name worlds of the program by name alone, so that they can be replayed on another machine.
std::string folder_to_note(const world_model::WorldInfo& info) {
    std::error_code ignored;
    try {
        if (std::filesystem::equivalent(info.folder, worlds_folder() / info.name, ignored)) return {};
    } catch (const Error&) {  // no assets folder: note the path
    }
    return std::filesystem::absolute(info.folder, ignored).string();
}

}  // namespace

int resolved_threads(const world_model::OpenOptions& options) {
    return options.threads > 0 ? options.threads
                               : static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
}

Generation::Generation(FrameSink& sink, WorldOpener opener, std::size_t history_bytes, TruthOpener open_truth)
    : sink_(sink),
      opener_(std::move(opener)),
      open_truth_(std::move(open_truth)),
      keeps_history_(history_bytes > 0),
      history_(history_bytes) {}

const world_model::World& Generation::world() const {
    RV_ASSERT(world_ != nullptr, "a world is open");
    return *world_;
}

const world_model::Rollout& Generation::rollout() const {
    RV_ASSERT(rollout_ != nullptr, "a world is open");
    return *rollout_;
}

std::string Generation::start_prompt() const {
    return prompt_of(start_, world().info());
}

void Generation::open(const std::filesystem::path& folder, const world_model::OpenOptions& options,
                      const world_model::Start& start) {
    std::unique_ptr<world_model::World> opened = opener_(folder, options);
    std::unique_ptr<world_model::Rollout> rollout = opened->start(start);
    end_beside();
    history_.clear();
    if (recovery_) recovery_->wait();
    rollout_ = std::move(rollout);  // the old one goes before its world does
    world_ = std::move(opened);
    open_options_ = options;
    start_ = start;
    if (recording_ && !recording_->fits(world_->info())) {
        stop_recording();
        recording_error_ = "the recording ended because the new world's frames have another size";
    }
    sink_.begin_world(world_->info());
    publish_first(start_prompt());
}

void Generation::restart(const world_model::Start& start) {
    RV_ASSERT(world_ != nullptr, "a world is open");
    std::unique_ptr<world_model::Rollout> rollout = world_->start(start);
    const bool with_truth = truth_ != nullptr && start.picture.empty();
    const auto view = view_;
    end_beside();
    view_ = view;
    rollout_ = std::move(rollout);
    start_ = start;
    if (with_truth) {
        try {
            truth_ = open_truth_(world_->info(), start_.frame);
        } catch (const Error& error) {
            log::warn("{}", error.what());
        }
    }
    publish_first(start_prompt());
}

void Generation::restore(const std::filesystem::path& state) {
    RV_ASSERT(rollout_ != nullptr, "a world is open");
    rollout_->restore(state);
    publish_first(frame_.prompt);
}

void Generation::publish_first(std::string prompt) {
    show_first(std::move(prompt));
    if (truth_) publish_truth();
    if (view_) publish_view();
    if (keeps_history_) history_.begin(*rollout_, frame_.prompt, start_);
    begin_parts();
}

// Before the first frame that is made from here.
void Generation::begin_parts() {
    jumped_ = false;
    guard_recording([this](Recording& recording) { begin_part(recording); });
    secured([this](RecoveryLog& log) { log.begin(part_start(), *rollout_, rollout_->frame_index() == 0); });
}

bool Generation::rewind(const Moment& moment) {
    std::optional<History::Kept> kept = history_.go_to(moment);
    if (!kept) return false;
    // A branch is not shown twice, and a simulator cannot go back.
    if (truth_ || (beside_ && beside_->branch == history_.tree().now.branch)) end_beside();
    rollout_ = std::move(kept->rollout);
    start_ = kept->start;
    show_first(std::move(kept->prompt));
    if (view_) publish_view();
    jumped_ = true;
    return true;
}

bool Generation::show_beside(int branch) {
    std::optional<History::Kept> tip = history_.tip_of(branch);
    if (!tip || branch == history_.tree().now.branch) return false;
    end_beside();
    beside_ = Beside{branch, std::move(tip->rollout), std::move(tip->prompt)};
    FrameMetadata frame = frame_;
    frame.index = beside_->rollout->frame_index();
    frame.prompt = beside_->prompt;
    frame.pose = beside_->rollout->pose();
    publish_beside(*beside_->rollout, frame);
    return true;
}

void Generation::end_beside() {
    if (!beside_ && !truth_ && !view_) return;
    beside_.reset();
    truth_.reset();
    view_.reset();
    anchor_next_ = false;
    sink_.end_beside();
}

void Generation::show_truth() {
    RV_ASSERT(world_ != nullptr, "a world is open");
    if (!start_.picture.empty())
        throw UsageError("a picture of one's own has no simulator to show beside",
                         "a start frame of the world");
    std::unique_ptr<Truth> truth = open_truth_(world_->info(), start_.frame);
    end_beside();
    restart(start_);
    truth_ = std::move(truth);
    publish_truth();
}

void Generation::show_view(world_model::InnerView view) {
    RV_ASSERT(rollout_ != nullptr, "a world is open");
    beside_rgba_.resize(frame_bytes(world_->info()));
    rollout_->copy_view(view, beside_rgba_);
    end_beside();
    view_ = view;
    publish_view();
}

void Generation::publish_view() {
    beside_rgba_.resize(frame_bytes(world_->info()));
    rollout_->copy_view(*view_, beside_rgba_);
    FrameMetadata frame = frame_;
    frame.input_time.reset();
    sink_.publish_beside(beside_rgba_, frame);
}

void Generation::show_difference(bool on) {
    difference_ = on;
    if (truth_) publish_truth();
}

std::optional<double> Generation::truth_psnr_db() const {
    return truth_ ? std::optional(truth_psnr_db_) : std::nullopt;
}

void Generation::publish_truth() {
    rgba_.resize(frame_bytes(world_->info()));
    rollout_->copy_frame(rgba_);
    truth_psnr_db_ = psnr_db(rgba_, truth_->rgba());
    FrameMetadata frame = frame_;
    frame.input_time.reset();
    if (!difference_) return sink_.publish_beside(truth_->rgba(), frame);
    beside_rgba_.resize(rgba_.size());
    write_difference(rgba_, truth_->rgba(), beside_rgba_);
    sink_.publish_beside(beside_rgba_, frame);
}

std::optional<int> Generation::beside() const {
    return beside_ ? std::optional(beside_->branch) : std::nullopt;
}

void Generation::step_beside() {
    FrameMetadata frame = frame_;
    frame.prompt = beside_->prompt;
    frame.input_time.reset();
    frame.fade = {};
    beside_->rollout->step(input_of(frame));
    frame.finished_time = Clock::now();
    frame.index = beside_->rollout->frame_index();
    frame.pose = beside_->rollout->pose();
    frame.times = beside_->rollout->times();
    history_.extend(beside_->branch, *beside_->rollout, frame.prompt);
    publish_beside(*beside_->rollout, frame);
}

void Generation::publish_beside(const world_model::Rollout& rollout, const FrameMetadata& metadata) {
    beside_rgba_.resize(frame_bytes(world_->info()));
    rollout.copy_frame(beside_rgba_);
    sink_.publish_beside(beside_rgba_, metadata);
}

void Generation::show_first(std::string prompt) {
    ++frame_.epoch;
    frame_.index = rollout_->frame_index();
    frame_.action = {};
    frame_.prompt = std::move(prompt);
    frame_.pose_override.reset();
    frame_.fade = {};
    frame_.pose = rollout_->pose();
    frame_.times = {};
    frame_.input_time.reset();
    frame_.sampled_time = frame_.finished_time = Clock::now();
    sink_.publish(*rollout_, frame_);
}

const FrameMetadata& Generation::step(const Steering& steering) {
    RV_ASSERT(rollout_ != nullptr, "a world is open");
    if (jumped_) begin_parts();
    if (!steering.prompt.empty()) frame_.prompt = steering.prompt;
    frame_.action = clamped(steering.action);
    frame_.pose_override = steering.pose;
    frame_.sampler_steps = steering.sampler_steps;
    frame_.fade = steering.fade;
    frame_.guidance = steering.guidance;
    frame_.input_time = steering.input_time;
    frame_.sampled_time = steering.sampled_time;
    const world_model::StepInput input = input_of(frame_);
    if (truth_) truth_->step(frame_.action, frame_.prompt);
    const bool anchored = std::exchange(anchor_next_, false);
    if (anchored)
        anchor(*rollout_, input, truth_->rgba(), world_->info().width, world_->info().height);
    else
        rollout_->step(input);
    frame_.finished_time = Clock::now();
    frame_.index = rollout_->frame_index();
    frame_.pose = rollout_->pose();
    frame_.times = rollout_->times();
    sink_.publish(*rollout_, frame_);
    if (keeps_history_) history_.add(*rollout_, frame_.prompt);
    if (anchored)
        jumped_ = true;  // no replay of the inputs makes this frame
    else
        note_frame();
    if (beside_) step_beside();
    if (truth_) publish_truth();
    if (view_) publish_view();
    return frame_;
}

void Generation::note_frame() {
    guard_recording([this](Recording& recording) { recording.add(*rollout_, frame_); });
    secured([this](RecoveryLog& log) {
        const world_model::WorldInfo& info = world_->info();
        log.add(noted(frame_, digest_of(*rollout_, info.width, info.height, rgba_)), *rollout_);
    });
}

void Generation::start_recording(const RecordingOptions& options) {
    RV_ASSERT(world_ != nullptr, "a world is open");
    stop_recording();
    auto recording = std::make_unique<Recording>(with_metadata(options), world_->info());
    if (jumped_) begin_parts();
    begin_part(*recording);
    recording_ = std::move(recording);
}

RecordingOptions Generation::with_metadata(RecordingOptions options) const {
    const world_model::WorldInfo& info = world_->info();
    options.metadata = {{"title", info.title.empty() ? info.name : info.title},
                        {"world", info.name},
                        {"seed", std::to_string(start_.seed)},
                        {"prompt", frame_.prompt},
                        {"program", std::string("Reverie ") + REVERIE_VERSION}};
    return options;
}

void Generation::begin_part(Recording& recording) {
    SessionStart part = part_start();
    part.world_digest = world_->digest();  // may read all of the weights, so not for every start
    recording.begin(std::move(part), *rollout_, rollout_->frame_index() == 0);
}

SessionStart Generation::part_start() const {
    SessionStart part;
    part.world = world_->info().name;
    part.world_folder = folder_to_note(world_->info());
    part.start = start_;
    part.device = name_of(open_options_.device);
    part.device_name = world_->device_name();
    part.threads = resolved_threads(open_options_);
    part.sampler_steps = frame_.sampler_steps;
    part.frame_rate = world_->info().frame_rate;
    part.program = REVERIE_VERSION;
    part.date = iso_date();
    part.width = world_->info().width;
    part.height = world_->info().height;
    return part;
}

void Generation::secure(const std::filesystem::path& root) {
    try {
        recovery_ = std::make_unique<RecoveryLog>(root);
    } catch (const Error& error) {
        log::warn("sessions are not secured: {}", error.what());
    }
}

void Generation::stop_recording() {
    if (!recording_) return;
    recording_->finish();
    if (const auto failure = recording_->error())
        recording_error_ = *failure;
    else if (!recording_->options().with_interface)
        log::info("{}", closing_words(recording_->options().video, recording_->encoder(),
                                      recording_->dropped_frames()));
    recording_.reset();
}

void Generation::discard_recording() {
    if (recording_) recording_->discard();
    recording_.reset();
}

std::string Generation::take_recording_error() {
    return std::exchange(recording_error_, {});
}

void Generation::keep_secured(bool kept) {
    if (recovery_) recovery_->keep(kept);
}

template <class Work>
void Generation::secured(Work work) {
    if (!recovery_) return;
    try {
        work(*recovery_);
    } catch (const Error& error) {
        log::warn("sessions are secured no longer: {}", error.what());
        recovery_.reset();
    }
}

template <class Work>
void Generation::guard_recording(Work work) {
    if (!recording_) return;
    try {
        work(*recording_);
    } catch (const std::exception& error) {
        recording_error_ = error.what();
        recording_->finish();
        recording_.reset();
    }
}

}  // namespace rv::app
