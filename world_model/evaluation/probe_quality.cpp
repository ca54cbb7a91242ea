#include "world_model/evaluation/probe_quality.h"

#include "world_model/dynamics/ego_head.h"
#include "world_model/evaluation/action_reading.h"
#include "world_model/evaluation/camera_motion.h"

namespace rv::world_model {

Report report_probe(std::span<const Clip> clips, Probe& probe) {
    constexpr int64_t kLookStride = 8;
    const ProbeConfig& known = probe->config();
    Samples action, rotation, translation, look;
    for (size_t e = 0; e < clips.size(); ++e) {
        const Clip& clip = clips[e];
        const auto episode = static_cast<int64_t>(e);
        const MotionReading read = read_motion(probe, clip.frames);
        const ReadingScore score = score_reading(read.actions, clip.actions);
        for (int64_t i = 0; i < score.rows; ++i) action.add(episode, i < score.all_right);
        for (int64_t t = 1; t < clip.size(); ++t) {
            const auto i = static_cast<size_t>(t);
            const CameraPose true_motion = relative(clip.poses[i - 1], clip.poses[i]);
            const CameraPose motion = motion_from_code(read.codes[t - 1]);
            rotation.add(episode, rotation_deg(relative(motion, true_motion)));
            translation.add(episode, glm::length(motion.position - true_motion.position));
        }
        if (known.values.empty()) continue;
        const auto looks = read_looks(probe, clip.frames);
        for (int64_t t = 0; t < clip.size(); t += kLookStride) {
            const auto values = look_values(clip.looks[static_cast<size_t>(t)]);
            for (size_t a = 0; a < known.values.size() && a < values.size(); ++a) {
                const auto index = looks[t][static_cast<int64_t>(a)].item<int64_t>();
                look.add(episode, known.values[a][static_cast<size_t>(index)] == values[a]);
            }
        }
    }
    Report report;
    report.figures = {{"probe.action_accuracy", estimate(action), {}, 3},
                      {"probe.rotation_error_deg", estimate(rotation), {}, 3},
                      {"probe.translation_error_m", estimate(translation), {}, 4}};
    if (!known.values.empty()) report.figures.push_back({"probe.look_accuracy", estimate(look), {}, 3});
    return report;
}

}  // namespace rv::world_model
