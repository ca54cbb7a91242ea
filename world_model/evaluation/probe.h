#pragma once
/// A small network that reads from pictures alone what happened in them: which action led from one frame to
/// the next, how the camera moved, and what the place looks like. Trained on real frames; evaluation asks it
/// about generated ones. It never sees what the world was told.

#include <torch/torch.h>

#include <array>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/action.h"

namespace rv::world_model {

/// The axes of an action that show in a picture, each read as one of three classes.
inline constexpr std::array<std::string_view, 4> kActionAxes = {"walk", "sidestep", "turn", "look"};
inline constexpr int64_t kAxisClasses = 3;  ///< negative, none, positive
/// An axis counts as pressed beyond this.
inline constexpr float kPressed = 0.25f;
/// 0, 1 or 2 an axis, in the order of kActionAxes.
std::array<int64_t, kActionAxes.size()> action_classes(const Action& action);

struct ProbeConfig {
    int64_t width = 128, height = 72;              ///< what it sees; larger pictures are reduced
    std::string environment;                       ///< whose pictures it knows
    std::vector<std::string> attributes;           ///< of a look: "time", "weather", "biome"
    std::vector<std::vector<std::string>> values;  ///< of each attribute
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(ProbeConfig, width, height, environment, attributes, values)

/// The values of a canonical look, "night, snow, meadow".
std::vector<std::string> look_values(std::string_view look);

class ProbeImpl : public torch::nn::Module {
  public:
    static constexpr int64_t kLookFeatures = 64;

    struct Motion {
        torch::Tensor code;     ///< (B, 6) see motion_code in ego_head.h
        torch::Tensor actions;  ///< (B, axes, classes) logits
    };

    explicit ProbeImpl(const ProbeConfig& config);

    /// Area mean where a picture is larger. @param frames (B, 3, H, W)  @return (B, 3, height, width)
    [[nodiscard]] torch::Tensor reduced(const torch::Tensor& frames) const;
    /// From `before` to `after`. @param before, after (B, 3, height, width) in [-1, 1]
    Motion motion(const torch::Tensor& before, const torch::Tensor& after);
    /// (B, kLookFeatures)
    torch::Tensor look_features(const torch::Tensor& frames);
    /// Logits (B, values) of each attribute.
    std::vector<torch::Tensor> looks(const torch::Tensor& features);

    [[nodiscard]] const ProbeConfig& config() const { return config_; }

  private:
    ProbeConfig config_;
    torch::nn::Sequential see_, track_, read_, view_;
    torch::nn::Linear motion_{nullptr}, actions_{nullptr};
    torch::nn::ModuleList looks_;
};
TORCH_MODULE(Probe);

/// @throws FileError.
Probe load_probe(const std::filesystem::path& file);

}  // namespace rv::world_model
