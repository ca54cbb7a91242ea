#include <doctest/doctest.h>

#include <csignal>
#include <fstream>
#include <sstream>

#include "engine/core/error.h"
#include "tests/distributed/workers.h"
#include "tests/support/messages.h"
#include "tests/support/temporary_folder.h"
#include "tests/world_model/wall_corpus.h"
#include "world_model/training/tasks.h"

using namespace rv;
using namespace rv::world_model;
using rv::tests::contains;
using rv::tests::Environment;
using rv::tests::TemporaryFolder;
using rv::tests::told;
using rv::tests::Workers;

namespace {

namespace fs = std::filesystem;

constexpr int64_t kSteps = 12;
constexpr double kLimitS = 60;  // within which processes stop once one of them ended
// Sums in another order; Adam's first steps have the size of the learning rate, however small a gradient is.
constexpr double kTolerance = 2e-5;

const ConvolutionalTokenizerConfig kTokenizer{4, 32, 32, 1, 1};

TrainerConfig short_training() {
    TrainerConfig config;
    config.steps = kSteps;
    config.batch = 5;  // two samples and three
    config.precision = "fp32";
    config.threads = 1;
    config.log_steps = 2;
    config.checkpoint_seconds = 0;  // after every step
    config.timeout_seconds = 15;
    config.optimizer.warmup_steps = 2;
    config.optimizer.learning_rate = 1e-3;
    return config;
}

// Something happens to the process in the middle of a step.
class Struck : public TokenizerTask {
  public:
    Struck(const FrameCorpus& corpus, int signal, int64_t at_step)
        : TokenizerTask(corpus, kTokenizer, {}), signal_(signal), left_(at_step) {}
    torch::Tensor loss(int64_t batch, const Draws& draws) override {
        if (signal_ != 0 && left_-- == 0) std::raise(signal_);
        return TokenizerTask::loss(batch, draws);
    }

  private:
    int signal_;
    int64_t left_;
};

Environment into(const fs::path& folder, int signal = 0) {
    return {{"FOLDER", folder.string()}, {"SIGNAL", std::to_string(signal)}, {"MINUTES", "0"}};
}

TrainingResult train_alone(const fs::path& folder) {
    const FrameCorpus corpus = tests::wall_corpus();
    torch::manual_seed(1);
    TokenizerTask task(corpus, kTokenizer, {});
    return train(task, short_training(), folder);
}

// Of the float32 weights that a run left, moving average and all.
double largest_difference(const fs::path& a, const fs::path& b) {
    const TensorMap of_a = read_checkpoint(a / "state.safetensors").tensors;
    const TensorMap of_b = read_checkpoint(b / "state.safetensors").tensors;
    REQUIRE(of_a.size() == of_b.size());
    double largest = 0;
    for (const auto& [name, tensor] : of_a)
        largest = std::max(largest, (tensor - of_b.at(name)).abs().max().item<double>());
    return largest;
}

// The columns step and loss.
std::vector<std::pair<int64_t, double>> losses(const fs::path& folder) {
    std::vector<std::pair<int64_t, double>> rows;
    std::ifstream file(folder / "loss.csv");
    std::string line;
    std::getline(file, line);
    while (std::getline(file, line)) {
        std::istringstream row(line);
        int64_t step = 0;
        double loss = 0;
        char comma = 0;
        row >> step >> comma >> loss;
        rows.emplace_back(step, loss);
    }
    return rows;
}

std::string text_of(const fs::path& file) {
    std::ifstream stream(file);
    return {std::istreambuf_iterator<char>(stream), {}};
}

void check_same_run(const fs::path& folder, const fs::path& alone) {
    const double difference = largest_difference(folder, alone);
    MESSAGE("weights differ by at most ", difference);
    CHECK(difference < kTolerance);
    const auto here = losses(folder), there = losses(alone);
    REQUIRE(here.size() == static_cast<size_t>(kSteps / 2));
    REQUIRE(here.size() == there.size());
    for (size_t i = 0; i < here.size(); ++i) {
        CHECK(here[i].first == there[i].first);
        CHECK(here[i].second == doctest::Approx(there[i].second).epsilon(kTolerance));
    }
}

}  // namespace

// Ends with 0 if the training finished, with 3 if it was interrupted, with 4 if another process ended.
TEST_CASE("training of a worker" * doctest::skip()) {
    const fs::path folder = told("FOLDER");
    const FrameCorpus corpus = tests::wall_corpus();
    const Launch launch = launch_from_environment();
    torch::manual_seed(static_cast<uint64_t>(1 + launch.rank));  // the weights of process 0 count
    const int signal = std::stoi(told("SIGNAL"));
    // A step begun is finished before a stop; both leave whole rows of the log.
    Struck task(corpus, signal, signal == SIGINT ? 5 : 6);
    int status = 0;
    try {
        TrainerConfig config = short_training();
        config.minutes = std::stod(told("MINUTES"));
        ProcessGroup group(launch, config.timeout_seconds);
        const TrainingResult result = train(task, config, folder, group);
        if (!result.finished) status = 3;
        std::ofstream(folder / ("steps" + std::to_string(launch.rank))) << result.steps;
    } catch (const Error& error) {
        std::ofstream(folder / ("error" + std::to_string(launch.rank))) << error.what();
        status = 4;
    }
    if (status != 0) std::_Exit(status);  // doctest knows 0 and 1 alone
}

TEST_CASE("[train] two processes end at the weights and write the losses of one") {
    const TemporaryFolder folder;
    CHECK(train_alone(folder / "alone").finished);
    fs::create_directories(folder / "two");
    Workers workers("training of a worker", {into(folder / "two"), into(folder / "two")});
    CHECK(workers.wait(0, kLimitS) == 0);
    CHECK(workers.wait(1, kLimitS) == 0);
    check_same_run(folder / "two", folder / "alone");
    CHECK(fs::exists(folder / "two/tokenizer.safetensors"));
}

TEST_CASE("[train] when a process dies the others stop, and one alone continues from the checkpoint") {
    const TemporaryFolder folder;
    train_alone(folder / "alone");
    const fs::path run = folder / "two";
    fs::create_directories(run);
    size_t dead = 0;
    int signal = SIGKILL;
    SUBCASE("the one that writes") {}
    SUBCASE("another one") {
        dead = 1;
    }
    SUBCASE("one that hangs") {
        dead = 1;
        signal = SIGSTOP;
    }
    std::vector<Environment> each = {into(run), into(run)};
    each[dead] = into(run, signal);
    Workers workers("training of a worker", each);
    if (signal == SIGKILL) CHECK(workers.wait(dead, kLimitS) == -SIGKILL);
    const size_t left = 1 - dead;
    CHECK(workers.wait(left, kLimitS) == 4);
    const std::string message = text_of(run / ("error" + std::to_string(left)));
    MESSAGE(message);
    CHECK(contains(message, "process " + std::to_string(left) +
                                " of 2 stops, because another one ended or no longer answers"));
    CHECK(contains(message, "the same command again, which continues from the last checkpoint"));

    CHECK(read_checkpoint(run / "state.safetensors").metadata.at("step") == "6");
    CHECK(train_alone(run).finished);
    check_same_run(run, folder / "alone");
}

TEST_CASE("[train] a signal to one process stops all after the same step, and they continue") {
    const TemporaryFolder folder;
    train_alone(folder / "alone");
    const fs::path run = folder / "two";
    fs::create_directories(run);
    {
        Workers workers("training of a worker", {into(run), into(run, SIGINT)});
        CHECK(workers.wait(0, kLimitS) == 3);
        CHECK(workers.wait(1, kLimitS) == 3);
        CHECK(text_of(run / "steps0") == "6");
        CHECK(text_of(run / "steps1") == "6");
    }
    Workers workers("training of a worker", {into(run), into(run)});
    CHECK(workers.wait(0, kLimitS) == 0);
    CHECK(workers.wait(1, kLimitS) == 0);
    check_same_run(run, folder / "alone");
}

TEST_CASE("[train] by the clock, that of process 0 counts for all") {
    const TemporaryFolder folder;
    Environment each = into(folder.path());
    each["MINUTES"] = "0.01";
    Workers workers("training of a worker", {each, each});
    CHECK(workers.wait(0, kLimitS) == 0);
    CHECK(workers.wait(1, kLimitS) == 0);
    const std::string steps = text_of(folder / "steps0");
    CHECK(std::stoi(steps) > 0);
    CHECK(text_of(folder / "steps1") == steps);
}
