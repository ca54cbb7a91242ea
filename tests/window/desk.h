#pragma once
/// A person in front of the explorer: a window on a display of its own, keys, clicks, and pictures of the
/// screen.

#include <spdlog/sinks/base_sink.h>

#include <atomic>
#include <functional>
#include <memory>
#include <string>

#include "engine/app/application.h"
#include "engine/asset/image.h"
#include "tests/window/virtual_display.h"

namespace rv::tests {

/// Counts what the validation layers say.
class ValidationCounter final : public spdlog::sinks::base_sink<std::mutex> {
  public:
    std::atomic<int> messages = 0;

  private:
    void sink_it_(const spdlog::details::log_msg& message) override;
    void flush_() override {}
};

/// A home of its own, validation on, and a person who acts while the explorer runs.
class Desk {
  public:
    Desk();
    ~Desk();

    /// @param act runs on a thread of its own once the window is there; should end the explorer.
    int run(app::ApplicationOptions options, const app::WorldSource& source,
            const std::function<void()>& act);
    void press(const std::string& key) const;
    /// Presses and releases the left button there, pixels from the top left.
    void click(int x, int y) const;
    [[nodiscard]] int validation_messages() const { return counter_->messages; }

    VirtualDisplay display;

  private:
    std::filesystem::path home_;
    std::shared_ptr<ValidationCounter> counter_;
};

/// Waits for something that comes in well under a second, and gives up after twenty.
bool eventually(const std::function<bool()>& condition);

/// Mean difference of the picture's free part (between the panels), 0 to 255.
double difference(const asset::Image& a, const asset::Image& b);
/// Mean of the same part, 0 to 255.
double brightness(const asset::Image& image);
/// Takes pictures of the screen until one is as wanted; the last one stays in the file.
bool screen_shows(const Desk& desk, const std::filesystem::path& file,
                  const std::function<bool(const asset::Image&)>& wanted);

/// Takes pictures of the screen until nothing moves any more; the last one stays in the file.
bool screen_rests(const Desk& desk, const std::filesystem::path& file);

/// For the garden of garden_world.h.
app::ApplicationOptions garden_options();

}  // namespace rv::tests
