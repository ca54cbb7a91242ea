#include "world_model/evaluation/recorded.h"

#include <algorithm>
#include <cmath>

#include "engine/core/error.h"
#include "engine/core/progress.h"
#include "engine/dataset/dataset_reader.h"
#include "world_model/evaluation/metrics.h"
#include "world_model/frame_tensor.h"

namespace rv::world_model {
namespace {

constexpr double kMovedM = 0.02, kMovedRad = 0.01;
constexpr int64_t kSheetRollouts = 6;

// (3, H, W) in [-1, 1].
torch::Tensor picture(dataset::Episode& e, int t) {
    const int64_t bytes = static_cast<int64_t>(e.width) * e.height * 3;
    const auto rgb = torch::from_blob(e.rgb.data() + t * bytes, {1, e.height, e.width, 3}, torch::kUInt8);
    return frames_from_bytes(rgb)[0].clone();
}

// As a rollout shows it: in 8 bits.
torch::Tensor quantised(const torch::Tensor& frame) {
    return ((frame.cpu() + 1) * 127.5f).round().clamp(0, 255) / 127.5f - 1;
}

bool moved(const CameraPose& from, const CameraPose& to) {
    const CameraPose motion = relative(from, to);
    const double angle = 2 * std::acos(std::min(1.0f, std::abs(motion.orientation.w)));
    return glm::length(motion.position) > kMovedM || angle > kMovedRad;
}

struct Place {
    size_t episode;
    int frame;
};

// At most plan.rollouts places, evenly over all episodes.
std::vector<Place> places_of(const dataset::DatasetReader& reader, const RecordedPlan& plan) {
    const int length = plan.context + plan.horizon;
    std::vector<Place> all;
    for (size_t i = 0; i < reader.size(); ++i)
        for (int t = 0; t + length <= reader.episodes()[i].frames; ++t) all.push_back({i, t});
    if (all.empty())
        throw UsageError(
            reader.folder().string() + " has no episode of " + std::to_string(length) + " frames",
            "a shorter horizon");
    std::vector<Place> chosen;
    const size_t count = std::min(all.size(), static_cast<size_t>(plan.rollouts));
    for (size_t k = 0; k < count; ++k) chosen.push_back(all[k * all.size() / count]);
    return chosen;
}

// Adds one rollout's errors to the sums. @return its rows of the sheet, (2 H, columns W, 3) uint8.
torch::Tensor predict(World& world, dataset::Episode& e, int start, bool has_poses, const RecordedPlan& plan,
                      RecordedQuality& sums) {
    const auto input_at = [&](int t) {
        const dataset::PromptSpan* prompt = e.prompt_at(t);
        return StepInput{.action = e.action(t),
                         .pose = {},
                         .prompt = prompt == nullptr ? std::string_view() : std::string_view(prompt->text),
                         .sampler_steps = 0};
    };
    const glm::vec3 up = glm::conjugate(e.pose(start).orientation) * glm::vec3(0, 1, 0);
    const auto rollout = world.start_from(picture(e, start), plan.seed, up);
    const int last = start + plan.context - 1;
    for (int t = start + 1; t <= last; ++t) {
        StepInput input = input_at(t);
        if (has_poses) input.pose = relative(e.pose(start), e.pose(t));
        rollout->observe(picture(e, t), input);
    }
    const torch::Tensor shown = picture(e, last);
    std::vector<torch::Tensor> truths = {shown}, guesses = {shown};
    for (int k = 0; k < plan.horizon; ++k) {
        const int t = last + 1 + k;
        rollout->step(input_at(t));
        const auto truth = picture(e, t), guess = quantised(rollout->frame());
        if (((k + 1) & k) == 0) {
            truths.push_back(truth);
            guesses.push_back(guess);
        }
        if (has_poses && !moved(e.pose(last), e.pose(t))) continue;
        const auto i = static_cast<size_t>(k);
        sums.psnr_db[i] += psnr_db(guess, truth);
        sums.copy_last_psnr_db[i] += psnr_db(shown, truth);
        ++sums.count[i];
    }
    const auto rows = torch::cat({torch::cat(truths, 2), torch::cat(guesses, 2)}, 1);
    return ((rows + 1) * 127.5f).round().clamp(0, 255).to(torch::kUInt8).permute({1, 2, 0});
}

}  // namespace

RecordedQuality predict_recorded(World& world, const std::filesystem::path& dataset,
                                 const RecordedPlan& plan) {
    torch::NoGradGuard no_grad;
    const auto reader = dataset::DatasetReader::open(dataset);
    const Intrinsics& k = reader.info().intrinsics;
    const WorldInfo& info = world.info();
    if (k.width != info.width || k.height != info.height)
        throw UsageError(dataset.string() + " has frames of " + std::to_string(k.width) + " x " +
                         std::to_string(k.height) + ", but the world has " + std::to_string(info.width) +
                         " x " + std::to_string(info.height));
    const auto K = static_cast<size_t>(plan.horizon);
    RecordedQuality result{0, std::vector<double>(K), std::vector<double>(K), std::vector<int64_t>(K), {}};
    const auto places = places_of(reader, plan);
    const size_t sheet_every = std::max<size_t>(1, places.size() / kSheetRollouts);
    std::vector<torch::Tensor> sheet;
    dataset::Episode episode;
    ProgressBar progress("predict", "rollouts", places.size());
    for (size_t i = 0; i < places.size(); ++i) {
        if (i == 0 || places[i].episode != places[i - 1].episode)
            episode =
                reader.load(places[i].episode, {.depth = false, .normals = false, .segmentation = false});
        const auto truth = picture(episode, places[i].frame);
        const auto given_back = world.reconstruct(truth).cpu();
        const int64_t reduce = truth.size(2) / given_back.size(2);
        result.tokenizer_psnr_db +=
            psnr_db(quantised(given_back), reduce > 1 ? torch::avg_pool2d(truth, reduce) : truth);
        const auto rows = predict(world, episode, places[i].frame, reader.info().has_poses, plan, result);
        if (i % sheet_every == 0 && sheet.size() < static_cast<size_t>(kSheetRollouts)) sheet.push_back(rows);
        progress.update(i + 1);
    }
    progress.finish();
    result.tokenizer_psnr_db /= static_cast<double>(places.size());
    for (size_t i = 0; i < K; ++i) {
        const double n = static_cast<double>(result.count[i]);
        result.psnr_db[i] /= n;
        result.copy_last_psnr_db[i] /= n;
    }
    result.sheet = torch::cat(sheet).contiguous();
    return result;
}

}  // namespace rv::world_model
