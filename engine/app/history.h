#pragma once
/// The past of a session, to go back to: trees of branches, each a run of frames, with copies of the rollout
/// kept at many of them. Of the last frames all are kept; when the memory is full, older ones thin out on a
/// scale that is finer the nearer the present, and at last whole branches are forgotten, the oldest first.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "world_model/world.h"

namespace rv::app {

/// A point of the tree.
struct Moment {
    int branch = 0;           ///< index into HistoryTree::branches
    std::uint64_t frame = 0;  ///< Rollout::frame_index()
    friend bool operator==(const Moment&, const Moment&) = default;
};

struct Bookmark {
    Moment at;
    std::string name;
    friend bool operator==(const Bookmark&, const Bookmark&) = default;
};

/// What the tree looks like; plain values.
struct HistoryTree {
    struct Branch {
        std::string name;
        std::optional<Moment> fork;         ///< where it left its parent; none: it began with a start frame
        world_model::Start start;           ///< that its first ancestor began with
        std::uint64_t first = 0, last = 0;  ///< frames of its own
        std::vector<std::uint64_t> kept;    ///< of these, sorted: what can be gone back to; empty: forgotten
    };
    std::vector<Branch> branches;
    std::vector<Bookmark> bookmarks;
    Moment now;
    std::size_t kept_bytes = 0, budget_bytes = 0;
};

/// Not thread-safe.
class History {
  public:
    /// @param budget_bytes that the kept copies may take together; a few are kept whatever they take.
    explicit History(std::size_t budget_bytes);

    /// `rollout` is the first frame of a new tree.
    void begin(const world_model::Rollout& rollout, const std::string& prompt,
               const world_model::Start& start);
    /// A frame was made from the present one. After going back into the past it begins a branch.
    void add(const world_model::Rollout& rollout, const std::string& prompt);
    /// A frame was made from the newest one of a branch that is not the present's.
    void extend(int branch, const world_model::Rollout& rollout, const std::string& prompt);
    /// Forgets everything, until begin().
    void clear();

    struct Kept {
        std::unique_ptr<world_model::Rollout> rollout;  ///< a copy of its own
        std::string prompt;
        world_model::Start start;
    };
    /// Goes to the kept frame nearest to `moment`, which becomes the present. Empty if there is no such
    /// branch, or it is forgotten.
    std::optional<Kept> go_to(const Moment& moment);
    /// A copy of a branch's newest frame; the present stays where it is.
    [[nodiscard]] std::optional<Kept> tip_of(int branch) const;

    /// Marks the present, which is then kept until the bookmark goes. @param name empty: "Mark n"
    void bookmark(std::string name);
    void remove_bookmark(std::size_t index);
    void rename(int branch, std::string name);

    [[nodiscard]] const HistoryTree& tree() const { return tree_; }

  private:
    struct Snapshot {
        std::uint64_t frame = 0, order = 0;  // order: counts additions over all branches
        std::size_t bytes = 0;
        bool pinned = false;  // a bookmark stands here
        std::unique_ptr<world_model::Rollout> rollout;
        std::string prompt;
    };
    using Snapshots = std::vector<Snapshot>;  // of one branch, by frame

    void keep(int branch, const world_model::Rollout& rollout, const std::string& prompt);
    void begin_branch(const char* name, std::optional<Moment> fork, const world_model::Start& start,
                      std::uint64_t frame);
    bool thin_one();
    bool forget_branch();
    [[nodiscard]] bool is_there(int branch) const;
    [[nodiscard]] Kept copy_of(int branch, const Snapshot& snapshot) const;
    Snapshot* nearest(Moment& moment);
    void refresh(int branch);

    HistoryTree tree_;
    std::vector<Snapshots> snapshots_;  // one a branch
    std::uint64_t order_ = 0;
    int marks_ = 0;
};

}  // namespace rv::app
