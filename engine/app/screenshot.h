#pragma once
/// The picture that the window shows, without the interface, as a file.

#include <filesystem>

#include "renderer/frame_pass.h"

namespace rv::app {

/// Draws `source` at its own proportions, as large as it appears in `window_extent`, waits, and writes a PNG.
/// @param pass for VK_FORMAT_R8G8B8A8_UNORM targets. @throws FileError.
void save_screenshot(renderer::Device& device, renderer::FramePass& pass, const renderer::FrameSource& source,
                     renderer::FrameFilter filter, VkExtent2D window_extent,
                     const std::filesystem::path& file);

}  // namespace rv::app
