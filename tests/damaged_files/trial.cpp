#include "tests/damaged_files/trial.h"

#include <doctest/doctest.h>

#include <cstring>
#include <optional>

#include "engine/core/weights_file.h"
#include "tests/damaged_files/memory_meter.h"
#include "tests/support/files.h"

namespace rv::tests {
namespace {

constexpr std::size_t kSpareBytes = 64u << 20;

// Every byte is read, so that a sanitizer sees a view that leaves the mapping.
bool is_consistent(const WeightsFile& file) {
    const auto all = file.contents();
    std::size_t outside = 0;
    unsigned sum = 0;
    for (const auto& [name, view] : file.tensors()) {
        if (bytes_needed(view.dtype, view.shape) != view.bytes.size()) return false;
        for (const std::byte byte : view.bytes) sum += static_cast<unsigned>(byte);
        const bool inside =
            view.bytes.empty() || (view.bytes.data() >= all.data() &&
                                   view.bytes.data() + view.bytes.size() <= all.data() + all.size());
        if (!inside) outside += view.bytes.size();
    }
    volatile unsigned used = sum;
    static_cast<void>(used);
    return outside == file.copied_bytes();
}

}  // namespace

const std::vector<std::uint64_t> kAbsurdNumbers = {0,
                                                   1,
                                                   0x7f,
                                                   0x80,
                                                   0xff,
                                                   0x7fff,
                                                   0x8000,
                                                   0xffff,
                                                   0x7fffffff,
                                                   0x80000000,
                                                   0xfffffffe,
                                                   0xffffffff,
                                                   1ull << 32,
                                                   1ull << 40,
                                                   1ull << 61,
                                                   1ull << 62,
                                                   (1ull << 63) - 1,
                                                   1ull << 63,
                                                   ~0ull - 1,
                                                   ~0ull};

std::string with_flipped_bits(std::string bytes, std::size_t begin, std::size_t end, Dice& dice) {
    for (std::size_t flips = 1 + dice.below(8); flips > 0; --flips)
        bytes[begin + dice.below(end - begin)] ^= static_cast<char>(1 << dice.below(8));
    return bytes;
}

std::string with_absurd_number(std::string bytes, std::size_t begin, std::size_t end, Dice& dice) {
    const std::size_t width = std::size_t{1} << dice.below(4);
    const std::uint64_t number = dice.one_of(kAbsurdNumbers);
    const std::size_t at = begin + dice.below(end - begin);
    std::memcpy(bytes.data() + at, &number, std::min(width, bytes.size() - at));
    return bytes;
}

bool Trials::run(const std::string& kind, std::uint64_t seed, const std::string& bytes) {
    CAPTURE(kind);
    CAPTURE(seed);
    put_bytes(file_, bytes);
    ++count_;
    bool refused = false;
    std::string message;
    std::size_t peak = 0;
    {
        const MemoryMeter meter;
        try {
            const WeightsFile file = WeightsFile::open(file_);
            peak = meter.peak_bytes();
            CHECK(is_consistent(file));
        } catch (const FileError& error) {
            peak = meter.peak_bytes();
            refused = true;
            message = error.what();
        }  // whatever else is thrown fails the test
    }
    CHECK(peak <= bytes.size() + kSpareBytes);
    if (peak > bytes.size()) most_beyond_size_ = std::max(most_beyond_size_, peak - bytes.size());
    if (refused) {
        ++refused_;
        CHECK(message.starts_with(file_.string()));
        CHECK(message.size() < file_.string().size() + 600);
    }
    return refused;
}

void Trials::run_refused(const std::string& kind, std::uint64_t seed, const std::string& bytes) {
    const bool refused = run(kind, seed, bytes);
    CHECK_MESSAGE(refused, kind << " " << seed << " was read");
}

}  // namespace rv::tests
