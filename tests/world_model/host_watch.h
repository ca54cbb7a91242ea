#pragma once
/// Finds what keeps a piece of work from being recorded into a CUDA graph, without a GPU: the work is done on
/// LibTorch's `meta` device, where reading a value back throws, while every operation that takes or makes a
/// tensor in host memory is noted.

#include <ATen/record_function.h>

#include <set>
#include <string>

namespace rv::tests {

class HostWatch {
  public:
    HostWatch();
    ~HostWatch();
    HostWatch(const HostWatch&) = delete;
    HostWatch& operator=(const HostWatch&) = delete;

    /// The operations on host memory so far, in one line: empty is what is hoped for.
    [[nodiscard]] std::string operations() const;
    /// All operations so far: a watch that saw none watched nothing.
    [[nodiscard]] int64_t count() const { return count_; }

  private:
    static std::unique_ptr<at::ObserverContext> begin(const at::RecordFunction& function);
    static void end(const at::RecordFunction& function, at::ObserverContext* context);
    void note(const at::RecordFunction& function, const c10::IValue& value);

    at::CallbackHandle handle_;
    std::set<std::string> operations_;
    int64_t count_ = 0;
};

}  // namespace rv::tests
