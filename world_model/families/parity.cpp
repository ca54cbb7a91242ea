#include "world_model/families/parity.h"

#include <fstream>
#include <nlohmann/json.hpp>

#include "engine/core/error.h"
#include "world_model/families/parity_cases.h"

namespace rv::world_model::families {

bool Difference::passed() const {
    if (!judged) return true;
    return bar > 0 ? largest <= bar : share_within_one_step >= share_bar;
}

bool ParityReport::passed() const {
    for (const Difference& stage : stages) {
        if (!stage.passed()) return false;
    }
    return true;
}

std::string ParityReport::to_json() const {
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const Difference& d : stages) {
        nlohmann::ordered_json entry = {{"stage", d.stage}, {"largest", d.largest}, {"mean", d.mean}};
        if (d.share_bar > 0 || d.share_within_one_step < 1)
            entry["share_within_one_step"] = d.share_within_one_step;
        if (d.judged && d.bar > 0) entry["bar"] = d.bar;
        if (d.judged && d.bar == 0) entry["share_bar"] = d.share_bar;
        entry["passed"] = d.passed();
        list.push_back(std::move(entry));
    }
    return nlohmann::ordered_json{{"family", family}, {"passed", passed()}, {"stages", list}}.dump(2);
}

Difference compare(const std::string& stage, const torch::Tensor& ours, const torch::Tensor& theirs,
                   double bar) {
    if (ours.sizes() != theirs.sizes()) {
        throw FileError(stage, "is " + describe_shape(theirs.sizes().vec()) + " in the reference and " +
                                   describe_shape(ours.sizes().vec()) + " here");
    }
    const auto difference = (ours.to(torch::kFloat64) - theirs.to(torch::kFloat64)).abs();
    Difference result{.stage = stage, .bar = bar};
    result.largest = difference.max().item<double>();
    result.mean = difference.mean().item<double>();
    return result;
}

ParityReport check_parity(const std::filesystem::path& folder) {
    torch::NoGradGuard no_grad;
    if (!std::filesystem::is_regular_file(folder / "config.json"))
        throw FileError(folder.string(), "is no reference case: it has no config.json");
    if (std::filesystem::exists(folder / "dit.safetensors")) return oasis_parity(folder);
    if (std::filesystem::exists(folder / "agent.pt")) return diamond_parity(folder);
    throw FileError(folder.string(), "is no reference case: it holds neither dit.safetensors nor agent.pt");
}

}  // namespace rv::world_model::families
