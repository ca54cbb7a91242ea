#pragma once
/// What moves by itself in the village: cars that follow the roads and animals that wander.

#include <glm/vec2.hpp>
#include <vector>

#include "engine/simulator/prop.h"
#include "engine/simulator/village_place.h"

namespace rv::simulator {

class Traffic {
  public:
    /// Puts cars and animals into the place and their bodies into its collision world.
    Traffic(VillagePlace& place, const ModelLibrary& library, Random& random);

    /// One frame. Cars wait for the ego and for each other; animals step aside.
    void step(VillagePlace& place, glm::vec2 ego, Random& random);

    [[nodiscard]] const std::vector<Prop>& props() const { return props_; }

  private:
    struct Car {
        std::size_t road;
        float along_m;
        float direction;  ///< +1 or -1 along the road
        float cruise_m;   ///< per frame
        float speed_m = 0.0f;
        glm::vec2 position{0.0f};
        float yaw = 0.0f;
        CollisionWorld::BodyId body = 0;
    };
    struct Animal {
        glm::vec2 position{0.0f};
        float yaw = 0.0f, wanted_yaw = 0.0f;
        float speed_m = 0.0f;
        float walk_m = 0.04f;  ///< its pace per frame
        int frames_left = 0;
        float stride = 0.0f;
        CollisionWorld::BodyId body = 0;
    };

    void add_cars(VillagePlace& place, const ModelLibrary& library, Random& random);
    void add_animals(VillagePlace& place, const ModelLibrary& library, Random& random);
    void step_car(std::size_t index, VillagePlace& place, glm::vec2 ego);
    void step_animal(std::size_t index, VillagePlace& place, glm::vec2 ego, Random& random);
    void pose_car(std::size_t index, VillagePlace& place);
    void pose_animal(std::size_t index, VillagePlace& place);

    std::vector<Car> cars_;
    std::vector<Animal> animals_;
    std::vector<Prop> props_;  ///< cars first, then animals
};

}  // namespace rv::simulator
