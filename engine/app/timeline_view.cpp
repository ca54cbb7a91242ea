#include "engine/app/timeline_view.h"

#include <algorithm>

namespace rv::app {
namespace {

constexpr double kMiB = 1024.0 * 1024.0;

Moment moment_of(const ui::TimelinePoint& point) {
    return {point.branch, point.frame};
}

ui::TimelinePoint point_of(const Moment& moment) {
    return {moment.branch, moment.frame};
}

void go_back(const Moment& to, Control& control) {
    control.set_paused(true);
    control.post(RewindRequest{to});
}

}  // namespace

ui::Timeline timeline_of(const HistoryTree& tree, std::optional<int> beside) {
    ui::Timeline timeline;
    for (const HistoryTree::Branch& branch : tree.branches) {
        std::optional<ui::TimelinePoint> fork;
        if (branch.fork) fork = point_of(*branch.fork);
        timeline.branches.push_back({branch.name, fork, branch.first, branch.last, branch.kept});
    }
    for (const Bookmark& mark : tree.bookmarks) timeline.marks.push_back({point_of(mark.at), mark.name});
    timeline.now = point_of(tree.now);
    timeline.beside = beside;
    timeline.kept_mib = static_cast<double>(tree.kept_bytes) / kMiB;
    timeline.budget_mib = static_cast<double>(tree.budget_bytes) / kMiB;
    return timeline;
}

void obey(const ui::TimelineIntents& intents, std::optional<int> beside, Control& control) {
    if (intents.go_to) go_back(moment_of(*intents.go_to), control);
    if (intents.mark) control.post(BookmarkRequest{});
    if (intents.remove_mark) control.post(RemoveBookmarkRequest{*intents.remove_mark});
    if (intents.rename) control.post(RenameBranchRequest{intents.rename->branch, intents.rename->name});
    if (intents.compare)
        control.post(CompareRequest{intents.compare == beside ? std::nullopt : intents.compare});
}

bool step_back(const HistoryTree& tree, Control& control) {
    // Along the present branch, and past its beginning into the one that it left.
    for (std::optional<Moment> at = tree.now; at;) {
        if (at->branch >= static_cast<int>(tree.branches.size())) return false;
        const HistoryTree::Branch& branch = tree.branches[static_cast<std::size_t>(at->branch)];
        const auto after = std::ranges::lower_bound(branch.kept, tree.now.frame);
        if (after != branch.kept.begin()) {
            go_back({at->branch, *(after - 1)}, control);
            return true;
        }
        at = branch.fork;
    }
    return false;
}

}  // namespace rv::app
