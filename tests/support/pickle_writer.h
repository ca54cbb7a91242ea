#pragma once

#include <bit>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rv::tests {

/// Writes pickles of protocol 2 opcode by opcode, as torch.save does, and senseless ones.
class PickleWriter {
  public:
    PickleWriter() : bytes_("\x80\x02") {}

    PickleWriter& raw(std::string_view bytes) {
        bytes_ += bytes;
        return *this;
    }
    PickleWriter& text(std::string_view value) {
        raw("X").number(static_cast<std::uint32_t>(value.size()));
        return raw(value);
    }
    PickleWriter& integer(std::int64_t value) {
        if (value >= 0 && value < 256) return raw("K").number(static_cast<std::uint8_t>(value));
        return raw("\x8a\x08").number(value);
    }
    PickleWriter& real(double value) {
        raw("G");
        const auto bits = std::bit_cast<std::uint64_t>(value);
        for (int i = 7; i >= 0; --i) bytes_ += static_cast<char>(bits >> (8 * i));
        return *this;
    }
    /// module and name, separated by a space
    PickleWriter& function(std::string_view name) {
        const std::size_t space = name.find(' ');
        return raw("c").raw(name.substr(0, space)).raw("\n").raw(name.substr(space + 1)).raw("\n");
    }
    PickleWriter& integers(const std::vector<std::int64_t>& values) {
        raw("(");
        for (const std::int64_t value : values) integer(value);
        return raw("t");
    }

    struct Tensor {
        std::string type = "FloatStorage", key = "0";
        std::int64_t storage_elements = 6, offset = 0;
        std::vector<std::int64_t> shape = {2, 3}, strides = {3, 1};
    };
    PickleWriter& tensor(const Tensor& tensor) {
        function("torch._utils _rebuild_tensor_v2").raw("((").text("storage");
        function("torch " + tensor.type).text(tensor.key).text("cpu").integer(tensor.storage_elements);
        raw("tQ").integer(tensor.offset).integers(tensor.shape).integers(tensor.strides).raw("\x89");
        return ordered_dict().raw("tR");
    }
    PickleWriter& ordered_dict() { return function("collections OrderedDict").raw(")R"); }

    [[nodiscard]] std::string finish() const { return bytes_ + "."; }

  private:
    template <class T>
    PickleWriter& number(T value) {
        bytes_.append(reinterpret_cast<const char*>(&value), sizeof value);
        return *this;
    }

    std::string bytes_;
};

}  // namespace rv::tests
