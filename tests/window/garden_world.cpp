#include "tests/window/garden_world.h"

#include <ATen/Functions.h>

#include <algorithm>
#include <cmath>
#include <fstream>

#include "engine/core/error.h"

namespace rv::tests {
namespace {

using namespace world_model;

constexpr int kWidth = 128, kHeight = 72;
constexpr float kPi = 3.14159265f;

struct Colour {
    float r, g, b;
};
Colour mix(Colour a, Colour b, float t) {
    return {a.r + (b.r - a.r) * t, a.g + (b.g - a.g) * t, a.b + (b.b - a.b) * t};
}

float hash(int x, int z) {
    auto h = static_cast<std::uint32_t>(x * 73856093) ^ static_cast<std::uint32_t>(z * 19349663);
    h = (h ^ (h >> 13)) * 0x5bd1e995u;
    return static_cast<float>((h ^ (h >> 15)) & 0xffff) / 65535.0f;
}

struct State {
    float x = 0.5f, z = 0.5f, yaw = 0, pitch = 0;
    std::uint64_t frame = 0, seed = 0;
    bool night = false;
};

class Painter {
  public:
    explicit Painter(const State& state) : s_(state) {}

    Colour pixel(int px, int py) const {
        const float u = (static_cast<float>(px) + 0.5f - kWidth * 0.5f) / (kHeight * 0.5f) * 0.62f;
        const float v =
            (kHeight * 0.5f - static_cast<float>(py) - 0.5f) / (kHeight * 0.5f) * 0.62f + s_.pitch;
        const float dx = std::sin(s_.yaw) + u * std::cos(s_.yaw),
                    dz = -std::cos(s_.yaw) + u * std::sin(s_.yaw);
        Colour colour = background(dx, v, dz);
        pillar(dx, v, dz, colour);
        return colour;
    }

  private:
    Colour sky(float v) const {
        const float t = std::clamp(v * 1.1f, 0.0f, 1.0f);
        return s_.night ? mix({0.10f, 0.11f, 0.22f}, {0.02f, 0.03f, 0.08f}, t)
                        : mix({0.96f, 0.82f, 0.68f}, {0.38f, 0.60f, 0.86f}, t);
    }
    Colour background(float dx, float v, float dz) const {
        if (v >= -0.005f) return sky(v);
        const float t = 1.2f / -v;  // eye height over slope
        const float x = s_.x + dx * t, z = s_.z + dz * t;
        const bool path = std::abs(x - std::sin(z * 0.35f) * 1.5f) < 0.7f;
        const bool check = (static_cast<int>(std::floor(x)) + static_cast<int>(std::floor(z))) & 1;
        Colour ground = path    ? Colour{0.76f, 0.66f, 0.50f}
                        : check ? Colour{0.38f, 0.58f, 0.32f}
                                : Colour{0.34f, 0.54f, 0.30f};
        if (s_.night) ground = mix(ground, {0.04f, 0.05f, 0.12f}, 0.72f);
        return mix(ground, sky(0), std::clamp(t / 26.0f, 0.0f, 1.0f));
    }
    void pillar(float dx, float v, float dz, Colour& colour) const {
        float nearest = 24;
        for (int gz = -7; gz <= 7; ++gz) {
            for (int gx = -7; gx <= 7; ++gx) {
                const int cx = static_cast<int>(std::floor(s_.x / 3)) + gx,
                          cz = static_cast<int>(std::floor(s_.z / 3)) + gz;
                const float h = hash(cx + static_cast<int>(s_.seed), cz);
                if (h < 0.55f) continue;
                const float ox = static_cast<float>(cx) * 3 + 1.5f - s_.x,
                            oz = static_cast<float>(cz) * 3 + 1.5f - s_.z;
                const float radius = 0.35f, a = dx * dx + dz * dz, b = ox * dx + oz * dz;
                const float d = b * b - a * (ox * ox + oz * oz - radius * radius);
                if (d < 0 || b <= 0) continue;
                const float t = (b - std::sqrt(d)) / a;
                const float height = v * t + 1.2f, top = 1.0f + 2.2f * h;
                if (t < 0.1f || t > nearest || height < 0 || height > top) continue;
                nearest = t;
                const float nx = (dx * t - ox) / radius;
                Colour body = mix({0.85f, 0.42f, 0.38f}, {0.40f, 0.46f, 0.80f}, std::fmod(h * 7, 1.0f));
                body = mix(body, {1, 1, 1}, 0.25f + 0.25f * nx);
                if (s_.night) body = mix(body, {0.05f, 0.05f, 0.14f}, 0.65f);
                colour = mix(body, sky(0), std::clamp(t / 26.0f, 0.0f, 1.0f));
            }
        }
    }
    const State& s_;
};

class GardenRollout final : public Rollout {
  public:
    GardenRollout(std::shared_ptr<GardenProbe> probe, State state) : probe_(std::move(probe)), state_(state) {
        paint();
    }

    void step(const StepInput& input) override {
        state_.night =
            (input.fade.share < 0.5 ? std::string_view(input.fade.from) : input.prompt).find("night") !=
            std::string_view::npos;
        if (input.pose) {
            state_.x = input.pose->position.x;
            state_.z = input.pose->position.z;
            const glm::vec3 f = input.pose->forward();
            state_.yaw = std::atan2(f.x, -f.z);
        } else {
            const Action& a = input.action;
            state_.yaw += 0.09f * a.turn;
            state_.pitch = std::clamp(state_.pitch + 0.05f * a.look, -0.5f, 0.5f);
            const float speed = 0.12f * (1 + a.run);
            state_.x += speed * (a.forward * std::sin(state_.yaw) + a.sideways * std::cos(state_.yaw));
            state_.z += speed * (-a.forward * std::cos(state_.yaw) + a.sideways * std::sin(state_.yaw));
            probe_->forward = a.forward;
        }
        ++state_.frame;
        paint();
        probe_->night = state_.night;
        probe_->share = input.fade.share;
        probe_->guidance = input.guidance;
        probe_->faded += input.fade.active() ? 1 : 0;
        probe_->frames = state_.frame;
    }
    [[nodiscard]] std::uint64_t frame_index() const override { return state_.frame; }
    [[nodiscard]] const at::Tensor& frame() const override { return frame_; }
    [[nodiscard]] CameraPose pose() const override {
        return CameraPose::from_yaw_pitch({state_.x, 1.2f, state_.z}, state_.yaw, state_.pitch);
    }
    [[nodiscard]] StepTimes times() const override { return {0.5, 4, 2, 6.5}; }
    void copy_frame(std::span<std::uint8_t> rgba) const override {
        RV_ASSERT(rgba.size() == rgba_.size(), "the span fits the frame");
        std::ranges::copy(rgba_, rgba.begin());
    }
    void copy_view(InnerView view, std::span<std::uint8_t> rgba) const override {
        if (view == InnerView::Depth) throw UsageError("the garden knows no depth");
        copy_frame(rgba);  // it has no latent either, so its negative stands for one
        for (std::size_t i = 0; i < rgba.size(); ++i)
            if (i % 4 != 3) rgba[i] = static_cast<std::uint8_t>(255 - rgba[i]);
    }
    [[nodiscard]] std::size_t copy_bytes() const override {
        return sizeof *this + rgba_.size() + frame_.nbytes();
    }
    [[nodiscard]] std::unique_ptr<Rollout> copy() const override {
        return std::make_unique<GardenRollout>(probe_, state_);
    }
    void save(const std::filesystem::path& file) const override {
        std::ofstream(file, std::ios::binary).write(reinterpret_cast<const char*>(&state_), sizeof state_);
    }
    void restore(const std::filesystem::path& file) override {
        State state;
        if (!std::ifstream(file, std::ios::binary).read(reinterpret_cast<char*>(&state), sizeof state))
            throw FileError(file.string(), "is no state of the garden");
        state_ = state;
        paint();
    }

  private:
    void paint() {
        const Painter painter(state_);
        rgba_.resize(kWidth * kHeight * 4);
        std::uint8_t* out = rgba_.data();
        for (int y = 0; y < kHeight; ++y) {
            for (int x = 0; x < kWidth; ++x, out += 4) {
                const Colour c = painter.pixel(x, y);
                const float channels[3] = {c.r, c.g, c.b};
                for (int i = 0; i < 3; ++i)
                    out[i] = static_cast<std::uint8_t>(std::clamp(channels[i], 0.0f, 1.0f) * 255 + 0.5f);
                out[3] = 255;
            }
        }
        const at::Tensor bytes = at::from_blob(rgba_.data(), {kHeight, kWidth, 4}, at::kByte);
        frame_ = bytes.permute({2, 0, 1}).slice(0, 0, 3).to(at::kFloat).div(127.5).sub(1.0).contiguous();
    }

    std::shared_ptr<GardenProbe> probe_;
    State state_;
    std::vector<std::uint8_t> rgba_;
    at::Tensor frame_;
};

WorldInfo garden_info(const std::filesystem::path& folder) {
    WorldInfo info;
    info.name = folder.filename().string();
    info.title = "Garden";
    info.description = "Coloured pillars and a winding path, painted by arithmetic.";
    info.folder = folder;
    info.width = kWidth;
    info.height = kHeight;
    info.has_prompt = info.has_pose = true;
    info.prompts = {"a clear noon", "a quiet night", "dusk", "snow at night"};
    info.start_frames = {"The gate", "The pond"};
    info.start_prompts = {"a clear noon", "a quiet night"};
    info.intrinsics = Intrinsics::from_vertical_fov(kWidth, kHeight, 60 * kPi / 180);
    return info;
}

class GardenWorld final : public World {
  public:
    GardenWorld(std::shared_ptr<GardenProbe> probe, const std::filesystem::path& folder)
        : probe_(std::move(probe)), info_(garden_info(folder)) {}
    [[nodiscard]] const WorldInfo& info() const override { return info_; }
    [[nodiscard]] std::string digest() const override { return "garden"; }
    [[nodiscard]] std::string device_name() const override { return "CPU, arithmetic only"; }
    std::unique_ptr<Rollout> start(const Start& start) override {
        State state;
        state.seed = start.seed;
        state.night = start.frame == 1;
        if (start.frame == 1) state.x = 8;
        return std::make_unique<GardenRollout>(probe_, state);
    }

  private:
    std::shared_ptr<GardenProbe> probe_;
    WorldInfo info_;
};

}  // namespace

app::WorldSource garden_source(std::shared_ptr<GardenProbe> probe) {
    app::WorldSource source;
    source.open = [probe](const std::filesystem::path& folder, const OpenOptions&) {
        return std::make_unique<GardenWorld>(probe, folder);
    };
    source.list = [](const std::filesystem::path& root) {
        return std::vector<WorldInfo>{garden_info(root / "garden"), garden_info(root / "orchard")};
    };
    return source;
}

}  // namespace rv::tests
