#include "world_model/world.h"

#include <algorithm>

#include "engine/core/clock.h"
#include "engine/core/error.h"
#include "engine/core/log.h"
#include "world_model/device_failure.h"
#include "world_model/device_rollout.h"
#include "world_model/evaluation/metrics.h"
#include "world_model/families/family_world.h"
#include "world_model/numerics.h"
#include "world_model/picture.h"
#include "world_model/rollout.h"
#include "world_model/world_file.h"

namespace rv::world_model {
namespace {

constexpr double kFamiliarDb = 22;  // the tokenizer gives known places back with 30 dB

class LatentWorld : public World {
  public:
    LatentWorld(WorldFile file, const std::filesystem::path& folder, const OpenOptions& options)
        : file_(std::move(file)), parts_(open_parts(file_, folder, options)) {}

    [[nodiscard]] const WorldInfo& info() const override { return parts_.info; }
    [[nodiscard]] std::string digest() const override { return parts_.digest; }
    [[nodiscard]] std::string device_name() const override { return describe(parts_.device); }

    std::unique_ptr<Rollout> start_from(const at::Tensor& frame, uint64_t seed, glm::vec3 up) override {
        return on_device([&]() -> std::unique_ptr<Rollout> {
            if (parts_.device.is_cuda() && captures_) return start_captured(frame, seed, up);
            return std::make_unique<LatentRollout>(parts_, seed, frame, up);
        });
    }

    [[nodiscard]] at::Tensor reconstruct(const at::Tensor& frame) const override {
        torch::NoGradGuard no_grad;
        return decoded(encoded(frame));
    }

    [[nodiscard]] CodecReport codec(const at::Tensor& frame) const override {
        torch::NoGradGuard no_grad;
        constexpr int64_t kValueBytes = 2;  // bfloat16
        const TimePoint begin = Clock::now();
        const torch::Tensor latent = encoded(frame);
        static_cast<void>(latent.cpu());  // waits for the device
        const TimePoint between = Clock::now();
        static_cast<void>(decoded(latent).cpu());
        return {latent.numel() * kValueBytes, milliseconds_between(begin, between),
                milliseconds_between(between, Clock::now())};
    }

    [[nodiscard]] at::Tensor repaint(const at::Tensor& frame) const override {
        torch::NoGradGuard no_grad;
        const torch::Tensor latent = encoded(frame);
        return parts_.paint(latent, parts_.tokenizer->decode(latent), {}, generator_for(0, 0));
    }

    [[nodiscard]] std::string remark() const override { return remark_; }

    std::unique_ptr<Rollout> start(const Start& start) override {
        remark_.clear();
        if (!start.picture.empty()) return start_from_picture(start);
        if (start.frame < 0 || start.frame >= static_cast<int>(file_.start.size())) {
            throw UsageError(parts_.info.title + " has no start frame " + std::to_string(start.frame),
                             "0 to " + std::to_string(file_.start.size() - 1));
        }
        const StartFrame& chosen = file_.start[static_cast<size_t>(start.frame)];
        const auto picture =
            load_picture(parts_.info.folder / chosen.file, parts_.info.width, parts_.info.height);
        return start_from(picture, start.seed, {chosen.up[0], chosen.up[1], chosen.up[2]});
    }

  private:
    std::unique_ptr<Rollout> start_from_picture(const Start& start) {
        const WorldInfo& info = parts_.info;
        const std::vector<torch::Tensor> past =
            load_past(start.picture, info.width, info.height, info.frame_rate, kPastFrames);
        const auto small = parts_.for_tokenizer(past.back())[0].to(torch::kFloat32);
        if (psnr_db(reconstruct(past.back()), small) < kFamiliarDb) {
            remark_ = start.picture.filename().string() + " is far from what " + info.title +
                      " knows, so it may soon look like something else";
        }
        std::unique_ptr<Rollout> rollout = start_from(past.front(), start.seed, {0, 1, 0});
        // Nobody knows how its camera moved: it stands as far as the world is told.
        const StepInput standing{.action = {}, .pose = CameraPose{}, .prompt = start.prompt};
        for (size_t i = 1; i < past.size(); ++i) rollout->observe(past[i], standing);
        return rollout;
    }
    // A GPU that cannot do without the host plays all the same, only slower.
    std::unique_ptr<Rollout> start_captured(const at::Tensor& frame, uint64_t seed, glm::vec3 up) {
        try {
            auto state = std::make_unique<DeviceState>(parts_, frame, up);
            if (!step_) {
                auto step = std::make_shared<DeviceStep>(*state);
                step->prepare();
                step_ = std::move(step);
            }
            return std::make_unique<DeviceRollout>(step_, std::move(state), seed, up);
        } catch (const DeviceError& error) {
            log::warn("{}; the steps are not captured", error.what());
        } catch (const c10::Error& error) {
            log::warn("{}; the steps are not captured", error.what_without_backtrace());
        }
        captures_ = false;
        return std::make_unique<LatentRollout>(parts_, seed, frame, up);
    }
    [[nodiscard]] torch::Tensor encoded(const torch::Tensor& frame) const {
        return parts_.tokenizer->encode(parts_.for_tokenizer(frame));
    }
    [[nodiscard]] torch::Tensor decoded(const torch::Tensor& latent) const {
        return parts_.tokenizer->decode(latent).frame[0].to(torch::kFloat32).clamp(-1, 1);
    }

    WorldFile file_;
    WorldParts parts_;
    std::shared_ptr<DeviceStep> step_;  // with its rollouts
    bool captures_ = true;
    std::string remark_;
};

}  // namespace

void Rollout::copy_view(InnerView, std::span<std::uint8_t>) const {
    throw UsageError("this world shows its picture alone");
}

void Rollout::observe(const at::Tensor&, const StepInput&) {
    throw UsageError("this world cannot take in true frames");
}

std::unique_ptr<Rollout> World::start_from(const at::Tensor&, uint64_t, glm::vec3) {
    throw UsageError("this world starts from its own frames only");
}

at::Tensor World::reconstruct(const at::Tensor&) const {
    throw UsageError("this world has no tokenizer");
}

at::Tensor World::repaint(const at::Tensor&) const {
    throw UsageError("this world has no decoder for frames from elsewhere");
}

CodecReport World::codec(const at::Tensor&) const {
    throw UsageError("this world has no tokenizer");
}

WorldInfo read_world_info(const std::filesystem::path& folder) {
    return info_from(read_world_file(folder), folder);
}

std::vector<WorldInfo> list_worlds(const std::filesystem::path& root) {
    std::vector<WorldInfo> worlds;
    if (!std::filesystem::is_directory(root)) return worlds;
    for (const auto& entry : std::filesystem::directory_iterator(root)) {
        if (!std::filesystem::exists(entry.path() / kWorldFile)) continue;
        try {
            worlds.push_back(read_world_info(entry.path()));
        } catch (const Error& error) {
            log::warn("{}", error.what());
        }
    }
    std::ranges::sort(worlds, {}, &WorldInfo::name);
    return worlds;
}

std::unique_ptr<World> open_world(const std::filesystem::path& folder, const OpenOptions& options) {
    try {
        return on_device([&]() -> std::unique_ptr<World> {
            WorldFile file = read_world_file(folder);
            if (!file.family.empty()) return families::open_family_world(std::move(file), folder, options);
            return std::make_unique<LatentWorld>(std::move(file), folder, options);
        });
    } catch (const c10::Error& error) {
        throw FileError(folder.string(),
                        std::string("LibTorch cannot open this world: ") + error.what_without_backtrace());
    }
}

}  // namespace rv::world_model
