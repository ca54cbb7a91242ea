#include "tests/world_model/host_watch.h"

#include <torch/torch.h>

namespace rv::tests {
namespace {

// LibTorch calls plain functions: this is how they find their object.
thread_local HostWatch* watch = nullptr;

// Numbers of the program's text travel as tensors in host memory, and reach a kernel as its arguments.
bool in_host_memory(const at::Tensor& tensor) {
    return tensor.defined() && tensor.is_cpu() && !tensor.unsafeGetTensorImpl()->is_wrapped_number();
}

bool in_host_memory(const c10::IValue& value) {
    if (value.isTensor()) return in_host_memory(value.toTensor());
    if (!value.isTensorList()) return false;
    const auto list = value.toTensorVector();
    return std::any_of(list.begin(), list.end(), [](const at::Tensor& t) { return in_host_memory(t); });
}

}  // namespace

HostWatch::HostWatch() {
    watch = this;
    handle_ = at::addThreadLocalCallback(at::RecordFunctionCallback(&HostWatch::begin, &HostWatch::end)
                                             .needsInputs(true)
                                             .needsOutputs(true)
                                             .scopes({at::RecordScope::FUNCTION}));
}

HostWatch::~HostWatch() {
    at::removeCallback(handle_);
    watch = nullptr;
}

std::string HostWatch::operations() const {
    std::string line;
    for (const std::string& name : operations_) line += (line.empty() ? "" : ", ") + name;
    return line;
}

std::unique_ptr<at::ObserverContext> HostWatch::begin(const at::RecordFunction& function) {
    ++watch->count_;
    for (const auto& value : function.inputs()) watch->note(function, value);
    return nullptr;
}

void HostWatch::end(const at::RecordFunction& function, at::ObserverContext*) {
    for (const auto& value : function.outputs()) watch->note(function, value);
}

void HostWatch::note(const at::RecordFunction& function, const c10::IValue& value) {
    if (in_host_memory(value)) operations_.insert(function.name());
}

}  // namespace rv::tests
