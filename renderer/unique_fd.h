#pragma once
/// Owns a file descriptor. Free of Vulkan, so that whoever imports a descriptor need not know it.

namespace rv::renderer {

class UniqueFd {
  public:
    UniqueFd() = default;
    explicit UniqueFd(int fd) : fd_(fd) {}
    ~UniqueFd();
    UniqueFd(UniqueFd&& other) noexcept : fd_(other.release()) {}
    UniqueFd& operator=(UniqueFd&& other) noexcept;

    [[nodiscard]] int get() const { return fd_; }
    [[nodiscard]] bool valid() const { return fd_ >= 0; }
    /// Gives the descriptor away, to an interface that closes it itself.
    int release();

  private:
    int fd_ = -1;
};

}  // namespace rv::renderer
