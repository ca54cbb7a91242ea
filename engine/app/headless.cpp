#include "engine/app/headless.h"

#include <optional>
#include <vector>

#include "engine/app/governor.h"
#include "engine/app/playback.h"
#include "engine/app/session.h"
#include "engine/core/error.h"
#include "engine/core/progress.h"

namespace rv::app {
namespace {

void require_recording(Generation& generation) {
    if (std::string problem = generation.take_recording_error(); !problem.empty()) throw Error(problem);
}

}  // namespace

HeadlessResult run_headless(const HeadlessOptions& options, const Script& script,
                            const WorldOpener& open_world) {
    NoSink sink;
    Generation generation(sink, open_world);
    generation.open(options.world, options.open, options.start);
    if (!options.record.video.empty()) {
        RecordingOptions record = options.record;
        record.wait_when_full = true;
        generation.start_recording(record);
    }

    Script named = script;
    name_buttons(named, generation.world().info());
    const auto total = static_cast<std::uint64_t>(named.frame_count());
    std::optional<ProgressBar> progress;
    if (options.show_progress) progress.emplace("play", "frames", total);

    HeadlessResult result;
    const TimePoint begin = Clock::now();
    ScriptPlayer player(named, generation.start_prompt());
    Governor governor;
    governor.begin(generation.world().info().default_sampler_steps,
                   generation.world().info().max_sampler_steps);
    governor.set_deadline_ms(options.deadline_ms);
    while (!player.finished()) {
        const ScriptFrame frame = player.next(generation.frame().pose);
        Steering steering = steering_of(frame);
        steering.sampler_steps =
            governor.steps(options.sampler_steps > 0 ? options.sampler_steps : frame.sampler_steps);
        steering.sampled_time = Clock::now();
        const FrameMetadata& made = generation.step(steering);
        governor.add(cost_of(made), made.finished_time);
        require_recording(generation);
        ++result.frames;
        if (progress) {
            progress->set_note(frame.segment->name);
            progress->update(result.frames);
        }
    }
    result.seconds = seconds_between(begin, Clock::now());
    if (progress) progress->finish();
    generation.stop_recording();
    require_recording(generation);
    const world_model::WorldInfo& info = generation.world().info();
    std::vector<std::uint8_t> rgba;
    result.last_digest = digest_of(generation.rollout(), info.width, info.height, rgba);
    return result;
}

}  // namespace rv::app
