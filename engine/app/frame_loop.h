#pragma once
/// The window's loop. run_frame() is one frame from the person's hand to the screen.

#include <memory>
#include <optional>

#include "engine/app/clean_feed.h"
#include "engine/app/controls.h"
#include "engine/app/explorer.h"
#include "engine/app/redraw_pacer.h"
#include "engine/app/statistics.h"
#include "engine/app/window_recorder.h"
#include "engine/app/window_sink.h"
#include "engine/platform/input_map.h"
#include "renderer/frame_cache.h"
#include "renderer/swapchain.h"
#include "ui/imgui_layer.h"

namespace rv::app {

/// What the loop works with; all of it outlives the loop.
struct FrameLoopParts {
    const ApplicationOptions& options;
    platform::Window& window;
    renderer::Device& device;
    renderer::Swapchain& swapchain;
    ui::ImGuiLayer& imgui;
    ui::ExplorerUi& ui;
    platform::InputMap& input;
    Control& control;
    WindowSink& sink;
    Explorer& explorer;
};

class FrameLoop {
  public:
    FrameLoop(const FrameLoopParts& parts, RedrawPacer pacer);

    /// @return false when the person, or the time limit, ends it.
    /// @throws DeviceError when drawing fails, Error when a timed run has no world to measure.
    bool run_frame();
    [[nodiscard]] ApplicationStatistics statistics() const;

  private:
    void wait_for_redraw();
    void handle(std::span<const platform::Event> events);
    void steer(TimePoint now);
    void obey_commands(TimePoint now);
    void draw_ui(TimePoint now);
    bool draw();
    void record(VkCommandBuffer commands, const renderer::Swapchain::Acquired& image);
    void tend_feed(TimePoint now);
    /// The frame, and what is shown beside it.
    [[nodiscard]] std::vector<renderer::FrameSource> shown_sources() const;
    void draw_frame(VkCommandBuffer commands, const renderer::Swapchain::Acquired& image);
    void count_shown(TimePoint presented);
    void save_screenshot(TimePoint now);
    [[nodiscard]] bool time_is_over(TimePoint now) const;
    [[nodiscard]] renderer::FrameFilter filter() const;

    FrameLoopParts p_;
    renderer::FramePass frame_pass_;
    std::optional<renderer::FrameCache> frame_cache_;  // where the CPU draws
    std::optional<renderer::FramePass> screenshot_pass_;
    WindowRecorder recorder_;
    RedrawPacer pacer_;
    Controls controls_;
    std::optional<platform::GamepadState> gamepad_;
    std::unique_ptr<CleanFeed> feed_;
    std::optional<interop::ShownFrame> frame_, beside_;
    std::uint64_t frame_key_ = 0;  // counts different pictures
    platform::MotionSample motion_;

    RateMeter shown_rate_;
    SampleRing latency_ms_;                 // newest, for the panel
    std::vector<double> all_latencies_ms_;  // of the whole run
    std::uint64_t shown_since_first_ = 0;
    std::optional<TimePoint> first_generated_, last_shown_;
};

}  // namespace rv::app
