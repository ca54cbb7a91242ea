#pragma once
/// The environment "village": a procedural outdoor place from a seed, see Environment.

#include <optional>

#include "engine/simulator/ego.h"
#include "engine/simulator/environment.h"
#include "engine/simulator/traffic.h"
#include "engine/simulator/village_policy.h"
#include "engine/simulator/village_scene.h"

namespace rv::simulator {

class Village final : public Environment {
  public:
    static constexpr int kEpisodeFrames = 1800;  ///< two minutes, then Step::truncated
    static constexpr int kBlendFrames = 6;       ///< from one look to the next
    static constexpr float kFovY = 0.96f;        ///< radians: 55 degrees

    /// @throws FileError if the project's models are missing. The observer outlives the environment.
    Village(const EnvironmentOptions& options, Observer& observer);

    [[nodiscard]] const EnvironmentSpec& spec() const override { return spec_; }
    Step reset(std::uint64_t seed) override;
    Step step(const Action& action) override;
    void set_prompt(std::string_view prompt) override;
    [[nodiscard]] std::string prompt() const override { return prompt_; }
    Action policy() override;

    [[nodiscard]] const asset::Scene& scene() const { return scene_.scene(); }
    [[nodiscard]] std::uint32_t triangles_in_view() const { return scene_.triangles_in_view(); }
    [[nodiscard]] const VillagePlace& place() const { return *place_; }
    [[nodiscard]] const Ego& ego() const { return ego_; }
    [[nodiscard]] const Look& look() const { return look_; }
    /// Puts the ego elsewhere; the next step starts there.
    void place_ego(glm::vec2 position, float yaw);

  private:
    void spawn_ego();
    Step observe(const Action& action);
    void advance_look();

    EnvironmentSpec spec_;
    EnvironmentOptions options_;
    Observer& observer_;
    ModelLibrary library_;
    VillageScene scene_;
    Random random_{0};
    std::optional<VillagePlace> place_;
    std::optional<Traffic> traffic_;
    std::optional<VillagePolicy> policy_;
    Ego ego_;
    Look look_, previous_look_;
    Appearance from_, to_, current_;
    int blend_frame_ = kBlendFrames;
    std::string prompt_;
    int frame_ = 0;
    bool collided_ = false;
    float sail_angle_ = 0.0f;
    std::vector<Prop> moving_;
};

}  // namespace rv::simulator
