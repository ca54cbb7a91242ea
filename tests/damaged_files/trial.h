#pragma once
/// One damaged file, and what a reader made of it.

#include <cstdint>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

namespace rv::tests {

/// Random numbers that are the same everywhere.
class Dice {
  public:
    explicit Dice(std::uint64_t seed) : engine_(seed) {}
    std::uint64_t number() { return engine_(); }
    /// In [0, end)
    std::size_t below(std::size_t end) { return static_cast<std::size_t>(engine_() % end); }
    template <class List>
    const auto& one_of(const List& list) {
        return list[below(std::size(list))];
    }

  private:
    std::mt19937_64 engine_;
};

/// Numbers at which arithmetic breaks, as 64 bits.
extern const std::vector<std::uint64_t> kAbsurdNumbers;

std::string with_flipped_bits(std::string bytes, std::size_t begin, std::size_t end, Dice& dice);
/// Overwrites 1, 2, 4 or 8 bytes somewhere with an absurd number.
std::string with_absurd_number(std::string bytes, std::size_t begin, std::size_t end, Dice& dice);

/// What came out of many files; its functions CHECK.
class Trials {
  public:
    explicit Trials(std::filesystem::path file) : file_(std::move(file)) {}

    /// Writes the bytes, opens them as WeightsFile does, and checks that they are refused with a FileError of
    /// one line, or read into views that all lie in the file and fit their shapes; and that never more than
    /// the file's size and 64 MiB was allocated.
    /// @param seed says in messages which of the files it was
    /// @return whether the file was refused
    bool run(const std::string& kind, std::uint64_t seed, const std::string& bytes);
    /// The same, where being read would be a fault.
    void run_refused(const std::string& kind, std::uint64_t seed, const std::string& bytes);

    [[nodiscard]] int count() const { return count_; }
    [[nodiscard]] int refused() const { return refused_; }
    [[nodiscard]] std::size_t most_beyond_size_bytes() const { return most_beyond_size_; }

  private:
    std::filesystem::path file_;
    int count_ = 0, refused_ = 0;
    std::size_t most_beyond_size_ = 0;
};

}  // namespace rv::tests
