#pragma once
/// A limit on what a reader may allocate for a file, so that a few hostile bytes cannot ask for gigabytes.

#include <cstddef>
#include <filesystem>

#include "engine/core/error.h"

namespace rv {

/// Counts what was allocated, generously rounded up by whoever charges it, and never down again: a bound on
/// memory and, since everything that is charged was also made, on time.
class MemoryBudget {
  public:
    MemoryBudget(std::filesystem::path file, std::size_t limit_bytes)
        : file_(std::move(file)), left_bytes_(limit_bytes) {}

    /// @throws FileError when the budget is spent.
    void charge(std::size_t bytes) {
        if (bytes > left_bytes_)
            throw FileError(file_.string(), "describes more than a file of its size can hold",
                            "get or make the file again, it is damaged or was made to do harm");
        left_bytes_ -= bytes;
    }

  private:
    std::filesystem::path file_;
    std::size_t left_bytes_;
};

}  // namespace rv
