#pragma once
/// Watches what one thread does in LibTorch: how long the parts of a step take (part_scope.h), and which
/// operations run in them with how many FLOPs. Knows no network: it counts whatever runs.

#include <ATen/record_function.h>

#include <map>
#include <string>
#include <vector>

#include "engine/core/clock.h"

namespace rv::world_model {

/// An operation of ATen that a part asked for, with all that it does inside.
struct OperationRecord {
    int64_t calls = 0;
    double ms = 0, flops = 0;
    double bytes = 0;  ///< of the tensors it takes and gives, each once; 0 for views
};

struct PartRecord {
    int64_t calls = 0;
    double ms = 0, flops = 0, bytes = 0;
    std::map<std::string, OperationRecord> operations;  ///< by name: "aten::conv2d"
};

/// By path: a part within a part is "dynamics/denoise".
using PartRecords = std::map<std::string, PartRecord>;

/// From construction to destruction, on the thread of both. One at a time on a thread.
class PartObserver {
  public:
    enum class Detail {
        Parts,       ///< times only; costs nothing that could be measured
        Operations,  ///< FLOPs and operations too; each operation becomes some microseconds slower
    };
    explicit PartObserver(Detail detail);
    ~PartObserver();
    PartObserver(const PartObserver&) = delete;
    PartObserver& operator=(const PartObserver&) = delete;

    /// What ran so far.
    [[nodiscard]] const PartRecords& records() const { return records_; }

  private:
    struct OpenPart {
        std::string path;
        TimePoint begin;
    };
    static std::unique_ptr<at::ObserverContext> entered(const at::RecordFunction& function);
    static void left(const at::RecordFunction& function, at::ObserverContext* context);
    void enter_part(const char* name);
    void leave_part();
    /// @return what the end needs to know, if this operation is to be counted
    std::unique_ptr<at::ObserverContext> enter_operation(const at::RecordFunction& function);
    void leave_operation(const at::RecordFunction& function, const at::ObserverContext* context);

    PartRecords records_;
    std::vector<OpenPart> open_;  // outermost first
    int depth_ = 0;               // operations within operations
    bool counting_ = false;       // within one that is counted
    TimePoint operation_begin_;   // of the outermost operation, as the next
    double operation_flops_ = 0;
    std::vector<std::pair<const void*, size_t>> operation_inputs_;  // where they lie, and their bytes
    at::CallbackHandle handle_;
};

}  // namespace rv::world_model
