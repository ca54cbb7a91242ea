#pragma once
/// Means with their uncertainty.

#include <cstdint>
#include <limits>
#include <map>

namespace rv::world_model {

/// A figure and its 95 % confidence interval; NaN where nothing was measured.
struct Estimate {
    double value = std::numeric_limits<double>::quiet_NaN();
    double low = std::numeric_limits<double>::quiet_NaN(), high = std::numeric_limits<double>::quiet_NaN();
    int64_t count = 0;  ///< samples behind it
};

/// Samples that come in groups (episodes), because those within one are alike.
class Samples {
  public:
    struct Sum {
        double sum = 0;
        int64_t count = 0;
    };

    void add(int64_t group, double value);
    [[nodiscard]] double mean() const;
    [[nodiscard]] int64_t count() const;
    [[nodiscard]] const std::map<int64_t, Sum>& groups() const { return groups_; }

  private:
    std::map<int64_t, Sum> groups_;
};

/// The mean over all samples; its interval by the bootstrap over groups (Efron and Tibshirani 1993, Ch. 13,
/// percentiles of 1,000 resamples). No interval with fewer than two groups. The same seed gives the same
/// interval.
Estimate estimate(const Samples& samples, uint64_t seed = 1);
/// The ratio of two means whose groups are drawn together.
Estimate estimate_ratio(const Samples& above, const Samples& below, uint64_t seed = 1);

}  // namespace rv::world_model
