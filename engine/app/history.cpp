#include "engine/app/history.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "engine/core/error.h"

namespace rv::app {
namespace {

std::uint64_t distance(std::uint64_t a, std::uint64_t b) {
    return a > b ? a - b : b - a;
}

}  // namespace

History::History(std::size_t budget_bytes) {
    tree_.budget_bytes = budget_bytes;
}

void History::clear() {
    tree_ = {.branches = {}, .bookmarks = {}, .now = {}, .kept_bytes = 0, .budget_bytes = tree_.budget_bytes};
    snapshots_.clear();
    marks_ = 0;
}

void History::begin(const world_model::Rollout& rollout, const std::string& prompt,
                    const world_model::Start& start) {
    begin_branch("Walk", std::nullopt, start, rollout.frame_index());
    keep(tree_.now.branch, rollout, prompt);
}

void History::begin_branch(const char* name, std::optional<Moment> fork, const world_model::Start& start,
                           std::uint64_t frame) {
    const int index = static_cast<int>(tree_.branches.size());
    std::string numbered(name);
    numbered += ' ';
    numbered += std::to_string(index + 1);
    tree_.branches.push_back({std::move(numbered), fork, start, frame, frame, {}});
    snapshots_.emplace_back();
    tree_.now = {index, frame};
}

void History::add(const world_model::Rollout& rollout, const std::string& prompt) {
    RV_ASSERT(is_there(tree_.now.branch), "begin() came first");
    const std::uint64_t frame = rollout.frame_index();
    const HistoryTree::Branch& present = tree_.branches[static_cast<std::size_t>(tree_.now.branch)];
    if (tree_.now.frame != present.last) begin_branch("Branch", tree_.now, present.start, frame);
    extend(tree_.now.branch, rollout, prompt);
    tree_.now.frame = frame;
}

void History::extend(int branch, const world_model::Rollout& rollout, const std::string& prompt) {
    RV_ASSERT(branch >= 0 && branch < static_cast<int>(snapshots_.size()), "the branch is there");
    tree_.branches[static_cast<std::size_t>(branch)].last = rollout.frame_index();
    keep(branch, rollout, prompt);
}

void History::keep(int branch, const world_model::Rollout& rollout, const std::string& prompt) {
    Snapshot snapshot{.frame = rollout.frame_index(),
                      .order = order_++,
                      .bytes = rollout.copy_bytes(),
                      .pinned = false,
                      .rollout = rollout.copy(),
                      .prompt = prompt};
    tree_.kept_bytes += snapshot.bytes;
    snapshots_[static_cast<std::size_t>(branch)].push_back(std::move(snapshot));
    refresh(branch);
    while (tree_.kept_bytes > tree_.budget_bytes && (thin_one() || forget_branch())) {
    }
}

// Of a branch the first and the newest stay, and what is bookmarked.
bool History::thin_one() {
    // The one between near neighbours, long ago: seen from now the gap grows least without it.
    double least = std::numeric_limits<double>::infinity();
    std::size_t branch = 0, index = 0;
    for (std::size_t b = 0; b < snapshots_.size(); ++b) {
        const Snapshots& of = snapshots_[b];
        for (std::size_t i = 1; i + 1 < of.size(); ++i) {
            if (of[i].pinned) continue;
            const auto gap = static_cast<double>(of[i + 1].frame - of[i - 1].frame);
            const double cost = gap / static_cast<double>(order_ - of[i].order);
            if (cost < least) least = cost, branch = b, index = i;
        }
    }
    if (least == std::numeric_limits<double>::infinity()) return false;
    tree_.kept_bytes -= snapshots_[branch][index].bytes;
    snapshots_[branch].erase(snapshots_[branch].begin() + static_cast<std::ptrdiff_t>(index));
    refresh(static_cast<int>(branch));
    return true;
}

bool History::forget_branch() {
    const int count = static_cast<int>(tree_.branches.size());
    for (int b = 0; b < count; ++b) {
        const auto continues = [&](const HistoryTree::Branch& other) {
            return !other.kept.empty() && other.fork && other.fork->branch == b;
        };
        Snapshots& of = snapshots_[static_cast<std::size_t>(b)];
        if (b == tree_.now.branch || !is_there(b) || std::ranges::any_of(of, &Snapshot::pinned) ||
            std::ranges::any_of(tree_.branches, continues))
            continue;
        for (const Snapshot& snapshot : of) tree_.kept_bytes -= snapshot.bytes;
        of.clear();
        refresh(b);
        return true;
    }
    return false;
}

void History::refresh(int branch) {
    std::vector<std::uint64_t>& kept = tree_.branches[static_cast<std::size_t>(branch)].kept;
    kept.clear();
    for (const Snapshot& snapshot : snapshots_[static_cast<std::size_t>(branch)])
        kept.push_back(snapshot.frame);
}

bool History::is_there(int branch) const {
    return branch >= 0 && branch < static_cast<int>(snapshots_.size()) &&
           !snapshots_[static_cast<std::size_t>(branch)].empty();
}

History::Kept History::copy_of(int branch, const Snapshot& snapshot) const {
    return {snapshot.rollout->copy(), snapshot.prompt,
            tree_.branches[static_cast<std::size_t>(branch)].start};
}

History::Snapshot* History::nearest(Moment& moment) {
    if (!is_there(moment.branch)) return nullptr;
    // What lies before a branch belongs to the one that it left.
    for (;;) {
        const std::optional<Moment>& fork = tree_.branches[static_cast<std::size_t>(moment.branch)].fork;
        if (!fork || moment.frame > fork->frame || !is_there(fork->branch)) break;
        moment.branch = fork->branch;
    }
    Snapshots& of = snapshots_[static_cast<std::size_t>(moment.branch)];
    return &*std::ranges::min_element(of, {},
                                      [&](const Snapshot& s) { return distance(s.frame, moment.frame); });
}

std::optional<History::Kept> History::go_to(const Moment& moment) {
    Moment there = moment;
    const Snapshot* snapshot = nearest(there);
    if (snapshot == nullptr) return std::nullopt;
    tree_.now = {there.branch, snapshot->frame};
    return copy_of(there.branch, *snapshot);
}

std::optional<History::Kept> History::tip_of(int branch) const {
    if (!is_there(branch)) return std::nullopt;
    return copy_of(branch, snapshots_[static_cast<std::size_t>(branch)].back());
}

void History::bookmark(std::string name) {
    Moment there = tree_.now;
    Snapshot* snapshot = nearest(there);
    if (snapshot == nullptr) return;
    snapshot->pinned = true;
    ++marks_;
    if (name.empty()) name = "Mark " + std::to_string(marks_);
    tree_.bookmarks.push_back({tree_.now, std::move(name)});
}

void History::remove_bookmark(std::size_t index) {
    if (index >= tree_.bookmarks.size()) return;
    const Moment at = tree_.bookmarks[index].at;
    tree_.bookmarks.erase(tree_.bookmarks.begin() + static_cast<std::ptrdiff_t>(index));
    if (std::ranges::find(tree_.bookmarks, at, &Bookmark::at) != tree_.bookmarks.end()) return;
    Moment there = at;
    if (Snapshot* snapshot = nearest(there)) snapshot->pinned = false;
}

void History::rename(int branch, std::string name) {
    if (is_there(branch) && !name.empty())
        tree_.branches[static_cast<std::size_t>(branch)].name = std::move(name);
}

}  // namespace rv::app
