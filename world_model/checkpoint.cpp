#include "world_model/checkpoint.h"

#include <sstream>

#include "engine/core/error.h"
#include "engine/core/safetensors.h"
#include "world_model/tensor_types.h"

namespace rv::world_model {
namespace {

// At most a handful of names, so that one sentence stays one.
std::string list(const std::vector<std::string>& names) {
    std::string text;
    for (size_t i = 0; i < names.size() && i < 12; ++i) text += (i ? ", " : "") + names[i];
    if (names.size() > 12) text += " and " + std::to_string(names.size() - 12) + " more";
    return text;
}

}  // namespace

nlohmann::json Checkpoint::json(const std::string& key, const std::filesystem::path& file) const {
    const auto found = metadata.find(key);
    if (found == metadata.end()) throw FileError(file.string(), "its metadata has no entry \"" + key + "\"");
    try {
        return nlohmann::json::parse(found->second);
    } catch (const nlohmann::json::exception&) {
        throw FileError(file.string(), "its metadata entry \"" + key + "\" is not JSON");
    }
}

Checkpoint read_checkpoint(const std::filesystem::path& path) {
    const SafetensorsFile file = SafetensorsFile::open(path);
    Checkpoint checkpoint;
    checkpoint.metadata = file.metadata();
    for (const auto& [name, view] : file.tensors()) {
        torch::Tensor tensor = torch::empty(view.shape, torch_type(view.dtype));
        if (!view.bytes.empty()) std::memcpy(tensor.data_ptr(), view.bytes.data(), view.bytes.size());
        checkpoint.tensors.emplace(name, std::move(tensor));
    }
    return checkpoint;
}

void write_checkpoint(const std::filesystem::path& path, const Checkpoint& checkpoint) {
    std::vector<torch::Tensor> kept;  // until the bytes are written
    std::vector<TensorEntry> entries;
    for (const auto& [name, tensor] : checkpoint.tensors) {
        kept.push_back(tensor.detach().to(torch::kCPU).contiguous());
        const torch::Tensor& t = kept.back();
        entries.push_back({name,
                           file_type(t.scalar_type()),
                           t.sizes().vec(),
                           {static_cast<const std::byte*>(t.data_ptr()), t.nbytes()}});
    }
    write_safetensors(path, entries, checkpoint.metadata);
}

TensorMap state_of(const torch::nn::Module& module) {
    TensorMap state;
    for (const auto& item : module.named_parameters()) state.emplace(item.key(), item.value().detach());
    for (const auto& item : module.named_buffers()) state.emplace(item.key(), item.value());
    return state;
}

std::vector<std::string> load_matching(torch::nn::Module& module, const TensorMap& state) {
    torch::NoGradGuard no_grad;
    std::vector<std::string> untouched;
    for (auto& [name, tensor] : state_of(module)) {
        const auto found = state.find(name);
        if (found != state.end() && found->second.sizes() == tensor.sizes()) {
            tensor.copy_(found->second);
        } else {
            untouched.push_back(name);
        }
    }
    return untouched;
}

void load_state(torch::nn::Module& module, const TensorMap& state, const std::filesystem::path& file) {
    torch::NoGradGuard no_grad;
    TensorMap own = state_of(module);
    std::vector<std::string> missing, unexpected, misfits;
    for (const auto& [name, tensor] : own) {
        const auto found = state.find(name);
        if (found == state.end()) {
            missing.push_back(name);
        } else if (found->second.sizes() != tensor.sizes()) {
            std::ostringstream text;
            text << name << " " << found->second.sizes() << " instead of " << tensor.sizes();
            misfits.push_back(text.str());
        }
    }
    for (const auto& [name, tensor] : state) {
        if (!own.contains(name)) unexpected.push_back(name);
    }
    std::string problem;
    const auto add = [&](const char* what, const std::vector<std::string>& names) {
        if (names.empty()) return;
        problem += (problem.empty() ? "" : "; ") + std::string(what) + " " + list(names);
    };
    add("missing", missing);
    add("unexpected", unexpected);
    add("of another shape", misfits);
    if (!problem.empty()) throw FileError(file.string(), "its tensors do not fit the network: " + problem);
    for (auto& [name, tensor] : own) tensor.copy_(state.at(name));
}

}  // namespace rv::world_model
