#include "world_model/training/loss_log.h"

#include <cstdio>
#include <fstream>

#include "engine/core/error.h"
#include "world_model/training/plot.h"

namespace rv::world_model {
namespace {

constexpr const char* kHeader = "step,loss,gradient_norm,learning_rate,seconds";

}  // namespace

LossLog::LossLog(std::filesystem::path folder, std::string title, int64_t step)
    : folder_(std::move(folder)), title_(std::move(title)) {
    std::ifstream file(folder_ / "loss.csv");
    std::string line;
    std::getline(file, line);
    while (std::getline(file, line)) {
        Row row{};
        long long at = 0;
        if (std::sscanf(line.c_str(), "%lld,%lf,%lf,%lf,%lf", &at, &row.loss, &row.gradient_norm,
                        &row.learning_rate, &row.seconds) == 5 &&
            at < step) {
            row.step = at;
            rows_.push_back(row);
        }
    }
}

void LossLog::add(int64_t step, double loss, double gradient_norm, double learning_rate, double seconds) {
    rows_.push_back({step, loss, gradient_norm, learning_rate, seconds});
}

void LossLog::save() const {
    const auto path = folder_ / "loss.csv";
    std::ofstream file(path);
    file << kHeader << '\n';
    Curve curve{"training loss", {}, {}};
    for (const Row& row : rows_) {
        file << row.step << ',' << row.loss << ',' << row.gradient_norm << ',' << row.learning_rate << ','
             << row.seconds << '\n';
        curve.x.push_back(static_cast<double>(row.step));
        curve.y.push_back(row.loss);
    }
    if (!file.flush())
        throw FileError(path.string(), "the loss log could not be written", "check the free space");
    write_plot(folder_ / "loss.png", {curve},
               {.title = title_, .x_label = "step", .y_label = "loss", .log_y = true});
}

}  // namespace rv::world_model
