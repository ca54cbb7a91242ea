// Whole recipes through the built program, at a tiny scale.

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>

#include "engine/video/video_writer.h"
#include "tests/support/messages.h"
#include "tests/support/temporary_folder.h"

using rv::tests::contains;
using rv::tests::TemporaryFolder;
namespace fs = std::filesystem;

namespace {

std::string text_of(const fs::path& file) {
    std::ostringstream text;
    text << std::ifstream(file).rdbuf();
    return text.str();
}

struct Ended {
    int status;  ///< 128 + n for signal n
    std::string output;
};

pid_t start(const std::vector<std::string>& arguments, const fs::path& log) {
    std::fflush(stdout);  // or the child prints it too
    const pid_t child = fork();
    if (child != 0) return child;
    std::vector<char*> argv = {const_cast<char*>(REVERIE_PROGRAM)};
    for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
    argv.push_back(nullptr);
    if (!std::freopen(log.c_str(), "w", stdout) || dup2(fileno(stdout), STDERR_FILENO) < 0) _exit(126);
    execv(argv[0], argv.data());
    _exit(127);
}

Ended wait_for(pid_t child, const fs::path& log) {
    int status = 0;
    waitpid(child, &status, 0);
    return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), text_of(log)};
}

Ended program(const std::vector<std::string>& arguments, const fs::path& log) {
    return wait_for(start(arguments, log), log);
}

}  // namespace

TEST_CASE(
    "[train --recipe] every stage of the GPU recipe runs at a tiny scale, and an interrupted run goes on") {
    const TemporaryFolder folder;
    const fs::path out = folder / "run", log = folder / "log";
    const std::vector<std::string> command = {"train",      "--recipe",  "smoke", "--out",
                                              out.string(), "--threads", "1"};

    // Interrupted as soon as the second training began.
    const pid_t child = start(command, log);
    const auto too_late = std::chrono::steady_clock::now() + std::chrono::seconds(200);
    while (!fs::exists(out / "dynamics") && std::chrono::steady_clock::now() < too_late &&
           waitpid(child, nullptr, WNOHANG) == 0)
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    REQUIRE_MESSAGE(fs::exists(out / "dynamics"), text_of(log));
    kill(child, SIGINT);
    const Ended stopped = wait_for(child, log);
    CHECK_MESSAGE(stopped.status >= 128, stopped.output);  // 130, by itself or by the signal
    CHECK(fs::exists(out / "tokenizer/tokenizer.safetensors"));
    const auto trained = fs::last_write_time(out / "tokenizer/tokenizer.safetensors");

    const Ended whole = program(command, log);
    REQUIRE_MESSAGE(whole.status == 0, whole.output);
    CHECK(fs::last_write_time(out / "tokenizer/tokenizer.safetensors") == trained);
    CHECK(contains(whole.output, "(finished before)"));
    for (const char* file :
         {"data/dataset.json", "dynamics/dynamics.safetensors", "rollout/dynamics.safetensors",
          "rollout/loss.png", "long/dynamics.safetensors", "prompt/dynamics.safetensors",
          "decoder/decoder.safetensors", "world/world.toml", "world/start_2.png", "eval/evaluation.md"})
        CHECK_MESSAGE(fs::exists(out / file), file);
    const auto measured = nlohmann::json::parse(text_of(out / "eval/evaluation.json"));
    CHECK(measured["prediction"]["next"]["frames"] >= 0);
    CHECK(measured["tokenizer"]["psnr_db"].is_number());
    const std::string world = text_of(out / "world/world.toml");
    CHECK(contains(world, "width = 80"));
    CHECK(contains(world, "decoder_steps = 2"));
    // Encoded once for all stages of the dynamics.
    CHECK(fs::equivalent(out / "dynamics/latents.safetensors", out / "prompt/latents.safetensors"));
    CHECK(contains(whole.output, "play --world"));

    SUBCASE("a finished recipe is recognised, and other settings are refused") {
        const Ended again = program(command, log);
        CHECK(again.status == 0);
        CHECK(contains(again.output, "rollout"));
        CHECK_FALSE(contains(again.output, "== "));
        auto other = command;
        other.insert(other.end(), {"--set", "stage.decoder.set.trainer.batch = 3"});
        const Ended refused = program(other, log);
        CHECK(refused.status == 1);
        CHECK_MESSAGE(contains(refused.output, "decoder was trained with other settings"), refused.output);
    }
}

TEST_CASE("[train --recipe own] somebody's own videos become a world without poses and depth") {
    const TemporaryFolder folder;
    const fs::path from = folder / "films", out = folder / "run", log = folder / "log";
    fs::create_directories(from);
    for (int i = 0; i < 3; ++i) {
        const std::string name = "film_" + std::to_string(i);
        rv::video::VideoWriter video(from / (name + ".mp4"), 64, 48, {15, 1});
        std::ofstream rows(from / (name + ".csv"));
        rows << "forward,turn\n";
        for (int t = 0; t < 16; ++t) {
            std::vector<std::uint8_t> rgba;
            for (int p = 0; p < 64 * 48; ++p)
                for (const int v : {p % 64 * 3 + t, p / 64 * 4, 40 * i, 255})
                    rgba.push_back(static_cast<std::uint8_t>(v));
            video.write({rgba.data(), 64, 48, 64 * 4});
            rows << "1," << 0.1 * i << "\n";
        }
        video.finish();
    }
    const std::vector<std::string> command = {
        "train",
        "--recipe",
        "own",
        "--from",
        from.string(),
        "--out",
        out.string(),
        "--threads",
        "1",
        "--minutes-scale",
        "0.0004",
        "--set",
        "data = { width = 40, height = 24 }",
        "--set",
        "stage.tokenizer.set = { model = { latent_channels = 4, wide_channels = 32, deep_channels = 32 }, "
        "trainer.batch = 2 }",
        "--set",
        "stage.dynamics.set = { model = { latent_channels = 4, cond = 32, unet.channels = [32] }, "
        "trainer.batch = 2 }",
        "--set",
        "stage.rollout.set = { loss.rollout_frames = 2, trainer.batch = 2 }",
        "--set",
        "stage.long.set = { loss.rollout_frames = 2, trainer.batch = 2 }",
        "--set",
        "stage.decoder.set = { model = { latent_channels = 4, cond = 32, unet.channels = [32] }, "
        "trainer.batch = 2 }",
        "--set",
        "eval.horizon = 4"};
    const Ended whole = program(command, log);
    REQUIRE_MESSAGE(whole.status == 0, whole.output);
    const std::string world = text_of(out / "world/world.toml");
    CHECK(contains(world, "title = \"films\""));
    CHECK(contains(world, "pose = false"));
    CHECK(contains(world, "depth = false"));
    CHECK_FALSE(contains(world, "environment"));
    CHECK(contains(text_of(out / "data/dataset.json"), "\"recordings\": \"2\""));
    CHECK(fs::exists(out / "held_out/dataset.json"));
    CHECK(fs::exists(out / "eval/sheet.png"));
    const Ended without = program({"train", "--recipe", "own", "--out", out.string()}, log);
    CHECK(without.status == 1);
    CHECK(contains(without.output, "--from"));
    CHECK(program({"train"}, log).status == 1);
}

TEST_CASE("[collect] after its time no further episode begins") {
    const TemporaryFolder folder;
    const fs::path out = folder / "data", log = folder / "log";
    const Ended ended = program({"collect", "--episodes", "50", "--frames", "3", "--width", "16", "--height",
                                 "16", "--minutes", "0.00001", "--processes", "1", "--out", out.string()},
                                log);
    REQUIRE_MESSAGE(ended.status == 0, ended.output);
    CHECK(nlohmann::json::parse(text_of(out / "dataset.json"))["episodes"].size() == 1);
}
