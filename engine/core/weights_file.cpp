#include "engine/core/weights_file.h"

#include <array>

#include "engine/core/pytorch_file.h"
#include "engine/core/safetensors.h"

namespace rv {
namespace {

// In the order of preference where a file has several.
constexpr std::array<std::string_view, 8> kWrappers = {"state_dict", "model_state_dict", "model", "module",
                                                       "net",        "network",          "agent", "weights"};

/// The first tensor whose name begins with "entry.", or the end.
TensorViews::const_iterator first_under(const TensorViews& tensors, const std::string& entry) {
    const std::string beginning = entry + ".";
    const auto found = tensors.lower_bound(beginning);
    return found != tensors.end() && found->first.starts_with(beginning) ? found : tensors.end();
}

}  // namespace

WeightsFile WeightsFile::open(const std::filesystem::path& path) {
    MappedFile mapping = MappedFile::open(path);
    const std::span<const std::byte> bytes = mapping.bytes();
    if (PytorchFile::recognises(bytes)) return {PytorchFile::read(std::move(mapping)), Format::Pytorch};
    // A header length of eight bytes, then the header.
    if (bytes.size() > 8 && bytes[8] != std::byte{'{'})
        throw FileError(path.string(), "is neither a safetensors nor a PyTorch file",
                        "the weights as safetensors, or as torch.save writes them");
    return {SafetensorsFile::read(std::move(mapping)), Format::Safetensors};
}

std::string_view WeightsFile::format_name() const {
    return format_ == Format::Safetensors ? "safetensors" : "PyTorch";
}

TensorViews WeightsFile::tensors_under(std::string_view entry) const {
    if (entry.empty()) return tensors_;
    TensorViews found;
    const std::string beginning = std::string(entry) + ".";
    for (auto at = first_under(tensors_, std::string(entry));
         at != tensors_.end() && at->first.starts_with(beginning); ++at)
        found.emplace_hint(found.end(), at->first.substr(beginning.size()), at->second);
    return found;
}

std::string WeightsFile::wrapping_entry() const {
    std::string entry;
    for (bool deeper = true; deeper;) {
        deeper = false;
        for (const std::string_view wrapper : kWrappers) {
            const std::string inner = (entry.empty() ? "" : entry + ".") + std::string(wrapper);
            if (first_under(tensors_, inner) == tensors_.end()) continue;
            entry = inner;
            deeper = true;
            break;
        }
    }
    return entry;
}

}  // namespace rv
