#include "world_model/evaluation/part_observer.h"

#include <algorithm>

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

// Where the tensors among some values lie in memory, and their bytes.
template <class Values>
std::vector<std::pair<const void*, size_t>> places_of(const Values& values) {
    std::vector<std::pair<const void*, size_t>> places;
    const auto add = [&](const at::Tensor& tensor) {
        if (tensor.defined() && tensor.has_storage())
            places.emplace_back(tensor.storage().data(), tensor.nbytes());
    };
    for (const c10::IValue& value : values) {
        if (value.isTensor()) add(value.toTensor());
        if (value.isTensorList())
            for (const at::Tensor& tensor : value.toTensorVector()) add(tensor);
    }
    return places;
}

// Of an operation: what it reads and what it writes. One whose result lies in what it was given moves
// nothing, unless its name says that it writes there ("aten::copy_").
double bytes_moved(const std::string& name, const std::vector<std::pair<const void*, size_t>>& in,
                   const std::vector<std::pair<const void*, size_t>>& out) {
    double bytes = 0;
    bool new_result = name.ends_with('_');
    for (const auto& [place, size] : out) {
        bytes += static_cast<double>(size);
        new_result |= std::ranges::none_of(in, [at = place](const auto& given) { return given.first == at; });
    }
    if (!new_result) return 0;
    for (const auto& [place, size] : in) bytes += static_cast<double>(size);
    return bytes;
}

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
        operation_inputs_ = places_of(function.inputs());
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
    const double bytes = bytes_moved(function.name(), operation_inputs_, places_of(function.outputs()));
    for (const OpenPart& open : open_) {
        PartRecord& part = records_[open.path];
        part.flops += operation_flops_;
        part.bytes += bytes;
        OperationRecord& operation = part.operations[function.name()];
        ++operation.calls;
        operation.ms += ms;
        operation.flops += operation_flops_;
        operation.bytes += bytes;
    }
}

}  // namespace rv::world_model
