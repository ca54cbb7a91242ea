#include "engine/app/frame_loop.h"

#include <GLFW/glfw3.h>

#include <array>

#include "engine/app/resources.h"
#include "engine/app/screenshot.h"
#include "engine/app/window_image.h"
#include "engine/core/log.h"

namespace rv::app {
namespace {

constexpr VkFormat kScreenshotFormat = VK_FORMAT_R8G8B8A8_UNORM;

}  // namespace

FrameLoop::FrameLoop(const FrameLoopParts& parts, RedrawPacer pacer)
    : p_(parts),
      frame_pass_(parts.device, parts.swapchain.format()),
      recorder_(parts.device, parts.swapchain, parts.control, parts.ui),
      pacer_(pacer),
      controls_(parts.input, parts.options.controls, [&ui = parts.ui](const std::string& text) {
          ui.notify(ui::ToastKind::Error, text, Clock::now());
      }) {
    if (parts.device.info().type == renderer::DeviceType::Cpu)
        frame_cache_.emplace(parts.device, frame_pass_, parts.swapchain.format());
}

bool FrameLoop::run_frame() {
    wait_for_redraw();  // hands events to the control as they come
    const TimePoint now = Clock::now();
    steer(now);
    obey_commands(now);
    draw_ui(now);
    tend_feed(now);
    if (draw()) count_shown(Clock::now());
    pacer_.drawn(now, Clock::now());
    if (p_.explorer.take_screenshot_request()) save_screenshot(now);
    return !p_.window.should_close() && !p_.explorer.quit_requested() && !time_is_over(now);
}

void FrameLoop::wait_for_redraw() {
    auto events = p_.window.poll();
    handle(events);
    bool touched = !events.empty();
    for (;;) {
        const TimePoint now = Clock::now();
        const TimePoint due = pacer_.due(touched || p_.sink.fresh());
        if (now >= due || p_.window.should_close()) break;
        events = p_.window.wait(seconds_between(now, due));
        if (events.empty()) continue;  // a new frame of the world, or the time is over
        touched = true;
        handle(events);
        steer(Clock::now());
    }
}

void FrameLoop::handle(std::span<const platform::Event> events) {
    // A captured mouse belongs to the world, whatever it hovers over.
    const bool looking = p_.window.cursor_captured();
    const platform::Capture capture{p_.imgui.wants_keyboard(), !looking && p_.imgui.wants_mouse()};
    for (const platform::Event& event : events) {
        if (const auto* drop = std::get_if<platform::DropEvent>(&event.what))
            for (const auto& path : drop->paths) p_.explorer.open_file(path, event.time);
        const auto* key = std::get_if<platform::KeyEvent>(&event.what);
        if (key && key->pressed && key->key == GLFW_KEY_ESCAPE) p_.ui.navigate(false);
        const auto* button = std::get_if<platform::MouseButtonEvent>(&event.what);
        if (button && button->pressed && button->button == GLFW_MOUSE_BUTTON_LEFT && !looking &&
            !capture.mouse) {
            p_.window.capture_cursor(true);
            p_.ui.notify(ui::ToastKind::Notice, "The mouse looks around; Esc gives it back", event.time);
        }
        p_.input.handle(event, capture);
    }
}

void FrameLoop::steer(TimePoint now) {
    gamepad_ = platform::poll_gamepad();
    p_.input.set_gamepad(gamepad_, now);
    platform::MotionSample sample = p_.input.sample();
    if (p_.options.synthetic_input) {
        sample = {};
        sample.held.action =
            p_.options.synthetic_input(first_generated_ ? seconds_between(*first_generated_, now) : 0);
        sample.event_time = now;
    }
    p_.control.set_motion(sample);
    motion_ = sample;
}

void FrameLoop::obey_commands(TimePoint now) {
    for (const platform::Command command : p_.input.take_commands()) p_.explorer.obey(command, now);
}

void FrameLoop::draw_ui(TimePoint now) {
    const WindowFigures figures{shown_rate_.per_second(), latency_ms_.percentile(0.5), frame_.has_value(),
                                p_.device.info().name,    p_.imgui.pictures(),         recorder_.figures()};
    if (auto pictures = p_.explorer.take_pictures()) p_.imgui.set_pictures(std::move(*pictures));
    const ui::ControlsState& controls = controls_.update(gamepad_);
    if (controls_.take_change()) p_.explorer.show_keys(p_.input.bindings());
    const ui::ExplorerState& state = p_.explorer.update(motion_, figures, controls, p_.sink, now);
    controls_.follow(p_.explorer.status().world);
    recorder_.follow(p_.explorer.status().recording, now);
    p_.imgui.set_keyboard_navigation(p_.ui.navigating());
    p_.imgui.begin_frame();
    const ui::Intents intents = p_.ui.draw(state, p_.imgui.fonts(), now);
    controls_.obey(intents.controls);
    p_.explorer.obey(intents, now);
}

// False when nothing could be shown: the window is minimised, or has just changed its size.
bool FrameLoop::draw() {
    renderer::FrameContext& context = p_.device.begin_frame();
    const VkExtent2D window = pixels_of(p_.window);
    const bool fits =
        window.width == p_.swapchain.extent().width && window.height == p_.swapchain.extent().height;
    if (!fits && !p_.swapchain.recreate(window)) return p_.imgui.skip_frame(), false;
    const auto image = p_.swapchain.acquire();
    if (!image) return p_.swapchain.recreate(window), p_.imgui.skip_frame(), false;

    frame_ = p_.sink.take();
    const bool was_beside = beside_.has_value();
    beside_ = p_.sink.take_beside();
    if ((frame_ && frame_->fresh) || (beside_ && beside_->fresh) || was_beside != beside_.has_value())
        ++frame_key_;
    const VkCommandBuffer commands = context.command_buffer();
    record(commands, *image);
    const auto fed = feed_ ? feed_->draw(commands, shown_sources(), filter()) : std::nullopt;
    std::array<renderer::SemaphoreOperation, 4> waits{image->available};
    std::array<renderer::SemaphoreOperation, 2> signals{image->rendered};
    std::size_t wait_count = 1, signal_count = 1;
    for (const auto& frame : {frame_, beside_})
        if (frame && frame->ready.semaphore != VK_NULL_HANDLE) waits[wait_count++] = frame->ready;
    if (fed) {
        waits[wait_count++] = fed->available;
        signals[signal_count++] = fed->rendered;
    }
    const std::uint64_t done = p_.device.submit(commands, std::span(waits).first(wait_count),
                                                std::span(signals).first(signal_count));
    recorder_.submitted(done);
    if (fed) feed_->present(*fed);
    if (!p_.swapchain.present(*image)) p_.swapchain.recreate(pixels_of(p_.window));
    return true;
}

void FrameLoop::record(VkCommandBuffer commands, const renderer::Swapchain::Acquired& image) {
    draw_frame(commands, image);
    p_.imgui.render(commands,
                    {image.index, p_.swapchain.views(), p_.swapchain.extent(), p_.swapchain.generation()});
    recorder_.capture(commands, image.image, Clock::now());
}

std::vector<renderer::FrameSource> FrameLoop::shown_sources() const {
    std::vector<renderer::FrameSource> sources;
    for (const auto& frame : {frame_, beside_})
        if (frame) sources.push_back(frame->source);
    return sources;
}

// Opens and closes the second window.
void FrameLoop::tend_feed(TimePoint now) {
    if (p_.explorer.take_feed_request()) {
        if (feed_) return feed_.reset();
        try {
            feed_ = std::make_unique<CleanFeed>(p_.device);
        } catch (const DeviceError& error) {
            p_.ui.notify(ui::ToastKind::Error, error.what(), now);
        }
    }
    if (feed_ && feed_->closed()) feed_.reset();
}

void FrameLoop::draw_frame(VkCommandBuffer commands, const renderer::Swapchain::Acquired& image) {
    const std::vector<renderer::FrameSource> sources = shown_sources();
    if (frame_cache_ && p_.swapchain.copyable()) {
        frame_cache_->copy_to(commands, image.image, kAcquired, {frame_key_, filter(), p_.swapchain.extent()},
                              sources);
        return;
    }
    const VkImageMemoryBarrier2 to_target = renderer::image_barrier(image.image, VK_IMAGE_ASPECT_COLOR_BIT,
                                                                    kAcquired, renderer::use::kColorTarget);
    renderer::pipeline_barrier(commands, {&to_target, 1});
    frame_pass_.draw(commands, {image.view, p_.swapchain.extent()}, sources, filter());
}

void FrameLoop::count_shown(TimePoint presented) {
    shown_rate_.tick(presented);
    if (!frame_) return;
    if (frame_->fresh) pacer_.frame_finished(frame_->stamp.finished_time);
    if (!first_generated_ && (frame_->stamp.frame_index > 0)) first_generated_ = frame_->stamp.finished_time;
    if (first_generated_) {
        ++shown_since_first_;
        last_shown_ = presented;
    }
    if (!frame_->fresh || !frame_->stamp.input_time) return;
    const double latency = milliseconds_between(*frame_->stamp.input_time, presented);
    latency_ms_.add(latency);
    all_latencies_ms_.push_back(latency);
}

void FrameLoop::save_screenshot(TimePoint now) {
    if (!frame_) return;
    try {
        if (!screenshot_pass_) screenshot_pass_.emplace(p_.device, kScreenshotFormat);
        const std::filesystem::path file = new_recording_path(".png");
        app::save_screenshot(p_.device, *screenshot_pass_, frame_->source, filter(), p_.swapchain.extent(),
                             file);
        p_.ui.notify(ui::ToastKind::Success, "Saved " + file.string(), now);
    } catch (const FileError& error) {
        p_.ui.notify(ui::ToastKind::Error, error.what(), now);
    }
}

bool FrameLoop::time_is_over(TimePoint now) const {
    if (!p_.options.seconds) return false;
    const GenerationStatus& status = p_.explorer.status();
    if (status.state == GenerationStatus::State::Failed) throw Error(status.error);
    return first_generated_ && seconds_between(*first_generated_, now) >= *p_.options.seconds;
}

renderer::FrameFilter FrameLoop::filter() const {
    switch (p_.explorer.filter()) {
        case ui::Filter::EdgeAware:
            return renderer::FrameFilter::EdgeAware;
        case ui::Filter::Bilinear:
            return renderer::FrameFilter::Bilinear;
        case ui::Filter::Nearest:
            break;
    }
    return renderer::FrameFilter::Nearest;
}

ApplicationStatistics FrameLoop::statistics() const {
    ApplicationStatistics s;
    const WindowSink::Count generated = p_.sink.count();
    const StepSummary& steps = p_.explorer.status().steps;
    s.generated_frames = generated.frames;
    s.shown_frames = shown_since_first_;
    if (first_generated_ && last_shown_) s.seconds = seconds_between(*first_generated_, *last_shown_);
    if (s.seconds > 0) s.shown_fps = static_cast<double>(shown_since_first_) / s.seconds;
    if (generated.frames > 1)
        s.generated_fps =
            static_cast<double>(generated.frames - 1) / seconds_between(generated.first, generated.last);
    s.step_ms_p50 = steps.ms_p50;
    s.step_ms_p99 = steps.ms_p99;
    std::vector<double> latencies = all_latencies_ms_;
    s.input_to_present_ms_p50 = percentile(latencies, 0.50);
    s.input_to_present_ms_p99 = percentile(latencies, 0.99);
    return s;
}

}  // namespace rv::app
