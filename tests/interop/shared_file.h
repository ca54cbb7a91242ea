#pragma once
/// Memory with descriptors, as drivers share it: whoever has one of them maps the same bytes.

#include <cstdint>
#include <span>

#include "renderer/unique_fd.h"

namespace rv::interop {

class SharedFile {
  public:
    explicit SharedFile(std::size_t bytes);
    /// Takes over a descriptor of another one.
    explicit SharedFile(renderer::UniqueFd fd);
    ~SharedFile();
    SharedFile(const SharedFile&) = delete;
    SharedFile& operator=(const SharedFile&) = delete;

    [[nodiscard]] renderer::UniqueFd export_fd() const;
    [[nodiscard]] std::span<std::uint8_t> bytes() const { return bytes_; }
    /// The first eight bytes, as a counter.
    [[nodiscard]] std::uint64_t value() const;
    void raise(std::uint64_t value) const;

  private:
    void map(std::size_t bytes);

    renderer::UniqueFd fd_;
    std::span<std::uint8_t> bytes_;
};

/// How many descriptors this process has open.
int open_descriptors();

}  // namespace rv::interop
