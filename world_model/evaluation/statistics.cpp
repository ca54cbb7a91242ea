#include "world_model/evaluation/statistics.h"

#include <algorithm>
#include <cmath>
#include <random>
#include <set>
#include <vector>

namespace rv::world_model {
namespace {

constexpr int kResamples = 1000;
constexpr double kTail = 0.025;

Samples::Sum of_group(const Samples& samples, int64_t group) {
    const auto found = samples.groups().find(group);
    return found == samples.groups().end() ? Samples::Sum{} : found->second;
}

// Percentiles of statistic(drawn groups). Draws come from the raw engine: the standard library's
// distributions differ between implementations.
template <class Statistic>
void add_interval(Estimate& to, const std::vector<int64_t>& groups, uint64_t seed, Statistic&& statistic) {
    if (groups.size() < 2) return;
    std::mt19937_64 engine(seed);
    std::vector<int64_t> drawn(groups.size());
    std::vector<double> values;
    for (int i = 0; i < kResamples; ++i) {
        for (auto& group : drawn) group = groups[engine() % groups.size()];
        const double value = statistic(drawn);
        if (std::isfinite(value)) values.push_back(value);
    }
    if (values.empty()) return;
    std::ranges::sort(values);
    const auto at = [&](double share) {
        return values[static_cast<size_t>(std::lround(share * static_cast<double>(values.size() - 1)))];
    };
    to.low = at(kTail);
    to.high = at(1 - kTail);
}

double mean_of(const Samples& samples, const std::vector<int64_t>& groups) {
    Samples::Sum all;
    for (const int64_t group : groups) {
        const auto part = of_group(samples, group);
        all.sum += part.sum;
        all.count += part.count;
    }
    return all.sum / static_cast<double>(all.count);
}

}  // namespace

void Samples::add(int64_t group, double value) {
    Sum& sum = groups_[group];
    sum.sum += value;
    ++sum.count;
}

double Samples::mean() const {
    Sum all;
    for (const auto& [group, part] : groups_) {
        all.sum += part.sum;
        all.count += part.count;
    }
    return all.sum / static_cast<double>(all.count);
}

int64_t Samples::count() const {
    int64_t count = 0;
    for (const auto& [group, part] : groups_) count += part.count;
    return count;
}

Estimate estimate(const Samples& samples, uint64_t seed) {
    Estimate result;
    result.value = samples.mean();
    result.count = samples.count();
    std::vector<int64_t> groups;
    for (const auto& [group, part] : samples.groups()) groups.push_back(group);
    add_interval(result, groups, seed,
                 [&](const std::vector<int64_t>& drawn) { return mean_of(samples, drawn); });
    return result;
}

Estimate estimate_ratio(const Samples& above, const Samples& below, uint64_t seed) {
    Estimate result;
    result.value = above.mean() / below.mean();
    result.count = above.count();
    std::set<int64_t> groups;
    for (const auto& [group, part] : above.groups()) groups.insert(group);
    for (const auto& [group, part] : below.groups()) groups.insert(group);
    add_interval(result, {groups.begin(), groups.end()}, seed, [&](const std::vector<int64_t>& drawn) {
        return mean_of(above, drawn) / mean_of(below, drawn);
    });
    return result;
}

}  // namespace rv::world_model
