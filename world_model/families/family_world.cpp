#include "world_model/families/family_world.h"

#include <mutex>

#include "engine/core/error.h"
#include "world_model/families/family.h"
#include "world_model/families/family_rollout.h"
#include "world_model/numerics.h"
#include "world_model/parts.h"
#include "world_model/picture.h"

namespace rv::world_model::families {
namespace {

class FamilyWorld : public World {
  public:
    FamilyWorld(WorldFile file, const std::filesystem::path& folder, const OpenOptions& options)
        : file_(std::move(file)), weights_(weight_paths(file_, folder)) {
        use_threads(options.threads);
        parts_.info = info_from(file_, folder);
        parts_.device = torch_device(options.device);
        parts_.digest = [this] { return digest(); };
        WeightFiles files;
        for (const auto& path : weights_) files.push_back(open_weights(path));
        torch::NoGradGuard no_grad;
        parts_.model =
            find_family(file_.family, folder).open(file_, files, parts_.device, fast_dtype(parts_.device));
    }

    [[nodiscard]] const WorldInfo& info() const override { return parts_.info; }
    [[nodiscard]] std::string device_name() const override { return describe(parts_.device); }

    // Gigabytes are read only if somebody wants to know.
    [[nodiscard]] std::string digest() const override {
        std::call_once(digested_, [this] {
            digest_ = file_digest(parts_.info.folder / kWorldFile);
            for (const auto& path : weights_) digest_ += file_digest(path);
        });
        return digest_;
    }

    std::unique_ptr<Rollout> start(const Start& start) override {
        const WorldInfo& info = parts_.info;
        if (!start.picture.empty()) {
            const auto past =
                load_past(start.picture, info.width, info.height, info.frame_rate, kPastFrames);
            return std::make_unique<FamilyRollout>(parts_, start.seed, torch::stack(past));
        }
        if (start.frame < 0 || start.frame >= static_cast<int>(file_.start.size())) {
            throw UsageError(info.title + " has no start frame " + std::to_string(start.frame),
                             "0 to " + std::to_string(file_.start.size() - 1));
        }
        const StartFrame& chosen = file_.start[static_cast<size_t>(start.frame)];
        return start_from(load_picture(info.folder / chosen.file, info.width, info.height), start.seed, {});
    }

    std::unique_ptr<Rollout> start_from(const at::Tensor& frame, uint64_t seed, glm::vec3) override {
        return std::make_unique<FamilyRollout>(parts_, seed, frame.unsqueeze(0));
    }

    [[nodiscard]] at::Tensor reconstruct(const at::Tensor& frame) const override {
        torch::NoGradGuard no_grad;
        const auto picture = parts_.model->reconstruct(frame.to(parts_.device, torch::kFloat32));
        return picture.defined() ? picture : World::reconstruct(frame);
    }

  private:
    const WorldFile file_;
    const std::vector<std::filesystem::path> weights_;
    FamilyParts parts_;
    mutable std::once_flag digested_;
    mutable std::string digest_;
};

}  // namespace

std::unique_ptr<World> open_family_world(WorldFile file, const std::filesystem::path& folder,
                                         const OpenOptions& options) {
    return std::make_unique<FamilyWorld>(std::move(file), folder, options);
}

}  // namespace rv::world_model::families
