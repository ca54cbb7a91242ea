#include "engine/core/pytorch_objects.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace rv {
namespace {

using Kind = PickleValue::Kind;

constexpr std::string_view kOrderedDict = "collections.OrderedDict";
constexpr std::string_view kRebuildTensor = "torch._utils._rebuild_tensor";
constexpr std::string_view kRebuildTensor2 = "torch._utils._rebuild_tensor_v2";
constexpr std::string_view kRebuildParameter = "torch._utils._rebuild_parameter";
constexpr std::string_view kRebuildParameterWithState = "torch._utils._rebuild_parameter_with_state";

constexpr std::array kRebuilding = {kRebuildTensor, kRebuildTensor2, kRebuildParameter,
                                    kRebuildParameterWithState};

constexpr std::array<std::pair<std::string_view, DType>, 10> kStorages = {
    {{"torch.DoubleStorage", DType::F64},
     {"torch.FloatStorage", DType::F32},
     {"torch.HalfStorage", DType::F16},
     {"torch.BFloat16Storage", DType::BF16},
     {"torch.LongStorage", DType::I64},
     {"torch.IntStorage", DType::I32},
     {"torch.ShortStorage", DType::I16},
     {"torch.CharStorage", DType::I8},
     {"torch.ByteStorage", DType::U8},
     {"torch.BoolStorage", DType::Bool}}};

// Their results hold no tensors; they lie beside them in what people save.
constexpr std::array<std::string_view, 28> kIgnored = {"collections.Counter",
                                                       "collections.defaultdict",
                                                       "builtins.set",
                                                       "builtins.frozenset",
                                                       "builtins.dict",
                                                       "builtins.list",
                                                       "builtins.int",
                                                       "builtins.bytearray",
                                                       "builtins.complex",
                                                       "__builtin__.set",
                                                       "__builtin__.bytearray",
                                                       "_codecs.encode",
                                                       "torch.Size",
                                                       "torch.device",
                                                       "torch.float64",
                                                       "torch.float32",
                                                       "torch.float16",
                                                       "torch.bfloat16",
                                                       "torch.int64",
                                                       "torch.int32",
                                                       "torch.int16",
                                                       "torch.int8",
                                                       "torch.uint8",
                                                       "torch.bool",
                                                       "numpy.dtype",
                                                       "numpy.core.multiarray.scalar",
                                                       "numpy._core.multiarray.scalar",
                                                       "argparse.Namespace"};

bool calls(const Pickle& pickle, const PickleValue& value, std::string_view function) {
    return value.kind == Kind::Call && pickle[value.items[0]].text == function;
}

const PickleValue& argument(const Pickle& pickle, const PickleValue& call, std::size_t index) {
    const PickleValue& arguments = pickle[call.items[1]];
    if (index >= arguments.items.size()) throw Error("is rebuilt from too few values");
    return pickle[arguments.items[index]];
}

std::int64_t count(const PickleValue& value, const char* what) {
    if (value.kind != Kind::Integer || value.number < 0)
        throw Error(std::string("has a senseless ").append(what));
    return value.number;
}

std::vector<std::int64_t> counts(const Pickle& pickle, const PickleValue& value, const char* what) {
    const PickleValue* list = &value;
    if (const PickleValue* size = size_of_call(pickle, value)) list = size;
    if (list->kind != Kind::Tuple && list->kind != Kind::List)
        throw Error(std::string("has a senseless ").append(what));
    if (list->items.size() > kMaxDimensions)
        throw Error("has " + std::to_string(list->items.size()) + " dimensions");
    std::vector<std::int64_t> counts;
    for (const std::uint32_t item : list->items) counts.push_back(count(pickle[item], what));
    return counts;
}

// ("storage", type, key, place, elements)
void read_storage(const Pickle& pickle, const PickleValue& value, TensorClaim& claim) {
    if (value.kind != Kind::Persistent) throw Error("has no storage");
    const PickleValue& id = pickle[value.items[0]];
    if (id.kind != Kind::Tuple || id.items.size() < 5 || pickle[id.items[0]].text != "storage" ||
        pickle[id.items[1]].kind != Kind::Function || pickle[id.items[2]].kind != Kind::Text)
        throw Error("has a senseless storage");
    const std::string_view type = pickle[id.items[1]].text;
    const auto known = std::ranges::find(kStorages, type, &std::pair<std::string_view, DType>::first);
    if (known == kStorages.end()) throw Error("has a storage of the unknown type " + std::string(type));
    claim.dtype = known->second;
    claim.storage = pickle[id.items[2]].text;
    claim.storage_elements = count(pickle[id.items[4]], "size of its storage");
}

}  // namespace

bool is_known_to_pytorch_files(std::string_view function) {
    return function == kOrderedDict || std::ranges::find(kRebuilding, function) != kRebuilding.end() ||
           std::ranges::find(kIgnored, function) != kIgnored.end() ||
           std::ranges::find(kStorages, function, &std::pair<std::string_view, DType>::first) !=
               kStorages.end();
}

bool is_dictionary(const Pickle& pickle, const PickleValue& value, std::size_t& first) {
    first = value.kind == Kind::Dict ? 0 : 2;
    return value.kind == Kind::Dict || calls(pickle, value, kOrderedDict) ||
           calls(pickle, value, "collections.defaultdict");
}

const PickleValue* size_of_call(const Pickle& pickle, const PickleValue& call) {
    if (!calls(pickle, call, "torch.Size")) return nullptr;
    return &argument(pickle, call, 0);
}

std::optional<TensorClaim> rebuilt_tensor(const Pickle& pickle, const PickleValue& value) {
    const PickleValue* call = &value;
    if (calls(pickle, *call, kRebuildParameter) || calls(pickle, *call, kRebuildParameterWithState)) {
        call = &argument(pickle, *call, 0);
        if (!calls(pickle, *call, kRebuildTensor) && !calls(pickle, *call, kRebuildTensor2))
            throw Error("is a parameter of what is not a tensor");
    }
    if (!calls(pickle, *call, kRebuildTensor) && !calls(pickle, *call, kRebuildTensor2)) return std::nullopt;
    TensorClaim claim;
    read_storage(pickle, argument(pickle, *call, 0), claim);
    claim.offset = count(argument(pickle, *call, 1), "offset");
    claim.shape = counts(pickle, argument(pickle, *call, 2), "shape");
    claim.strides = counts(pickle, argument(pickle, *call, 3), "stride");
    if (claim.shape.size() != claim.strides.size())
        throw Error("has a shape of " + std::to_string(claim.shape.size()) + " and strides of " +
                    std::to_string(claim.strides.size()) + " dimensions");
    return claim;
}

}  // namespace rv
