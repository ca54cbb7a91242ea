#pragma once
/// The reference cases of each family; parity.h chooses among them.

#include <torch/torch.h>

#include <filesystem>

#include "world_model/families/parity.h"
#include "world_model/families/weights.h"

namespace rv::world_model::families {

/// A file of the reference case whose tensors are compared.
class Reference {
  public:
    /// @throws FileError.
    explicit Reference(const std::filesystem::path& file) : file_(open_weights(file)) {}
    /// @throws FileError if it is not there.
    [[nodiscard]] torch::Tensor at(const std::string& name) const { return tensor_of(file_, name); }

  private:
    std::shared_ptr<const WeightsFile> file_;
};

/// @throws FileError if the shapes differ. @param bar see Difference
Difference compare(const std::string& stage, const torch::Tensor& ours, const torch::Tensor& theirs,
                   double bar);

ParityReport oasis_parity(const std::filesystem::path& folder);
ParityReport diamond_parity(const std::filesystem::path& folder);

}  // namespace rv::world_model::families
