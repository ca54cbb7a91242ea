#include <doctest/doctest.h>

#include <fstream>

#include "engine/app/resources.h"
#include "engine/core/error.h"
#include "tests/support/temporary_folder.h"

using rv::tests::TemporaryFolder;
using namespace rv::app;

namespace {

/// Stands in the folder for a while.
class CurrentFolder {
  public:
    explicit CurrentFolder(const std::filesystem::path& folder) : before_(std::filesystem::current_path()) {
        std::filesystem::current_path(folder);
    }
    ~CurrentFolder() { std::filesystem::current_path(before_); }

  private:
    std::filesystem::path before_;
};

void make_world(const std::filesystem::path& folder) {
    std::filesystem::create_directories(folder);
    std::ofstream(folder / "world.toml") << "title = \"x\"\n";
}

/// Assets of the test's own.
class OwnAssets {
  public:
    OwnAssets() { setenv("REVERIE_ASSETS", folder_.path().c_str(), 1); }
    ~OwnAssets() { unsetenv("REVERIE_ASSETS"); }
    [[nodiscard]] std::filesystem::path worlds() const { return folder_.path() / "worlds"; }

  private:
    TemporaryFolder folder_;
};

}  // namespace

TEST_CASE("[resources] finds worlds by name, by folder and by file") {
    const OwnAssets assets;
    make_world(assets.worlds() / "maze");
    make_world(assets.worlds() / "zoo");
    const TemporaryFolder elsewhere;
    make_world(elsewhere.path() / "mine");
    CHECK(find_world("zoo") == assets.worlds() / "zoo");
    CHECK(find_world("") == assets.worlds() / "maze");  // no village: the first
    CHECK(find_world((elsewhere.path() / "mine").string()) == elsewhere.path() / "mine");
    CHECK(find_world((elsewhere.path() / "mine" / "world.toml").string()) == elsewhere.path() / "mine");
    make_world(assets.worlds() / "village");
    CHECK(find_world("") == assets.worlds() / "village");
    std::string message;
    try {
        find_world("atlantis");
    } catch (const rv::UsageError& error) {
        message = error.what();
    }
    CHECK(message.find("atlantis") != std::string::npos);
    CHECK(message.find("maze, village, zoo") != std::string::npos);
}

TEST_CASE("[resources] without any world says where it looked") {
    const OwnAssets assets;
    CHECK_THROWS_AS(find_world(""), rv::UsageError);
}

TEST_CASE("[resources] recordings get names by date that are not taken") {
    const TemporaryFolder folder;
    const CurrentFolder current(folder.path());
    const auto now = std::chrono::system_clock::from_time_t(1'775'000'000);
    const auto first = new_recording_path(".mp4", now);
    CHECK(first.parent_path() == "recordings");
    CHECK(first.extension() == ".mp4");
    CHECK(std::filesystem::is_directory("recordings"));
    std::ofstream(first) << "x";
    const auto second = new_recording_path(".mp4", now);
    CHECK(second != first);
    CHECK(second.stem().string() == first.stem().string() + "_2");
    CHECK(iso_date(now) == "2026-03-31T23:33:20Z");
}

TEST_CASE("[resources] knows this process's memory") {
    CHECK(resident_memory_mib() > 1);
}
