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

Generation::Generation(FrameSink& sink, WorldOpener opener) : sink_(sink), opener_(std::move(opener)) {}

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
    memory_.reset();
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
    rollout_ = world_->start(start);
    start_ = start;
    publish_first(start_prompt());
}

void Generation::restore(const std::filesystem::path& state) {
    RV_ASSERT(rollout_ != nullptr, "a world is open");
    rollout_->restore(state);
    publish_first(frame_.prompt);
}

void Generation::publish_first(std::string prompt) {
    ++frame_.epoch;
    frame_.index = rollout_->frame_index();
    frame_.action = {};
    frame_.prompt = std::move(prompt);
    frame_.pose_override.reset();
    frame_.pose = rollout_->pose();
    frame_.times = {};
    frame_.input_time.reset();
    frame_.sampled_time = frame_.finished_time = Clock::now();
    sink_.publish(*rollout_, frame_);
    guard_recording([this](Recording& recording) { begin_part(recording); });
}

const FrameMetadata& Generation::step(const Steering& steering) {
    RV_ASSERT(rollout_ != nullptr, "a world is open");
    if (!steering.prompt.empty()) frame_.prompt = steering.prompt;
    frame_.action = clamped(steering.action);
    frame_.pose_override = steering.pose;
    frame_.sampler_steps = steering.sampler_steps;
    frame_.input_time = steering.input_time;
    frame_.sampled_time = steering.sampled_time;
    rollout_->step({frame_.action, frame_.pose_override, frame_.prompt, frame_.sampler_steps});
    frame_.finished_time = Clock::now();
    frame_.index = rollout_->frame_index();
    frame_.pose = rollout_->pose();
    frame_.times = rollout_->times();
    sink_.publish(*rollout_, frame_);
    guard_recording([this](Recording& recording) { recording.add(*rollout_, frame_); });
    return frame_;
}

void Generation::remember() {
    RV_ASSERT(rollout_ != nullptr, "a world is open");
    memory_ = rollout_->copy();
    memory_prompt_ = frame_.prompt;
}

bool Generation::go_back() {
    if (!memory_) return false;
    rollout_ = memory_->copy();
    publish_first(memory_prompt_);
    return true;
}

void Generation::start_recording(const RecordingOptions& options) {
    RV_ASSERT(world_ != nullptr, "a world is open");
    stop_recording();
    auto recording = std::make_unique<Recording>(options, world_->info());
    begin_part(*recording);
    recording_ = std::move(recording);
}

void Generation::begin_part(Recording& recording) {
    SessionStart part;
    part.world = world_->info().name;
    part.world_folder = folder_to_note(world_->info());
    part.world_digest = world_->digest();
    part.start = start_;
    part.device = name_of(open_options_.device);
    part.device_name = world_->device_name();
    part.threads = resolved_threads(open_options_);
    part.sampler_steps = frame_.sampler_steps;
    part.frame_rate = world_->info().frame_rate;
    part.program = REVERIE_VERSION;
    part.date = iso_date();
    recording.begin(std::move(part), *rollout_, rollout_->frame_index() == 0);
}

void Generation::stop_recording() {
    if (!recording_) return;
    recording_->finish();
    if (const auto failure = recording_->error()) recording_error_ = *failure;
    recording_.reset();
}

std::string Generation::take_recording_error() {
    return std::exchange(recording_error_, {});
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
