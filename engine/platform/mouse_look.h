#pragma once
/// Turns mouse motion into the turn and look of frames. A quick flick asks for more than one frame can turn:
/// the excess is carried to the next frames, so no motion is lost, up to a bound that keeps the view from
/// turning on long after the hand has stopped.

namespace rv::platform {

struct Turning {
    float turn = 0;  ///< +1 right, in units of the largest turn of one frame
    float look = 0;  ///< +1 up
    friend bool operator==(const Turning&, const Turning&) = default;
};

class MouseLook {
  public:
    /// @param max_carry_frames how many full frames of turning may wait beyond the one being taken, at least
    /// 0.
    explicit MouseLook(float max_carry_frames = 4.0f) : max_carry_(max_carry_frames) {}

    /// Motion in frame units, any size.
    void add(Turning motion);
    /// The share of one frame, both parts in [-1, 1].
    Turning take();
    [[nodiscard]] Turning waiting() const { return waiting_; }
    void clear() { waiting_ = {}; }

  private:
    float max_carry_;
    Turning waiting_;
};

}  // namespace rv::platform
