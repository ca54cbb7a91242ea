#include "engine/app/statistics.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iomanip>
#include <numeric>

#include "engine/core/error.h"

namespace rv::app {

double percentile(std::span<double> values, double fraction) {
    if (values.empty()) return 0;
    const double rank = std::ceil(std::clamp(fraction, 0.0, 1.0) * static_cast<double>(values.size()));
    const auto index = static_cast<std::ptrdiff_t>(std::max(rank, 1.0)) - 1;
    std::nth_element(values.begin(), values.begin() + index, values.end());
    return values[static_cast<std::size_t>(index)];
}

void SampleRing::add(double value) {
    values_[next_] = value;
    next_ = (next_ + 1) % kCapacity;
    size_ = std::min(size_ + 1, kCapacity);
}

double SampleRing::mean() const {
    if (size_ == 0) return 0;
    return std::accumulate(values_.begin(), values_.begin() + static_cast<std::ptrdiff_t>(size_), 0.0) /
           static_cast<double>(size_);
}

double SampleRing::percentile(double fraction) const {
    std::array<double, kCapacity> copy = values_;
    return app::percentile(std::span(copy).first(size_), fraction);
}

std::size_t SampleRing::newest(std::span<float> out) const {
    const std::size_t count = std::min(size_, out.size());
    for (std::size_t i = 0; i < count; ++i)
        out[i] = static_cast<float>(values_[(next_ + kCapacity - count + i) % kCapacity]);
    return count;
}

void RateMeter::tick(TimePoint now) {
    if (started_) {
        seconds_[next_] = seconds_between(last_, now);
        next_ = (next_ + 1) % kIntervals;
        size_ = std::min(size_ + 1, kIntervals);
    }
    last_ = now;
    started_ = true;
}

void RateMeter::clear() {
    size_ = next_ = 0;
    started_ = false;
}

double RateMeter::per_second() const {
    const double sum =
        std::accumulate(seconds_.begin(), seconds_.begin() + static_cast<std::ptrdiff_t>(size_), 0.0);
    return sum > 0 ? static_cast<double>(size_) / sum : 0;
}

void StepStatistics::add(const StepRecord& step) {
    steps_ms_.add(step.total_ms());
    rate_.tick(step.finished);
    records_.push_back(step);
    if (records_.size() > kKept) records_.pop_front();
    ++steps_;
    late_ += step.late() ? 1 : 0;
}

void StepStatistics::clear() {
    steps_ms_.clear();
    rate_.clear();
    records_.clear();
    steps_ = late_ = 0;
}

StepSummary StepStatistics::summary() const {
    return {rate_.per_second(),
            steps_ms_.percentile(0.5),
            steps_ms_.percentile(0.99),
            steps_ms_.mean(),
            steps_,
            late_};
}

std::vector<StepRecord> StepStatistics::newest(std::size_t count) const {
    const auto kept = static_cast<std::ptrdiff_t>(std::min(count, records_.size()));
    return {records_.end() - kept, records_.end()};
}

void write_steps_csv(const std::filesystem::path& file, std::span<const StepRecord> steps) {
    std::ofstream stream(file);
    stream << "frame,began_s,condition_ms,dynamics_ms,decode_ms,total_ms,late\n";
    stream << std::fixed << std::setprecision(3);
    for (const StepRecord& step : steps) {
        stream << step.frame << ',' << seconds_between(steps.front().began, step.began) << ','
               << step.times.condition_ms << ',' << step.times.dynamics_ms << ',' << step.times.decode_ms
               << ',' << step.total_ms() << ',' << (step.late() ? 1 : 0) << '\n';
    }
    if (!stream.flush()) throw FileError(file.string(), "cannot be written", "another folder");
}

}  // namespace rv::app
