#include "engine/core/tensor_file.h"

namespace rv {

std::vector<std::string> TensorFile::names() const {
    std::vector<std::string> names;
    for (const auto& [name, view] : tensors_) names.push_back(name);
    return names;
}

const TensorView& TensorFile::at(std::string_view name) const {
    const auto found = tensors_.find(name);
    if (found == tensors_.end()) throw FileError(path().string(), "has no tensor " + in_quotes(name));
    return found->second;
}

std::size_t TensorFile::copied_bytes() const {
    std::size_t total = 0;
    for (const auto& copy : copies_) total += copy.size();
    return total;
}

std::string in_quotes(std::string_view name) {
    constexpr std::size_t kShown = 80;
    std::string text(1, '\'');
    text.append(name.substr(0, kShown)).append(name.size() > kShown ? "...'" : "'");
    return text;
}

}  // namespace rv
