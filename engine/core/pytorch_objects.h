#pragma once
/// What the pickle of a PyTorch file means: functions that are known, and the tensors that their calls stand
/// for. Knows nothing of archives.

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "engine/core/pickle.h"
#include "engine/core/tensor_view.h"

namespace rv {

/// A tensor as its pickle claims it; nothing of it is checked against a storage yet.
struct TensorClaim {
    DType dtype = DType::F32;
    std::string_view storage;           ///< key of the entry with the bytes
    std::int64_t storage_elements = 0;  ///< elements of `dtype` in all of it
    std::int64_t offset = 0;            ///< of the first element, in elements
    std::vector<std::int64_t> shape;    ///< not negative
    std::vector<std::int64_t> strides;  ///< in elements, as many as the shape has, not negative
};

/// Whether a pickle of tensors may mention that function or type: those that this reader knows the meaning
/// of, and those whose results it ignores.
[[nodiscard]] bool is_known_to_pytorch_files(std::string_view function);

/// Whether a value is a dictionary, as such or as an OrderedDict; `first` is then where its keys and values
/// begin in `items`.
[[nodiscard]] bool is_dictionary(const Pickle& pickle, const PickleValue& value, std::size_t& first);

/// The tensor that a call rebuilds; nothing if it rebuilds none.
/// @throws Error in a few words if it rebuilds one from senseless arguments.
[[nodiscard]] std::optional<TensorClaim> rebuilt_tensor(const Pickle& pickle, const PickleValue& call);

/// The tuple that a torch.Size is made of; null for other values.
/// @throws Error if it is made of nothing.
[[nodiscard]] const PickleValue* size_of_call(const Pickle& pickle, const PickleValue& value);

}  // namespace rv
