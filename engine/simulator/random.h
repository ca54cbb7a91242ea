#pragma once
/// Random numbers whose bits depend on the seed alone, not on the standard library's distributions.

#include <cmath>
#include <cstdint>
#include <random>

namespace rv::simulator {

class Random {
  public:
    explicit Random(std::uint64_t seed) : engine_(seed) {}

    std::uint64_t bits() { return engine_(); }
    /// In [0, 1).
    float unit() { return static_cast<float>(engine_() >> 40) * 0x1p-24f; }
    float uniform(float low, float high) { return low + (high - low) * unit(); }
    /// In 0 .. count - 1; count > 0.
    int index(int count) { return static_cast<int>(engine_() % static_cast<std::uint64_t>(count)); }
    bool chance(float probability) { return unit() < probability; }
    float sign() { return chance(0.5f) ? 1.0f : -1.0f; }
    /// Standard normal (Box-Muller).
    float normal() {
        const float u = 1.0f - unit(), v = unit();
        return std::sqrt(-2.0f * std::log(u)) * std::cos(6.2831853f * v);
    }

  private:
    std::mt19937_64 engine_;  // fixed by the C++ standard
};

}  // namespace rv::simulator
