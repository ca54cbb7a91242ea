#include "tools/collect_episode.h"

#include <algorithm>
#include <cstdio>
#include <vector>

#include "engine/core/action.h"
#include "engine/dataset/episode_writer.h"
#include "engine/simulator/prompt.h"
#include "engine/simulator/random.h"

namespace rv::tools {
namespace {

using simulator::Random;

constexpr int kShortestPrompt = 50, kLongestPrompt = 90;  // frames

/// Sees nothing; tells what a picture would look like.
class BlindObserver final : public simulator::Observer {
  public:
    simulator::Observation observe(const asset::Scene&, const CameraPose& pose,
                                   const Intrinsics& k) override {
        const auto pixels = static_cast<std::size_t>(k.width) * static_cast<std::size_t>(k.height);
        rgba_.resize(pixels * 4);
        depth_.resize(pixels, simulator::kSkyDepth);
        normals_.resize(pixels * 4);
        segmentation_.resize(pixels);
        return {k.width, k.height, rgba_, depth_, normals_, segmentation_, pose, k};
    }

  private:
    std::vector<std::uint8_t> rgba_, segmentation_;
    std::vector<float> depth_;
    std::vector<std::int8_t> normals_;
};

dataset::FrameRecord record_of(const simulator::Step& step) {
    const simulator::Observation& seen = step.observation;
    return {{seen.rgba.data(), seen.width, seen.height, static_cast<std::size_t>(seen.width) * 4},
            seen.depth_m,
            seen.normals,
            seen.segmentation,
            seen.pose,
            step.action,
            step.collided};
}

std::string canonical(const std::string& prompt) {
    return simulator::canonical_name(simulator::parse_prompt(prompt));
}

/// Another look than the one in force, in varied words.
std::string next_prompt(const std::string& current, Random& random) {
    const simulator::Look before = simulator::parse_prompt(current);
    simulator::Look look = before;
    while (look == before)
        look = simulator::all_looks()[static_cast<std::size_t>(random.index(simulator::kLookCount))];
    return simulator::caption(look, random);
}

std::string short_number(float value) {
    char text[32];
    std::snprintf(text, sizeof text, "%g", static_cast<double>(value));
    return text;
}

}  // namespace

EpisodeCollector::EpisodeCollector(EpisodePlan plan, simulator::Observer& observer)
    : plan_(std::move(plan)), observer_(observer) {}

simulator::Environment& EpisodeCollector::environment(bool drive) {
    auto& wanted = drive ? driving_ : walking_;
    if (!wanted)
        wanted = simulator::create_environment(plan_.environment, {plan_.width, plan_.height, drive, {}},
                                               observer_);
    return *wanted;
}

std::optional<dataset::EpisodeInfo> EpisodeCollector::collect(const std::filesystem::path& folder,
                                                              const dataset::DatasetInfo& info, int index,
                                                              std::uint64_t seed,
                                                              const std::function<bool()>& keep_going) {
    // A stream of its own: the environment draws from the plain seed.
    Random random(seed ^ 0x9e3779b97f4a7c15ull);
    const bool drive = random.chance(plan_.drive_fraction);
    simulator::Environment& world = environment(drive);

    dataset::EpisodeWriter writer(folder, info, index, seed);
    writer.set_tag("ego", drive ? "drive" : "walk");
    writer.set_tag("max_turn_rad_per_frame", short_number(world.spec().max_turn_rad_per_frame));
    writer.set_tag("max_step_m_per_frame", short_number(world.spec().max_step_m_per_frame));

    if (!keep_going()) return std::nullopt;
    simulator::Step step = world.reset(seed);
    const bool has_prompt = world.spec().has_prompt;
    if (has_prompt) writer.set_prompt(world.prompt(), canonical(world.prompt()));
    writer.add(record_of(step));

    const auto span = [&] { return kShortestPrompt + random.index(kLongestPrompt - kShortestPrompt + 1); };
    int next_switch = span();
    for (int t = 1; t < plan_.frames && !step.truncated; ++t) {
        if (!keep_going()) return std::nullopt;
        if (has_prompt && plan_.prompt_switches && t == next_switch) {
            world.set_prompt(next_prompt(world.prompt(), random));
            writer.set_prompt(world.prompt(), canonical(world.prompt()));
            next_switch = t + span();
        }
        step = world.step(world.policy());
        writer.add(record_of(step));
    }
    return writer.finish();
}

dataset::DatasetInfo describe_dataset(const EpisodePlan& plan, std::uint64_t seed_start) {
    BlindObserver blind;
    const auto environment =
        simulator::create_environment(plan.environment, {plan.width, plan.height, false, {}}, blind);
    const simulator::EnvironmentSpec& spec = environment->spec();
    dataset::DatasetInfo info;
    info.environment = plan.environment;
    info.frame_rate = spec.frame_rate;
    info.intrinsics = environment->reset(seed_start).observation.intrinsics;
    info.action_names.assign(kActionNames.begin(), kActionNames.end());
    info.max_turn_rad_per_frame = spec.max_turn_rad_per_frame;
    info.max_step_m_per_frame = spec.max_step_m_per_frame;
    info.has_prompt = spec.has_prompt;
    info.segment_names = spec.segment_names;
    info.settings = {{"frames", std::to_string(plan.frames)},
                     {"seed-start", std::to_string(seed_start)},
                     {"prompt-switches", plan.prompt_switches ? "yes" : "no"},
                     {"drive-fraction", short_number(plan.drive_fraction)}};
    return info;
}

}  // namespace rv::tools
