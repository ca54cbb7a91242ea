#pragma once
/// Holds a frame deadline by changing the number of sampler steps. Pure logic: time is passed in, and nothing
/// is random.
///
///     governor.begin(info.default_sampler_steps, info.max_sampler_steps);
///     governor.set_deadline_ms(50);
///     for (;;) { step(governor.steps(asked)); governor.add({total_ms, sampling_ms}, Clock::now()); }
///
/// A step is a fixed part and a part that grows with the sampler steps. Both are followed by an exponential
/// average of the cost of one sampler step and of the rest, so that every frame, whatever its number of
/// sampler steps, also tells what other numbers would cost under the load of this moment.

#include "engine/app/frame_sink.h"
#include "engine/core/clock.h"

namespace rv::app {

/// What a frame took.
struct FrameCost {
    double total_ms = 0;
    double sampling_ms = 0;  ///< the share of it that grows with the sampler steps; 0: unknown, taken as all
};

FrameCost cost_of(const FrameMetadata& frame);

class Governor {
  public:
    /// A world begins, whose sampler takes 1 to `most` steps and by default `usual`. Forgets what was
    /// measured.
    void begin(int usual, int most);
    /// 0: off.
    void set_deadline_ms(double deadline_ms);
    [[nodiscard]] bool active() const { return deadline_ms_ > 0; }
    [[nodiscard]] double deadline_ms() const { return deadline_ms_; }

    /// For the next frame. Off: `asked`, whatever that is. Otherwise 1 to the world's most, beginning with
    /// what was asked for last (0: the world's usual number).
    int steps(int asked);
    /// A frame was made with the number that steps() gave. @param now when it was done; never goes back
    void add(const FrameCost& cost, TimePoint now);

  private:
    [[nodiscard]] double expected_ms(int steps) const { return rest_ms_ + steps * sampler_step_ms_; }
    void change_to(int steps, TimePoint now);
    void lower(TimePoint now);
    void raise(TimePoint now);

    double deadline_ms_ = 0;
    int usual_ = 1, most_ = 1;
    int steps_ = 0;                             // 0: not decided yet
    double rest_ms_ = 0, sampler_step_ms_ = 0;  // exponential averages
    int frames_ = 0;                            // since begin()
    int frames_at_steps_ = 0;                   // since the last change
    int hanging_ = 0;                           // newest frames in a row that took far too long
    TimePoint changed_{}, room_since_{};
    bool has_room_ = false, raised_last_ = false;
    Clock::duration patience_{};  // how long there must be room before the next raise
};

}  // namespace rv::app
