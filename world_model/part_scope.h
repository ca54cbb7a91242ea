#pragma once
/// Names the parts of a step while they run, for whoever watches (evaluation/part_observer.h, or any profiler
/// of LibTorch). Costs nothing worth mentioning while nobody does.
///
///     const PartScope part("tokenizer.decode");

#include <ATen/record_function.h>

namespace rv::world_model {

class PartScope {
  public:
    /// @param name outlives the scope
    explicit PartScope(const char* name) : record_(at::RecordScope::USER_SCOPE) {
        if (record_.isActive()) record_.before(name);
    }

  private:
    at::RecordFunction record_;
};

/// What `work` gives, made in a scope of that name.
template <class Work>
auto as_part(const char* name, Work work) {
    const PartScope part(name);
    return work();
}

}  // namespace rv::world_model
