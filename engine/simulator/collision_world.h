#pragma once
/// What one can bump into, as Bullet shapes. The ground is not among them: it is a height, see Terrain.

#include <glm/vec2.hpp>
#include <glm/vec3.hpp>
#include <memory>

namespace rv::simulator {

class CollisionWorld {
  public:
    CollisionWorld();
    ~CollisionWorld();
    CollisionWorld(CollisionWorld&&) noexcept;
    CollisionWorld& operator=(CollisionWorld&&) noexcept;

    using BodyId = int;

    /// A box around `center`, turned by `yaw` (from above, clockwise).
    BodyId add_box(glm::vec3 center, glm::vec3 half_extents, float yaw);
    /// An upright cylinder around `center`.
    BodyId add_cylinder(glm::vec3 center, float radius_m, float half_height_m);
    void move(BodyId body, glm::vec3 center, float yaw);

    struct Slide {
        glm::vec2 position{0.0f};
        bool blocked = false;  ///< less than 70 % of the way was possible
    };
    /// Moves an upright capsule in the horizontal plane, sliding along what it meets, and out of what
    /// overlaps it.
    /// @param feet_m height of its lower end.
    [[nodiscard]] Slide slide(glm::vec2 from, glm::vec2 step, float feet_m, float radius_m,
                              float height_m) const;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace rv::simulator
