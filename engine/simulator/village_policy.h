#pragma once
/// The built-in walker of the village: goes about like a person at a keyboard or gamepad, and shows a learner
/// every kind of movement. It mostly follows the roads; in between it walks straight on, in curves, sideways
/// and backwards, turns in place, stops, looks up and down, runs, visits houses and bumps into them, and
/// turns away from what it hit; and comes back: it turns a full circle, or walks to where it was.

#include <glm/vec2.hpp>
#include <vector>

#include "engine/core/action.h"
#include "engine/simulator/random.h"
#include "engine/simulator/village_place.h"

namespace rv::simulator {

class VillagePolicy {
  public:
    explicit VillagePolicy(std::uint64_t seed, bool drives);

    struct Situation {
        glm::vec2 position{0.0f};
        float yaw = 0.0f;
        bool collided = false;  ///< in the last frame
    };
    Action next(const VillagePlace& place, const Situation& now);

  private:
    enum class Mode {
        FollowRoad,
        Straight,
        Curve,
        TurnInPlace,
        LookRound,
        Stop,
        BackOff,
        Sideways,
        Visit,
        Return,
        GoHome
    };

    void choose_mode(const VillagePlace& place, const Situation& now);
    void start(Mode mode, int frames);
    void react_to_collision();
    [[nodiscard]] Action act(const VillagePlace& place, const Situation& now);
    [[nodiscard]] glm::vec2 road_target(const VillagePlace& place, const Situation& now) const;
    [[nodiscard]] float turn_towards(glm::vec2 target, const Situation& now);
    void look_around(Action& action);

    Random random_;
    bool drives_;
    Mode mode_ = Mode::FollowRoad;
    int frames_left_ = 0;
    bool keyboard_ = true;  ///< full presses; otherwise smooth, as from a stick
    bool running_ = false;
    float speed_ = 1.0f, turn_ = 0.0f, sideways_ = 0.0f;
    float drift_ = 0.0f;  ///< slow noise on the stick
    float road_offset_m_ = 0.0f;
    glm::vec2 goal_{0.0f};
    std::vector<glm::vec2> passed_;  ///< where it was, every few frames
    int frame_ = 0;
    int pushing_frames_ = 0;
    int look_frames_left_ = 0, look_pause_ = 30;
    float look_ = 0.0f;
};

}  // namespace rv::simulator
