#pragma once
/// loss.csv and loss.png of a training run.

#include <cstdint>
#include <filesystem>
#include <vector>

namespace rv::world_model {

class LossLog {
  public:
    /// Continues an existing log, forgetting rows at or after `step`.
    LossLog(std::filesystem::path folder, std::string title, int64_t step);
    void add(int64_t step, double loss, double gradient_norm, double learning_rate, double seconds);
    /// Rewrites both files. @throws FileError.
    void save() const;

  private:
    struct Row {
        int64_t step;
        double loss, gradient_norm, learning_rate, seconds;
    };
    std::filesystem::path folder_;
    std::string title_;
    std::vector<Row> rows_;
};

}  // namespace rv::world_model
