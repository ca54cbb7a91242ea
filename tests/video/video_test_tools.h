#pragma once
/// Pictures with known content, a folder that cleans up after itself, and a disk that is full at a chosen
/// size.

#include <sys/resource.h>
#include <unistd.h>

#include <cmath>
#include <csignal>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <span>
#include <sstream>
#include <string>
#include <vector>

#include "engine/core/frame_view.h"

namespace rv::test {

struct Folder {
    std::filesystem::path path;
    explicit Folder(const std::string& name)
        : path(std::filesystem::temp_directory_path() /
               ("reverie-" + name + "-" + std::to_string(::getpid()))) {
        std::filesystem::remove_all(path);
        std::filesystem::create_directories(path);
    }
    ~Folder() { std::filesystem::remove_all(path); }
};

/// Noise over a gradient that shifts with `index`: every frame and every pixel differ.
struct Picture {
    int width, height;
    std::vector<std::uint8_t> rgba;

    Picture(int w, int h, int index, int noise = 8) : width(w), height(h) {
        std::uint32_t state = 12345u + static_cast<std::uint32_t>(index) * 7919u;
        for (int y = 0; y < h; ++y)
            for (int x = 0; x < w; ++x)
                for (int c = 0; c < 4; ++c) {
                    state = state * 1664525u + 1013904223u;
                    const int base = c == 0 ? x * 200 / w : c == 1 ? y * 200 / h : (index * 5) % 200;
                    const int value =
                        base + static_cast<int>((state >> 24) % static_cast<unsigned>(noise + 1));
                    rgba.push_back(static_cast<std::uint8_t>(c == 3 ? 77 : value));
                }
    }
    [[nodiscard]] FrameView view() const {
        return {rgba.data(), width, height, static_cast<std::size_t>(width) * 4};
    }
    [[nodiscard]] std::vector<std::uint8_t> rgb() const {
        std::vector<std::uint8_t> out;
        for (std::size_t i = 0; i < rgba.size(); ++i)
            if (i % 4 != 3) out.push_back(rgba[i]);
        return out;
    }
};

/// Of two pictures of one size, 0 to 255.
inline double mean_difference(std::span<const std::uint8_t> a, std::span<const std::uint8_t> b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) sum += std::abs(int{a[i]} - int{b[i]});
    return sum / static_cast<double>(a.size());
}

/// No file of this process grows beyond `bytes` while it lives: writes fail as on a full disk.
class FullDiskAt {
  public:
    explicit FullDiskAt(rlim_t bytes) {
        before_handler_ = std::signal(SIGXFSZ, SIG_IGN);
        ::getrlimit(RLIMIT_FSIZE, &before_);
        rlimit limit = before_;
        limit.rlim_cur = bytes;
        ::setrlimit(RLIMIT_FSIZE, &limit);
    }
    ~FullDiskAt() {
        ::setrlimit(RLIMIT_FSIZE, &before_);
        std::signal(SIGXFSZ, before_handler_);
    }

  private:
    rlimit before_{};
    void (*before_handler_)(int) = SIG_DFL;
};

inline std::string bytes_of(const std::filesystem::path& path) {
    std::ostringstream text;
    text << std::ifstream(path, std::ios::binary).rdbuf();
    return text.str();
}

inline void put(const std::filesystem::path& path, std::string_view bytes) {
    std::ofstream(path, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

}  // namespace rv::test
