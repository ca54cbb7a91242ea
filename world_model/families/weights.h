#pragma once
/// Where the networks of other people's checkpoints get their tensors: by the published names, one after the
/// other, so that nothing is ever held twice.

#include <torch/torch.h>

#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "engine/core/weights_file.h"

namespace rv::world_model::families {

using Shape = std::vector<int64_t>;

/// A network takes each of its tensors once, while it is built.
class WeightSource {
  public:
    virtual ~WeightSource() = default;
    /// @throws FileError if there is no tensor of that name, or it has another shape.
    virtual torch::Tensor take(const std::string& name, const Shape& shape) = 0;
    /// A tensor that several modules share, so that a file holds it under all, some or none of their names.
    /// @return undefined where there is none
    virtual torch::Tensor take_shared(const std::vector<std::string>& names, const Shape& shape) = 0;
};

/// What a network takes, without any data.
class WeightList : public WeightSource {
  public:
    torch::Tensor take(const std::string& name, const Shape& shape) override;
    torch::Tensor take_shared(const std::vector<std::string>& names, const Shape& shape) override;

    std::map<std::string, Shape> required;
    std::map<std::string, Shape> shared;  ///< every name of the shared ones
};

/// Tensors of a file. They stay in its memory where type and device allow, and are converted one by one
/// otherwise; pages that were converted are given back, so that a file of 2 GB never needs more than that.
class FileWeights : public WeightSource {
  public:
    /// @param prefix stands before every name in the file: "denoiser."
    FileWeights(std::shared_ptr<const WeightsFile> file, std::string prefix, torch::Device device,
                torch::ScalarType dtype);
    torch::Tensor take(const std::string& name, const Shape& shape) override;
    torch::Tensor take_shared(const std::vector<std::string>& names, const Shape& shape) override;

  private:
    std::shared_ptr<const WeightsFile> file_;
    std::string prefix_;
    torch::Device device_;
    torch::ScalarType dtype_;
};

/// Normally distributed around 0 with the deviation 1 / sqrt(inputs), the gains of norms around 1: enough to
/// measure a network, whose time and memory do not depend on the values.
class RandomWeights : public WeightSource {
  public:
    RandomWeights(uint64_t seed, torch::ScalarType dtype);
    torch::Tensor take(const std::string& name, const Shape& shape) override;
    /// None: the network computes them.
    torch::Tensor take_shared(const std::vector<std::string>& names, const Shape& shape) override;

  private:
    torch::Generator generator_;
    torch::ScalarType dtype_;
    torch::Tensor scratch_;
};

/// How a file and a network fit together.
struct WeightMatch {
    size_t matched = 0;
    std::set<std::string> names;          ///< of the file's tensors that matched
    std::vector<std::string> missing;     ///< what the network needs and the file lacks
    std::vector<std::string> unexpected;  ///< what the file holds and the network does not know
    std::vector<std::string> misfits;     ///< of another shape: "conv_in.bias (64) instead of (128)"
};

/// @param prefix only the names that begin so are looked at
WeightMatch match(const WeightList& wanted, const WeightsFile& file, const std::string& prefix = {});
/// @throws FileError that says what is missing or does not fit.
void require_complete(const WeightMatch& match, const WeightsFile& file);

/// What stands before the names of the network's tensors where the file holds other things beside them:
/// empty, or "state_dict.".
std::string wrapping_prefix(const WeightsFile& file);
/// Opened once and shared by all tensors that stay in it. @throws FileError.
std::shared_ptr<const WeightsFile> open_weights(const std::filesystem::path& file);
/// The values of a tensor of the file as LibTorch has them, of the file's own type.
torch::Tensor tensor_of(const std::shared_ptr<const WeightsFile>& file, const std::string& name);

}  // namespace rv::world_model::families
