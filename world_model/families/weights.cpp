#include "world_model/families/weights.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>

#include "engine/core/error.h"
#include "world_model/numerics.h"
#include "world_model/tensor_types.h"

namespace rv::world_model::families {
namespace {

constexpr size_t kNamesInAMessage = 6;

std::string some_of(const std::vector<std::string>& names) {
    std::string text;
    for (size_t i = 0; i < names.size() && i < kNamesInAMessage; ++i) text += (i ? ", " : "") + names[i];
    if (names.size() > kNamesInAMessage)
        text += " and " + std::to_string(names.size() - kNamesInAMessage) + " more";
    return text;
}

// The memory behind a view, as a tensor that keeps the file open.
torch::Tensor borrowed(const std::shared_ptr<const WeightsFile>& file, const TensorView& view) {
    const auto type = torch_type(view.dtype);
    if (view.bytes.empty()) return torch::empty(view.shape, type);
    // LibTorch never writes to the weights of a network that is only played.
    auto* data = const_cast<std::byte*>(view.bytes.data());
    if (reinterpret_cast<std::uintptr_t>(data) % size_bytes(view.dtype) != 0) {
        torch::Tensor copy = torch::empty(view.shape, type);
        std::memcpy(copy.data_ptr(), data, view.bytes.size());
        return copy;
    }
    return torch::from_blob(
        data, view.shape, [file](void*) {}, torch::TensorOptions(type));
}

// Whole pages within the bytes; read again from the disk should anybody ask for them.
void give_back_pages(std::span<const std::byte> bytes) {
    const auto page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
    const auto begin = (reinterpret_cast<std::uintptr_t>(bytes.data()) + page - 1) / page * page;
    const auto end = reinterpret_cast<std::uintptr_t>(bytes.data() + bytes.size()) / page * page;
    if (begin < end) madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED);
}

bool is_gain(const std::string& name) {
    return name.find("norm") != std::string::npos && name.ends_with("weight");
}

}  // namespace

torch::Tensor WeightList::take(const std::string& name, const Shape& shape) {
    required.emplace(name, shape);
    return torch::empty(shape, torch::kMeta);
}

torch::Tensor WeightList::take_shared(const std::vector<std::string>& names, const Shape& shape) {
    for (const std::string& name : names) shared.emplace(name, shape);
    return {};
}

FileWeights::FileWeights(std::shared_ptr<const WeightsFile> file, std::string prefix, torch::Device device,
                         torch::ScalarType dtype)
    : file_(std::move(file)), prefix_(std::move(prefix)), device_(device), dtype_(dtype) {}

torch::Tensor FileWeights::take(const std::string& name, const Shape& shape) {
    const TensorView& view = file_->at(prefix_ + name);
    if (view.shape != shape) {
        throw FileError(file_->path().string(), "its tensor " + prefix_ + name + " is " +
                                                    describe_shape(view.shape) + " instead of " +
                                                    describe_shape(shape));
    }
    const torch::Tensor there = borrowed(file_, view);
    torch::Tensor here = there.to(device_, dtype_);
    if (here.data_ptr() != there.data_ptr()) give_back_pages(view.bytes);
    return here;
}

torch::Tensor FileWeights::take_shared(const std::vector<std::string>& names, const Shape& shape) {
    for (const std::string& name : names) {
        if (file_->contains(prefix_ + name)) return take(name, shape).to(torch::kCPU, torch::kFloat32);
    }
    return {};
}

RandomWeights::RandomWeights(uint64_t seed, torch::ScalarType dtype)
    : generator_(generator_for(seed, 0)), dtype_(dtype), scratch_(torch::empty({1 << 20})) {}

torch::Tensor RandomWeights::take(const std::string& name, const Shape& shape) {
    int64_t inputs = 1;
    for (size_t i = 1; i < shape.size(); ++i) inputs *= shape[i];
    const double deviation = shape.size() > 1 ? 1 / std::sqrt(static_cast<double>(inputs)) : 0.02;
    // Piece by piece: whole tensors in float32 would leave holes of their size in the memory.
    torch::Tensor values = torch::empty(shape, dtype_);
    const torch::Tensor flat = values.flatten();
    for (int64_t begin = 0; begin < flat.numel(); begin += scratch_.numel()) {
        const auto piece = flat.slice(0, begin, std::min(begin + scratch_.numel(), flat.numel()));
        piece.copy_(
            scratch_.slice(0, 0, piece.numel()).normal_(is_gain(name) ? 1 : 0, deviation, generator_));
    }
    return values;
}

torch::Tensor RandomWeights::take_shared(const std::vector<std::string>&, const Shape&) {
    return {};
}

WeightMatch match(const WeightList& wanted, const WeightsFile& file, const std::string& prefix) {
    WeightMatch result;
    const auto compare = [&](const std::string& name, const Shape& shape, const TensorView& view) {
        if (view.shape == shape)
            result.names.insert(name);
        else
            result.misfits.push_back(name + " " + describe_shape(view.shape) + " instead of " +
                                     describe_shape(shape));
    };
    for (const auto& [name, shape] : wanted.required) {
        if (file.contains(prefix + name))
            compare(prefix + name, shape, file.at(prefix + name));
        else
            result.missing.push_back(prefix + name);
    }
    for (const auto& [name, view] : file.tensors()) {
        if (!name.starts_with(prefix)) continue;
        const std::string own = name.substr(prefix.size());
        const auto shared = wanted.shared.find(own);
        if (shared != wanted.shared.end())
            compare(name, shared->second, view);
        else if (!wanted.required.contains(own))
            result.unexpected.push_back(name);
    }
    result.matched = result.names.size();
    return result;
}

void require_complete(const WeightMatch& match, const WeightsFile& file) {
    std::string problem;
    const auto add = [&](const char* what, const std::vector<std::string>& names) {
        if (!names.empty())
            problem += (problem.empty() ? "" : "; ") + std::string(what) + " " + some_of(names);
    };
    add("missing", match.missing);
    add("of another shape", match.misfits);
    if (problem.empty()) return;
    throw FileError(file.path().string(), "its tensors do not fit the network: " + problem,
                    "the whole file as its authors published it");
}

std::string wrapping_prefix(const WeightsFile& file) {
    const std::string entry = file.wrapping_entry();
    return entry.empty() ? entry : entry + ".";
}

std::shared_ptr<const WeightsFile> open_weights(const std::filesystem::path& file) {
    return std::make_shared<const WeightsFile>(WeightsFile::open(file));
}

torch::Tensor tensor_of(const std::shared_ptr<const WeightsFile>& file, const std::string& name) {
    return borrowed(file, file->at(name));
}

}  // namespace rv::world_model::families
