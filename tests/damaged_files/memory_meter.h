#pragma once

#include <cstddef>

namespace rv::tests {

/// Measures what this executable allocates with operator new; memory_meter.cpp replaces it.
class MemoryMeter {
  public:
    MemoryMeter();  ///< counts from here on; one at a time, on one thread
    /// The most bytes that were held at once since then, beyond those held at the beginning.
    [[nodiscard]] std::size_t peak_bytes() const;

  private:
    std::size_t begin_bytes_;
};

}  // namespace rv::tests
