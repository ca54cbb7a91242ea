#pragma once
/// The file of a rollout on its way back.

#include <string>

#include "world_model/checkpoint.h"

namespace rv::world_model {

class SavedRollout {
  public:
    /// @param format and @param world what the file has to say of itself. @throws FileError.
    SavedRollout(const std::filesystem::path& file, const std::string& format, const std::string& world);

    [[nodiscard]] nlohmann::json json(const std::string& key) const { return saved_.json(key, file_); }
    [[nodiscard]] bool contains(const std::string& name) const { return saved_.tensors.contains(name); }
    /// With the type and device of `like`, whose shape it must have. @throws FileError.
    [[nodiscard]] torch::Tensor fitting(const std::string& name, const torch::Tensor& like) const;

  private:
    const std::filesystem::path file_;
    Checkpoint saved_;
};

}  // namespace rv::world_model
