#include "world_model/evaluation/kernel_profile.h"

#include <torch/torch.h>

#include <algorithm>
#include <functional>

#include "engine/core/error.h"
#include "world_model/evaluation/part_observer.h"
#include "world_model/numerics.h"
#include "world_model/part_scope.h"

namespace rv::world_model {
namespace {

constexpr int kObservedSteps = 3;
constexpr const char* kWhole = "step";

double median(std::vector<double> values) {
    if (values.empty()) return 0;
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>((values.size() - 1) / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

double per_second(double gflop, double ms) {
    return ms > 0 ? gflop / ms * 1000 : 0;
}

std::string precision_name(torch::ScalarType dtype) {
    return dtype == torch::kBFloat16 ? "bf16" : "fp32";
}

/// A piece of work of known size, timed again and again.
class Probe {
  public:
    static Probe convolution(torch::ScalarType dtype) {
        const int64_t channels = 256, side = 64;
        const auto x = torch::randn({1, channels, side, side}, generator_for(0, 0))
                           .to(dtype)
                           .contiguous(torch::MemoryFormat::ChannelsLast);
        const auto weight = torch::randn({channels, channels, 3, 3}, generator_for(0, 1))
                                .to(dtype)
                                .contiguous(torch::MemoryFormat::ChannelsLast);
        return Probe("convolution", dtype, 2.0 * 9 * channels * channels * side * side,
                     [x, weight] { torch::conv2d(x, weight, torch::Tensor(), 1, 1); });
    }
    static Probe matrix_product(torch::ScalarType dtype) {
        const int64_t side = 2048;
        const auto a = torch::randn({side, side}, generator_for(0, 2)).to(dtype);
        const auto b = torch::randn({side, side}, generator_for(0, 3)).to(dtype);
        return Probe("matrix product", dtype, 2.0 * side * side * side, [a, b] { torch::mm(a, b); });
    }

    void measure() {
        const TimePoint begin = Clock::now();
        work_();
        ms_.push_back(milliseconds_between(begin, Clock::now()));
    }
    void forget() { ms_.clear(); }
    [[nodiscard]] MachineRate rate() const {
        const double ms = median(ms_);
        return {kind_, precision_name(dtype_), gflop_, ms, per_second(gflop_, ms)};
    }
    [[nodiscard]] bool is(const char* kind, torch::ScalarType dtype) const {
        return kind_ == kind && dtype_ == dtype;
    }
    /// GFLOP/s, one entry a round.
    [[nodiscard]] std::vector<double> rates() const {
        std::vector<double> rates;
        for (const double ms : ms_) rates.push_back(per_second(gflop_, ms));
        return rates;
    }

  private:
    Probe(std::string kind, torch::ScalarType dtype, double flop, std::function<void()> work)
        : kind_(std::move(kind)), dtype_(dtype), gflop_(flop * 1e-9), work_(std::move(work)) {}

    std::string kind_;
    torch::ScalarType dtype_;
    double gflop_;
    std::function<void()> work_;
    std::vector<double> ms_;
};

PartRecords observed(PartObserver::Detail detail, Rollout& rollout, const StepInput& input, int steps) {
    const PartObserver observer(detail);
    for (int i = 0; i < steps; ++i) as_part(kWhole, [&] { rollout.step(input); });
    return observer.records();
}

/// What the observed operations say of a part; its times are still missing.
PartProfile part_of(const std::string& name, const PartRecord& record) {
    PartProfile part;
    part.name = name;
    part.calls = static_cast<double>(record.calls) / kObservedSteps;
    part.gflop = record.flops * 1e-9 / static_cast<double>(record.calls);
    double multiplying_ms = 0;
    for (const auto& [operation, r] : record.operations) {
        if (r.flops > 0) multiplying_ms += r.ms;
        const double gflop = r.flops * 1e-9 / kObservedSteps, ms = r.ms / kObservedSteps;
        part.operations.push_back(
            {operation, static_cast<double>(r.calls) / kObservedSteps, ms, gflop, per_second(gflop, ms)});
    }
    std::ranges::sort(part.operations, std::ranges::greater(), &OperationProfile::ms);
    part.multiplying = record.ms > 0 ? multiplying_ms / record.ms : 0;
    part.multiplying_gflops_per_second = per_second(record.flops * 1e-9, multiplying_ms);
    return part;
}

std::string without_whole(const std::string& path) {
    const std::string prefix = std::string(kWhole) + "/";
    return path.starts_with(prefix) ? path.substr(prefix.size()) : path;
}

/// Median over the rounds of the part's rate by the machine's in the same round.
double share(double gflop, const std::vector<double>& part_ms, const std::vector<double>& rates) {
    std::vector<double> shares;
    for (size_t i = 0; i < part_ms.size(); ++i) shares.push_back(per_second(gflop, part_ms[i]) / rates[i]);
    return median(shares);
}

class StepTimesSeries {
  public:
    void add(const StepTimes& times) {
        condition_.push_back(times.condition_ms);
        dynamics_.push_back(times.dynamics_ms);
        decode_.push_back(times.decode_ms);
        total_.push_back(times.total_ms);
    }
    [[nodiscard]] StepTimes medians() const {
        return {median(condition_), median(dynamics_), median(decode_), median(total_)};
    }

  private:
    std::vector<double> condition_, dynamics_, decode_, total_;
};

}  // namespace

KernelProfile profile_step(Rollout& rollout, const StepInput& input, const KernelProfileOptions& options) {
    RV_ASSERT(options.threads >= 1 && options.rounds >= 1, "there is something to measure");
    torch::NoGradGuard no_grad;
    use_threads(options.threads);
    const torch::ScalarType dtype = fast_dtype(torch::kCPU);

    std::vector<Probe> probes;
    for (const auto precision : {torch::kBFloat16, torch::kFloat32}) {
        probes.push_back(Probe::convolution(precision));
        probes.push_back(Probe::matrix_product(precision));
    }
    for (Probe& probe : probes) {
        probe.measure();  // the first run prepares the kernel
        probe.forget();
    }
    rollout.step(input);
    const PartRecords operations = observed(PartObserver::Detail::Operations, rollout, input, kObservedSteps);

    std::map<std::string, std::vector<double>> part_ms;  // one call, by path and round
    StepTimesSeries steps;
    for (int round = 0; round < options.rounds; ++round) {
        for (Probe& probe : probes) probe.measure();
        for (const auto& [path, record] : observed(PartObserver::Detail::Parts, rollout, input, 1))
            part_ms[path].push_back(record.ms / static_cast<double>(record.calls));
        steps.add(rollout.times());
    }

    KernelProfile profile;
    profile.threads = options.threads;
    profile.precision = precision_name(dtype);
    profile.step = steps.medians();
    std::vector<double> convolution, product;
    for (const Probe& probe : probes) {
        profile.rates.push_back(probe.rate());
        if (probe.is("convolution", dtype)) convolution = probe.rates();
        if (probe.is("matrix product", dtype)) product = probe.rates();
    }
    for (const auto& [path, record] : operations) {  // "step" sorts before "step/..."
        PartProfile part = part_of(without_whole(path), record);
        part.ms_p50 = median(part_ms[path]);
        part.gflops_per_second = per_second(part.gflop, part.ms_p50);
        part.share_of_convolution = share(part.gflop, part_ms[path], convolution);
        part.share_of_matrix_product = share(part.gflop, part_ms[path], product);
        profile.parts.push_back(std::move(part));
    }
    return profile;
}

}  // namespace rv::world_model
