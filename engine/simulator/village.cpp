#include "engine/simulator/village.h"

#include <algorithm>
#include <glm/geometric.hpp>
#include <glm/gtc/matrix_transform.hpp>

#include "engine/asset/assets_folder.h"
#include "engine/core/error.h"

namespace rv::simulator {
namespace {

EnvironmentSpec make_spec(const EgoLimits& limits) {
    EnvironmentSpec spec;
    spec.name = "village";
    spec.max_turn_rad_per_frame = limits.turn_rad;
    spec.max_step_m_per_frame = limits.walk_m;
    spec.has_prompt = true;
    spec.segment_names = village_segment_names();
    return spec;
}

EgoLimits limits_of(const EnvironmentOptions& options) {
    return options.drive ? EgoLimits::driving() : EgoLimits::on_foot();
}

}  // namespace

Village::Village(const EnvironmentOptions& options, Observer& observer)
    : spec_(make_spec(limits_of(options))),
      options_(options),
      observer_(observer),
      library_(asset::assets_folder() / "meshes", village_model_names()),
      scene_(library_),
      ego_(limits_of(options)) {}

Step Village::reset(std::uint64_t seed) {
    random_ = Random(seed);
    const Look drawn = all_looks()[static_cast<std::size_t>(random_.index(kLookCount))];
    const std::string drawn_prompt = caption(drawn, random_);
    prompt_ = options_.prompt.empty() ? drawn_prompt : options_.prompt;
    look_ = previous_look_ = parse_prompt(prompt_);
    from_ = to_ = current_ = appearance_of(look_);
    blend_frame_ = kBlendFrames;

    place_ = build_village(random_, library_);
    traffic_.emplace(*place_, library_, random_);
    policy_.emplace(random_.bits(), options_.drive);
    scene_.load(*place_);
    frame_ = 0;
    collided_ = false;
    sail_angle_ = random_.uniform(0.0f, 6.28f);
    spawn_ego();
    return observe({});
}

Step Village::step(const Action& wanted) {
    RV_ASSERT(place_.has_value(), "an environment was stepped before its first reset");
    const Action action = clamped(wanted);
    ++frame_;
    sail_angle_ += 0.03f;
    advance_look();
    traffic_->step(*place_, ego_.position(), random_);
    const glm::vec2 wish = ego_.steer(action);
    const EgoLimits& limits = ego_.limits();
    const CollisionWorld::Slide slide = place_->collisions.slide(ego_.position(), wish, ego_.feet_m() + 0.15f,
                                                                 limits.radius_m, limits.height_m - 0.15f);
    collided_ = slide.blocked;
    ego_.settle(slide.position, slide.blocked, place_->terrain.height_at(slide.position));
    return observe(action);
}

void Village::set_prompt(std::string_view prompt) {
    prompt_ = prompt;
    const Look next = parse_prompt(prompt);
    if (next == look_) return;
    previous_look_ = look_;
    look_ = next;
    from_ = current_;
    to_ = appearance_of(next);
    blend_frame_ = 0;
}

Action Village::policy() {
    RV_ASSERT(place_.has_value(), "an environment was asked for an action before its first reset");
    return policy_->next(*place_, {ego_.position(), ego_.yaw(), collided_});
}

void Village::place_ego(glm::vec2 position, float yaw) {
    ego_.place(position, yaw);
    ego_.settle(position, false, place_->terrain.height_at(position));
}

void Village::spawn_ego() {
    const auto near_car = [&](glm::vec2 p) {
        return std::any_of(traffic_->props().begin(), traffic_->props().end(), [&](const Prop& prop) {
            return glm::distance(glm::vec2(prop.position.x, prop.position.z), p) < 6.0f;
        });
    };
    // Mostly on a road and looking along it; otherwise anywhere.
    const bool on_road = options_.drive || random_.chance(0.75f);
    glm::vec2 position(0.0f, 4.0f);
    float yaw = 0.0f;
    for (int attempt = 0; attempt < 100; ++attempt) {
        const std::vector<Road>& roads = place_->roads.roads();
        const Road& road = roads[static_cast<std::size_t>(random_.index(static_cast<int>(roads.size())))];
        const float along = random_.uniform(0.05f, 0.9f) * road.length_m();
        glm::vec2 p = road.at(along) + glm::vec2(random_.uniform(-1.5f, 1.5f), random_.uniform(-1.5f, 1.5f));
        yaw =
            yaw_of((road.at(along + 1.0f) - road.at(along)) * random_.sign()) + random_.uniform(-0.4f, 0.4f);
        if (!on_road) {
            p = glm::vec2(random_.uniform(-64.0f, 64.0f), random_.uniform(-64.0f, 64.0f));
            yaw = random_.uniform(-3.14f, 3.14f);
        }
        const bool at_border = std::max(std::abs(p.x), std::abs(p.y)) > kBorderM - 8.0f;
        if (at_border || near_car(p) || !place_->is_free(p, options_.drive ? 1.2f : 0.7f)) continue;
        position = p;
        break;
    }
    place_ego(position, yaw);
}

void Village::advance_look() {
    if (blend_frame_ >= kBlendFrames) return;
    ++blend_frame_;
    const float t = static_cast<float>(blend_frame_) / kBlendFrames;
    current_ = blend_frame_ == kBlendFrames ? to_ : blend(from_, to_, t);
}

Step Village::observe(const Action& action) {
    moving_ = traffic_->props();
    Prop sails;
    sails.model.fill(library_.id("windmill_sails"));
    sails.transform = glm::rotate(place_->windmill_sails, sail_angle_, glm::vec3(0, 0, 1));
    sails.position = glm::vec3(sails.transform[3]);
    sails.segment = Segment::House;
    moving_.push_back(sails);

    VillageScene::View view;
    view.camera = ego_.camera();
    view.intrinsics = Intrinsics::from_vertical_fov(options_.width, options_.height, kFovY);
    view.biome = 2 * blend_frame_ < kBlendFrames ? previous_look_.biome : look_.biome;
    view.time_s = static_cast<float>(frame_) / static_cast<float>(spec_.frame_rate);
    const asset::Scene& scene = scene_.compose(*place_, moving_, current_, view);
    Step step;
    step.observation = observer_.observe(scene, view.camera, view.intrinsics);
    step.action = action;
    step.collided = collided_;
    step.truncated = frame_ >= kEpisodeFrames;
    return step;
}

}  // namespace rv::simulator
