#include "engine/app/generation_thread.h"

#include <exception>
#include <utility>

#include "engine/app/resources.h"
#include "engine/core/error.h"
#include "engine/core/log.h"

namespace rv::app {

using State = GenerationStatus::State;

namespace {

RecordingStatus status_of(const Recording& recording) {
    return {recording.options(), recording.frames(), recording.dropped_frames(), recording.encoder()};
}

}  // namespace

void GenerationThread::Relay::begin_world(const world_model::WorldInfo& info) {
    control_.set_sampler_steps(opening_sampler_steps);
    sink_.begin_world(info);
}

void GenerationThread::Relay::publish_beside(std::span<const std::uint8_t> rgba,
                                             const FrameMetadata& metadata) {
    sink_.publish_beside(rgba, metadata);
}

void GenerationThread::Relay::end_beside() {
    sink_.end_beside();
}

void GenerationThread::Relay::publish(const world_model::Rollout& rollout, const FrameMetadata& metadata) {
    if (metadata.epoch != epoch_) control_.set_prompt(metadata.prompt);
    epoch_ = metadata.epoch;
    sink_.publish(rollout, metadata);
}

GenerationThread::GenerationThread(Control& control, FrameSink& sink, WorldOpener open_world,
                                   GenerationThreadOptions options)
    : control_(control),
      options_(options),
      relay_(control, sink),
      generation_(relay_, std::move(open_world), options.history_bytes) {
    status_.history = std::make_shared<const HistoryTree>();
    if (!options.recovery.empty()) generation_.secure(options.recovery);
    thread_ = std::thread([this] { run(); });
}

GenerationThread::~GenerationThread() {
    control_.stop();
    thread_.join();
}

GenerationStatus GenerationThread::status() const {
    const std::lock_guard lock(mutex_);
    GenerationStatus status = status_;
    status.steps = statistics_.summary();
    return status;
}

std::vector<StepRecord> GenerationThread::newest_steps(std::size_t count) const {
    const std::lock_guard lock(mutex_);
    return statistics_.newest(count);
}

void GenerationThread::run() {
    while (!control_.stopping()) {
        try {
            round();
        } catch (const std::exception& error) {
            fail(error);
        }
    }
    film_.reset();
    generation_.stop_recording();
}

void GenerationThread::round() {
    while (auto request = control_.take_request()) carry_out(*request);
    if (film_) {
        film_frame();
        return;
    }
    if (!generation_.has_world() || failed_) {
        control_.wait_for_request();
        return;
    }
    const bool races = playback_ && playback_races_;
    const TimePoint due = races ? Clock::now() : pacer_.due(Clock::now());
    if (due > Clock::now() && !control_.paused()) {
        control_.wait_until(due);
        return;  // a request or a pause may have come
    }
    if (!control_.take_permission()) {
        rest();
        return;
    }
    make_frame();
}

void GenerationThread::rest() {
    pacer_.restart();
    {
        const std::lock_guard lock(mutex_);
        statistics_.interrupt();
    }
    update_status(State::Paused);
    control_.wait_for_work();
}

void GenerationThread::make_frame() {
    const TimePoint now = Clock::now();
    pacer_.begin(now);
    control_.take(sample_);
    if (!steer_by_playback()) steer_by_hand();
    steering_.sampled_time = Clock::now();
    const world_model::WorldInfo& info = generation_.world().info();
    const FrameMetadata& frame = generation_.step(steering_);
    governor_.add(cost_of(frame), frame.finished_time);
    {
        const std::lock_guard lock(mutex_);
        statistics_.add({.frame = frame.index,
                         .began = frame.sampled_time,
                         .finished = frame.finished_time,
                         .times = frame.times,
                         .budget_ms = options_.uncapped ? 0.0 : 1000 / info.frame_rate});
    }
    update_status(State::Running);
}

void GenerationThread::steer_by_hand() {
    const world_model::WorldInfo& info = generation_.world().info();
    steering_.action = sample_.motion.action;
    steering_.prompt = sample_.prompt;
    governor_.set_deadline_ms(sample_.deadline_ms);
    steering_.sampler_steps = governor_.steps(sample_.sampler_steps);
    steering_.fade = fade();
    steering_.guidance = sample_.guidance;
    steering_.input_time = sample_.input_time;
    steering_.pose = steer_camera(info);
}

// False when nothing plays, or no longer.
bool GenerationThread::steer_by_playback() {
    if (!playback_) return false;
    if (!playback_races_ && sample_.motion != platform::Motion{}) {
        end_playback();
        return false;
    }
    std::optional<Steering> steering = next_of_playback();
    if (!steering) {
        end_playback();
        return false;
    }
    steering_ = std::move(*steering);
    camera_free_ = false;
    if (!steering_.prompt.empty()) control_.set_prompt(steering_.prompt);
    return true;
}

std::optional<Steering> GenerationThread::next_of_playback() {
    try {
        for (;;) {
            if (auto steering = playback_->next(generation_.frame().pose)) return steering;
            const auto part = playback_->next_part();
            if (!part) return std::nullopt;
            begin_part(*part);
        }
    } catch (const Error& error) {
        note(error.what());
        return std::nullopt;
    }
}

void GenerationThread::begin_part(const Playback::Part& part) {
    const bool is_open = generation_.has_world() && (part.world.empty() || part.world_name == world_->name);
    if (is_open) {
        generation_.restart(part.start);
        has_begun();
    } else {
        open({find_world(part.world), playback_options_, part.start, part.sampler_steps});
    }
    if (!part.state.empty()) generation_.restore(part.state);
    playback_->begin(*world_, generation_.start_prompt());
}

// The person goes on from here, with what is in force now.
void GenerationThread::end_playback() {
    if (!playback_) return;
    playback_.reset();
    pacer_.restart();
    fader_.begin(generation_.frame().prompt);
    control_.set_prompt(generation_.frame().prompt);
    sample_.prompt = generation_.frame().prompt;
}

world_model::PromptFade GenerationThread::fade() {
    const FrameMetadata& last = generation_.frame();
    if (std::exchange(faded_epoch_, last.epoch) != last.epoch) fader_.begin(last.prompt);
    return fader_.next(sample_.prompt, sample_.fade_frames);
}

std::optional<CameraPose> GenerationThread::steer_camera(const world_model::WorldInfo& info) {
    const bool wanted = sample_.free_camera && info.has_pose;
    if (wanted && !camera_free_) camera_.start(generation_.frame().pose);
    camera_free_ = wanted;
    if (!wanted) return std::nullopt;
    return camera_.advance(sample_.motion, static_cast<float>(1.0 / info.frame_rate));
}

void GenerationThread::carry_out(Request& request) {
    std::visit([this](auto& wish) { carry_out(wish); }, request);
    if (generation_.has_world() && !failed_)
        update_status(control_.paused() ? State::Paused : State::Running);
}

void GenerationThread::carry_out(OpenWorldRequest& wish) {
    end_film();
    playback_.reset();
    try {
        open(wish);
    } catch (const std::exception& error) {
        if (!generation_.has_world() || failed_) throw;
        note(error.what());  // the world that was there goes on
    }
}

void GenerationThread::open(const OpenWorldRequest& wish) {
    update_status(State::Opening);
    relay_.opening_sampler_steps = wish.sampler_steps;
    generation_.open(wish.folder, wish.options, wish.start);
    world_ = std::make_shared<const world_model::WorldInfo>(generation_.world().info());
    pacer_.set_rate(options_.uncapped ? 0.0 : world_->frame_rate);
    governor_.begin(world_->default_sampler_steps, world_->max_sampler_steps);
    has_begun();
}

void GenerationThread::carry_out(PlayRequest& wish) {
    play([&] { return Playback(wish.file); }, wish.options, false);
}

void GenerationThread::carry_out(ResumeRequest& wish) {
    play([&] { return Playback(wish.log, read_unfinished(wish.log)); }, wish.options, true);
}

// Its first part begins at once, so that what cannot is known now, and leaves the world that was there.
template <class Read>
void GenerationThread::play(Read read, const world_model::OpenOptions& options, bool races) {
    end_film();
    try {
        playback_.emplace(read());
        playback_options_ = options;
        playback_races_ = races;
        begin_part(*playback_->next_part());
        control_.set_paused(false);
    } catch (const Error& error) {
        playback_.reset();
        note(error.what());
    }
}

void GenerationThread::carry_out(ResetRequest& wish) {
    if (!generation_.has_world()) return;
    playback_.reset();
    generation_.restart(wish.start.value_or(generation_.start()));
    has_begun();
}

void GenerationThread::carry_out(StartRecordingRequest& wish) {
    if (!generation_.has_world()) return;
    try {
        if (wish.options.video.empty()) wish.options.video = new_recording_path(".mp4");
        generation_.start_recording(wish.options);
    } catch (const std::exception& error) {
        note(error.what());
    }
}

void GenerationThread::carry_out(StopRecordingRequest& wish) {
    if (wish.discard) return generation_.discard_recording();
    if (const Recording* recording = generation_.recording()) recording_ = status_of(*recording);
    generation_.stop_recording();
}

void GenerationThread::carry_out(RewindRequest& wish) {
    if (!generation_.rewind(wish.to)) return;
    playback_.reset();
    failed_ = false;
    camera_free_ = false;
    pacer_.restart();
}

void GenerationThread::carry_out(BookmarkRequest& wish) {
    if (!generation_.history().tree().branches.empty()) generation_.history().bookmark(std::move(wish.name));
}

void GenerationThread::carry_out(RemoveBookmarkRequest& wish) {
    generation_.history().remove_bookmark(wish.index);
}

void GenerationThread::carry_out(RenameBranchRequest& wish) {
    generation_.history().rename(wish.branch, std::move(wish.name));
}

void GenerationThread::carry_out(CompareRequest& wish) {
    if (!wish.branch || !generation_.show_beside(*wish.branch)) generation_.end_beside();
}

void GenerationThread::carry_out(ShowTruthRequest& wish) {
    if (!generation_.has_world()) return;
    if (!wish.on) return generation_.end_beside();
    try {
        generation_.show_truth();
    } catch (const Error& error) {
        note(error.what());
        return;
    }
    has_begun();
}

void GenerationThread::carry_out(ShowDifferenceRequest& wish) {
    generation_.show_difference(wish.on);
}

void GenerationThread::carry_out(AnchorRequest&) {
    generation_.anchor_next();
}

void GenerationThread::carry_out(ShowViewRequest& wish) {
    if (!generation_.has_world()) return;
    if (!wish.view) return generation_.end_beside();
    try {
        generation_.show_view(*wish.view);
    } catch (const UsageError& error) {
        note(error.what());
    }
}

void GenerationThread::carry_out(PlaceCameraRequest& wish) {
    camera_.start(wish.pose);
    camera_free_ = true;
}

void GenerationThread::carry_out(FilmRequest& wish) {
    if (!generation_.has_world() || failed_) return;
    end_film();
    try {
        if (wish.film.video.empty()) wish.film.video = new_recording_path(".mp4");
        film_.emplace(std::move(wish.film), generation_.rollout().copy(), generation_.world().info());
    } catch (const std::exception& error) {
        note(error.what());
    }
}

void GenerationThread::carry_out(StopFilmRequest&) {
    end_film();
}

void GenerationThread::film_frame() {
    bool goes_on = false;
    try {
        goes_on = film_->step();
        if (goes_on) show(film_->rollout());
    } catch (const std::exception& error) {
        note(error.what());
    }
    if (!goes_on) end_film();
    update_status(control_.paused() ? State::Paused : State::Running);
}

// Back to the session, which has not moved; what was pressed meanwhile was not meant for it.
void GenerationThread::end_film() {
    if (!film_) return;
    const FilmStatus status = film_->status();
    film_.reset();
    if (status.frames > 0) last_film_ = status.video;
    show(generation_.rollout());
    control_.take(sample_);
    pacer_.restart();
    const std::lock_guard lock(mutex_);
    statistics_.interrupt();
}

// A picture that is no step of the session: it answers to no input.
void GenerationThread::show(const world_model::Rollout& rollout) {
    FrameMetadata metadata = generation_.frame();
    metadata.input_time.reset();
    relay_.publish(rollout, metadata);
}

void GenerationThread::has_begun() {
    if (std::string remark = generation_.world().remark(); !remark.empty()) note(std::move(remark));
    failed_ = false;
    generation_.keep_secured(false);
    camera_free_ = false;
    pacer_.restart();
    const std::lock_guard lock(mutex_);
    status_.error.clear();
    statistics_.clear();
}

void GenerationThread::note(std::string notice) {
    log::warn("{}", notice);
    const std::lock_guard lock(mutex_);
    status_.notice = std::move(notice);
}

void GenerationThread::fail(const std::exception& error) {
    log::error("{}", error.what());
    failed_ = true;
    playback_.reset();
    generation_.keep_secured(true);
    {
        const std::lock_guard lock(mutex_);
        status_.error = error.what();
    }
    update_status(State::Failed);
}

void GenerationThread::update_status(State state) {
    if (std::string problem = generation_.take_recording_error(); !problem.empty()) note(std::move(problem));
    auto history = std::make_shared<const HistoryTree>(generation_.history().tree());
    const std::lock_guard lock(mutex_);
    status_.state = state;
    if (!generation_.has_world()) return;
    const FrameMetadata& frame = generation_.frame();
    status_.world = world_;
    status_.device = generation_.world().device_name();
    status_.start = generation_.start();
    status_.epoch = frame.epoch;
    status_.frame_index = frame.index;
    status_.pose = frame.pose;
    status_.prompt = frame.prompt;
    status_.action = frame.action;
    status_.sampler_steps = frame.sampler_steps;
    status_.free_camera = camera_free_;
    status_.history = std::move(history);
    status_.beside = generation_.beside();
    status_.truth_psnr_db = generation_.truth_psnr_db();
    status_.difference = generation_.difference_shown();
    status_.view = generation_.view();
    status_.times = frame.times;
    status_.playback =
        playback_ ? std::optional(PlaybackStatus{playback_->file(), playback_->done(), playback_->count()})
                  : std::nullopt;
    status_.film = film_ ? std::optional(film_->status()) : std::nullopt;
    status_.last_film = last_film_;
    if (const Recording* recording = generation_.recording()) {
        status_.recording = recording_ = status_of(*recording);
    } else {
        status_.recording.reset();
        status_.last_recording = recording_;
    }
}

}  // namespace rv::app
