#pragma once
/// Keeps a WindowVideo for every recording that wants the interface in its picture: begins and ends it as the
/// generation's status says, and tells the person how it went.

#include <list>
#include <memory>

#include "engine/app/control.h"
#include "engine/app/generation_thread.h"
#include "engine/app/window_video.h"
#include "renderer/swapchain.h"
#include "ui/explorer_ui.h"

namespace rv::app {

/// Used by the window's thread.
class WindowRecorder {
  public:
    /// All outlive the recorder.
    WindowRecorder(renderer::Device& device, const renderer::Swapchain& swapchain, Control& control,
                   ui::ExplorerUi& ui)
        : device_(device), swapchain_(swapchain), control_(control), ui_(ui) {}

    /// Once per window frame, before it is drawn.
    void follow(const std::optional<RecordingStatus>& status, TimePoint now);
    /// Between drawing the interface and submitting; the image is ready to be presented.
    void capture(VkCommandBuffer commands, VkImage image, TimePoint now);
    void submitted(std::uint64_t done);

    /// Of the recording in progress.
    [[nodiscard]] std::optional<RecordingFigures> figures() const;

  private:
    void begin(const RecordingOptions& options, TimePoint now);
    void fail(const std::string& sentence, TimePoint now);
    void tend_closing(TimePoint now);

    renderer::Device& device_;
    const renderer::Swapchain& swapchain_;
    Control& control_;
    ui::ExplorerUi& ui_;
    std::unique_ptr<WindowVideo> video_;
    std::list<std::unique_ptr<WindowVideo>> closing_;
    std::filesystem::path failed_;  // not tried again
};

}  // namespace rv::app
