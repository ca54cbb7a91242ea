#include <doctest/doctest.h>

#include <algorithm>

#include "engine/app/history.h"
#include "tests/app/hash_world.h"

using namespace rv::app;
using rv::world_model::Start;

namespace {

// A rollout beside a history, as a generation drives them. A copy of it counts 1,000 bytes.
struct Walk {
    explicit Walk(std::size_t budget_bytes) : history(budget_bytes) { begin({}); }
    void begin(const Start& start) {
        rollout = world->start(start);
        history.begin(*rollout, "noon", start);
    }
    void steps(int count, float forward = 1) {
        for (int i = 0; i < count; ++i) {
            rollout->step({{.forward = forward}, {}, "noon", 0});
            history.add(*rollout, "noon");
        }
    }
    void go_to(Moment moment) {
        auto kept = history.go_to(moment);
        REQUIRE(kept);
        rollout = std::move(kept->rollout);
    }
    [[nodiscard]] const HistoryTree& tree() const { return history.tree(); }

    std::unique_ptr<rv::world_model::World> world = hash_world::create(std::make_shared<hash_world::Probe>());
    std::unique_ptr<rv::world_model::Rollout> rollout;
    History history;
};

}  // namespace

TEST_CASE("[History] keeps every frame while there is room") {
    Walk walk(1 << 20);
    walk.steps(5);
    CHECK(walk.tree().branches.size() == 1);
    CHECK(walk.tree().branches[0].kept == std::vector<std::uint64_t>{0, 1, 2, 3, 4, 5});
    CHECK(walk.tree().kept_bytes == 6000);
    CHECK(walk.tree().now == Moment{0, 5});
    walk.go_to({0, 3});
    CHECK(walk.rollout->frame_index() == 3);
    CHECK(walk.tree().branches[0].last == 5);  // what came after is still there
}

TEST_CASE("[History] what is made in the past is a branch, and what is made at its end is not") {
    Walk walk(1 << 20);
    walk.steps(5);
    walk.go_to({0, 5});
    walk.steps(1);
    CHECK(walk.tree().branches.size() == 1);
    walk.go_to({0, 2});
    walk.steps(2);
    REQUIRE(walk.tree().branches.size() == 2);
    CHECK(walk.tree().branches[1].fork == Moment{0, 2});
    CHECK(walk.tree().branches[1].kept == std::vector<std::uint64_t>{3, 4});
    // A moment of a branch from before it began is its parent's.
    walk.go_to({1, 1});
    CHECK(walk.tree().now == Moment{0, 1});
}

TEST_CASE("[History] thins out what is long ago, and keeps the first, the newest and the bookmarked") {
    Walk walk(20'000);
    walk.steps(7);
    walk.history.bookmark("gate");
    walk.steps(93);
    const auto& kept = walk.tree().branches[0].kept;
    CHECK(kept.size() == 20);
    CHECK(walk.tree().kept_bytes == 20'000);
    CHECK(kept.front() == 0);
    CHECK(kept.back() == 100);
    CHECK(std::ranges::find(kept, 7u) != kept.end());
    CHECK(kept[19] - kept[18] == 1);
    CHECK(kept[2] - kept[1] > kept[18] - kept[17]);
    // The bookmark gone, its frame may go too.
    walk.history.remove_bookmark(0);
    walk.steps(100);
    CHECK(walk.tree().bookmarks.empty());
    CHECK(walk.tree().branches[0].kept.size() == 20);
}

TEST_CASE("[History] forgets whole branches when there is nothing else to forget, never the present one") {
    Walk walk(10'000);
    walk.steps(2);
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        walk.begin({seed, 0, ""});
        walk.steps(2);
    }
    CHECK(walk.tree().kept_bytes <= 10'000);
    CHECK(walk.tree().branches.size() == 11);
    CHECK(walk.tree().branches[0].kept.empty());
    CHECK_FALSE(walk.tree().branches[10].kept.empty());
    CHECK_FALSE(walk.history.go_to({0, 1}));
    CHECK_FALSE(walk.history.tip_of(0));
    CHECK(walk.tree().branches[10].start.seed == 10);
}

TEST_CASE("[History] branches and moments have names") {
    Walk walk(1 << 20);
    walk.history.rename(0, "To the church");
    CHECK(walk.tree().branches[0].name == "To the church");
    walk.history.rename(0, "");
    walk.history.rename(7, "nowhere");
    CHECK(walk.tree().branches[0].name == "To the church");
    walk.history.bookmark("");
    CHECK(walk.tree().bookmarks[0].name == "Mark 1");
}
