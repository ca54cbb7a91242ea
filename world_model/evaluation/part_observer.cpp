#include "world_model/evaluation/part_observer.h"

#include "engine/core/error.h"
#include "world_model/evaluation/flops.h"

namespace rv::world_model {
namespace {

// LibTorch calls plain functions: this is how they find their object.
thread_local PartObserver* observer = nullptr;

// The inputs of an operation, which LibTorch shows at its beginning only.
struct Inputs : at::ObserverContext {
    std::vector<c10::IValue> values;
};

bool is_part(const at::RecordFunction& function) {
    return function.scope() == at::RecordScope::USER_SCOPE;
}

}  // namespace

PartObserver::PartObserver(Detail detail) {
    RV_ASSERT(observer == nullptr, "one observer at a time on a thread");
    observer = this;
    at::RecordFunctionCallback callback(&PartObserver::entered, &PartObserver::left);
    if (detail == Detail::Operations)
        callback.needsInputs(true).needsOutputs(true).scopes(
            {at::RecordScope::FUNCTION, at::RecordScope::USER_SCOPE});
    else
        callback.scopes({at::RecordScope::USER_SCOPE});
    handle_ = at::addThreadLocalCallback(callback);
}

PartObserver::~PartObserver() {
    at::removeCallback(handle_);
    observer = nullptr;
}

std::unique_ptr<at::ObserverContext> PartObserver::entered(const at::RecordFunction& function) {
    if (!observer) return nullptr;
    if (!is_part(function)) return observer->enter_operation(function);
    observer->enter_part(function.name());
    return nullptr;
}

void PartObserver::left(const at::RecordFunction& function, at::ObserverContext* context) {
    if (!observer) return;
    if (is_part(function))
        observer->leave_part();
    else
        observer->leave_operation(function, context);
}

void PartObserver::enter_part(const char* name) {
    open_.push_back({open_.empty() ? name : open_.back().path + "/" + name, Clock::now()});
}

void PartObserver::leave_part() {
    PartRecord& part = records_[open_.back().path];
    ++part.calls;
    part.ms += milliseconds_between(open_.back().begin, Clock::now());
    open_.pop_back();
}

std::unique_ptr<at::ObserverContext> PartObserver::enter_operation(const at::RecordFunction& function) {
    if (depth_++ == 0) {
        operation_flops_ = 0;
        operation_begin_ = Clock::now();
    }
    // A product within a product is the same work.
    if (counting_ || !counts_flops(function.name())) return nullptr;
    counting_ = true;
    auto inputs = std::make_unique<Inputs>();
    const auto values = function.inputs();
    inputs->values.assign(values.begin(), values.end());
    return inputs;
}

void PartObserver::leave_operation(const at::RecordFunction& function, const at::ObserverContext* context) {
    if (const auto* inputs = static_cast<const Inputs*>(context)) {
        counting_ = false;
        operation_flops_ += flops_of(function.name(), inputs->values, function.outputs());
    }
    if (--depth_ > 0) return;
    const double ms = milliseconds_between(operation_begin_, Clock::now());
    for (const OpenPart& open : open_) {
        PartRecord& part = records_[open.path];
        part.flops += operation_flops_;
        OperationRecord& operation = part.operations[function.name()];
        ++operation.calls;
        operation.ms += ms;
        operation.flops += operation_flops_;
    }
}

}  // namespace rv::world_model
