#include <doctest/doctest.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "engine/asset/image.h"
#include "renderer/buffer.h"
#include "renderer/frame_cache.h"

using namespace rv;
using namespace rv::renderer;

namespace {

constexpr int kWidth = 24, kHeight = 14;
constexpr VkExtent2D kTarget{320, 200};

/// Diagonals, a disc, thin lines and a gradient: what upscaling gets wrong.
std::vector<std::uint8_t> test_picture() {
    std::vector<std::uint8_t> rgba;
    for (int y = 0; y < kHeight; ++y) {
        for (int x = 0; x < kWidth; ++x) {
            std::uint8_t r = 40, g = 60, b = static_cast<std::uint8_t>(60 + 8 * y);
            if (2 * y > x + 2) r = 210, g = 170, b = 90;
            const float dx = static_cast<float>(x) - 17.5f, dy = static_cast<float>(y) - 4.5f;
            if (dx * dx + dy * dy < 11) r = 240, g = 90, b = 80;
            if (x == 3 || y == 12) r = g = b = 245;
            rgba.insert(rgba.end(), {r, g, b, 255});
        }
    }
    return rgba;
}

// What `record` leaves in an image that it takes in any state and hands on as a colour target.
template <class Record>
asset::Image picture_of(Device& device, Record record) {
    const Image image(device, {.width = kTarget.width,
                               .height = kTarget.height,
                               .usage = VK_IMAGE_USAGE_COLOR_ATTACHMENT_BIT |
                                        VK_IMAGE_USAGE_TRANSFER_SRC_BIT | VK_IMAGE_USAGE_TRANSFER_DST_BIT});
    const Buffer pixels(device, {VkDeviceSize{kTarget.width} * kTarget.height * 4,
                                 VK_BUFFER_USAGE_TRANSFER_DST_BIT, MemoryDomain::Readback});
    device.run_now([&](VkCommandBuffer commands) {
        record(commands, image);
        transition(commands, image, use::kColorTarget, use::kCopySource);
        const VkBufferImageCopy region{.imageSubresource = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 0, 1},
                                       .imageExtent = {kTarget.width, kTarget.height, 1}};
        vkCmdCopyImageToBuffer(commands, image.handle(), VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL,
                               pixels.handle(), 1, &region);
        host_read_barrier(commands);
    });
    const auto bytes = pixels.as<std::uint8_t>();
    return {static_cast<int>(kTarget.width), static_cast<int>(kTarget.height), {bytes.begin(), bytes.end()}};
}

asset::Image draw(Device& device, std::span<const FrameSource> sources, FrameFilter filter) {
    FramePass pass(device, VK_FORMAT_R8G8B8A8_UNORM);
    return picture_of(device, [&](VkCommandBuffer commands, const Image& image) {
        transition(commands, image, use::kDiscard, use::kColorTarget);
        pass.draw(commands, {image.view(), kTarget}, sources, filter);
    });
}

struct Difference {
    double mean = 0;
    int largest = 0;
};
Difference compare(const asset::Image& a, const asset::Image& b) {
    REQUIRE(a.rgba.size() == b.rgba.size());
    Difference d;
    for (std::size_t i = 0; i < a.rgba.size(); ++i) {
        const int one = std::abs(int(a.rgba[i]) - int(b.rgba[i]));
        d.mean += one;
        d.largest = std::max(d.largest, one);
    }
    d.mean /= static_cast<double>(a.rgba.size());
    return d;
}

/// A device with the test picture in a buffer.
struct PictureScene {
    Device device{{.validation = Validation::On}};
    Buffer buffer{device, {kWidth * kHeight * 4, VK_BUFFER_USAGE_STORAGE_BUFFER_BIT, MemoryDomain::Upload}};
    FrameSource source{buffer.handle(), 0, kWidth, kHeight};
    PictureScene() {
        const auto picture = test_picture();
        std::memcpy(buffer.bytes().data(), picture.data(), picture.size());
    }
};

}  // namespace

TEST_CASE("[letterbox] fits the picture's proportions into any window") {
    const auto rect = [](int w, int h, std::uint32_t tw, std::uint32_t th) {
        const VkRect2D r = letterbox(w, h, {tw, th});
        return std::array<std::int64_t, 4>{r.offset.x, r.offset.y, r.extent.width, r.extent.height};
    };
    CHECK(rect(128, 72, 1280, 720) == std::array<std::int64_t, 4>{0, 0, 1280, 720});
    CHECK(rect(128, 72, 1280, 800) == std::array<std::int64_t, 4>{0, 40, 1280, 720});
    CHECK(rect(64, 64, 1280, 720) == std::array<std::int64_t, 4>{280, 0, 720, 720});
    CHECK(rect(128, 72, 1, 1) == std::array<std::int64_t, 4>{0, 0, 1, 1});
    CHECK(rect(4000, 10, 300, 200) == std::array<std::int64_t, 4>{0, 99, 300, 1});
}

TEST_CASE("[letterbox] pictures beside each other have columns of equal width, with a gap between them") {
    const auto rect = [](std::size_t column, std::size_t count) {
        const VkRect2D r = letterbox_in_column(128, 72, {1284, 720}, column, count);
        return std::array<std::int64_t, 4>{r.offset.x, r.offset.y, r.extent.width, r.extent.height};
    };
    CHECK(rect(0, 2) == std::array<std::int64_t, 4>{0, 180, 640, 360});
    CHECK(rect(1, 2) == std::array<std::int64_t, 4>{644, 180, 640, 360});
    CHECK(rect(0, 1)[2] == 1280);
}

TEST_CASE("[FramePass] draws the same pictures as before, with every filter") {
    const std::pair<FrameFilter, const char*> filters[] = {{FrameFilter::EdgeAware, "edge_aware"},
                                                           {FrameFilter::Bilinear, "bilinear"},
                                                           {FrameFilter::Nearest, "nearest"}};
    PictureScene scene;
    for (const auto& [filter, name] : filters) {
        CAPTURE(name);
        const asset::Image drawn = draw(scene.device, {&scene.source, 1}, filter);
        const std::filesystem::path golden =
            std::filesystem::path("tests/window/golden") / (std::string(name) + ".png");
        if (std::getenv("REVERIE_UPDATE_GOLDEN")) {
            std::filesystem::create_directories(golden.parent_path());
            asset::save_png(golden, drawn.view());
        }
        const Difference d = compare(drawn, asset::load_image(golden));
        MESSAGE(name << ": mean difference " << d.mean << ", largest " << d.largest);
        CHECK(d.mean < 0.25);
        CHECK(d.largest <= 24);  // an edge may fall on the other side of a pixel's centre
    }
    CHECK(scene.device.validation_messages() == 0);
}

TEST_CASE("[FramePass] reads an image as it reads a buffer, with every filter") {
    PictureScene scene;
    Device& device = scene.device;
    const Image image(device, {.width = kWidth,
                               .height = kHeight,
                               .usage = VK_IMAGE_USAGE_STORAGE_BIT | VK_IMAGE_USAGE_TRANSFER_DST_BIT});
    const Buffer picture =
        create_filled_buffer(device, scene.buffer.bytes(), VK_BUFFER_USAGE_TRANSFER_SRC_BIT);
    device.run_now([&](VkCommandBuffer commands) {
        transition(commands, image, use::kDiscard, use::kCopyTarget);
        const VkBufferImageCopy region{.imageSubresource = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 0, 1},
                                       .imageExtent = {kWidth, kHeight, 1}};
        vkCmdCopyBufferToImage(commands, picture.handle(), image.handle(),
                               VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL, 1, &region);
        transition(commands, image, use::kCopyTarget, use::kStorage);
    });
    const FrameSource source{.width = kWidth, .height = kHeight, .view = image.view()};
    for (const FrameFilter filter : {FrameFilter::EdgeAware, FrameFilter::Bilinear, FrameFilter::Nearest}) {
        const Difference d =
            compare(draw(device, {&source, 1}, filter), draw(device, {&scene.source, 1}, filter));
        CHECK(d.largest <= (filter == FrameFilter::Nearest ? 0 : 1));
    }
    CHECK(device.validation_messages() == 0);
}

TEST_CASE("[FramePass] nearest shows the frame's own pixels and nothing else") {
    PictureScene scene;
    const asset::Image drawn = draw(scene.device, {&scene.source, 1}, FrameFilter::Nearest);
    const auto picture = test_picture();
    const VkRect2D where = letterbox(kWidth, kHeight, kTarget);
    int wrong = 0;
    for (int y = 0; y < kHeight; ++y) {
        for (int x = 0; x < kWidth; ++x) {
            const auto px = static_cast<std::size_t>(where.offset.x) +
                            (2 * static_cast<std::size_t>(x) + 1) * where.extent.width / (2 * kWidth);
            const auto py = static_cast<std::size_t>(where.offset.y) +
                            (2 * static_cast<std::size_t>(y) + 1) * where.extent.height / (2 * kHeight);
            wrong += std::memcmp(&drawn.rgba[(py * kTarget.width + px) * 4],
                                 &picture[static_cast<std::size_t>(y * kWidth + x) * 4], 4) != 0;
        }
    }
    CHECK(wrong == 0);
}

TEST_CASE("[FramePass] the edge-aware filter never leaves the range of the frame's colours") {
    PictureScene scene;
    const asset::Image drawn = draw(scene.device, {&scene.source, 1}, FrameFilter::EdgeAware);
    const VkRect2D where = letterbox(kWidth, kHeight, kTarget);
    int brightest = 0;
    for (std::uint32_t y = 0; y < where.extent.height; ++y)
        for (std::uint32_t x = 0; x < where.extent.width; ++x) {
            const std::size_t i = ((y + static_cast<std::size_t>(where.offset.y)) * kTarget.width + x +
                                   static_cast<std::size_t>(where.offset.x)) *
                                  4;
            brightest =
                std::max({brightest, int(drawn.rgba[i]), int(drawn.rgba[i + 1]), int(drawn.rgba[i + 2])});
        }
    CHECK(brightest <= 245);
}

TEST_CASE("[FramePass] without a frame there is one dark colour") {
    Device device({.validation = Validation::On});
    const asset::Image drawn = draw(device, {}, FrameFilter::Bilinear);
    int other = 0;
    for (std::size_t i = 4; i < drawn.rgba.size(); i += 4)
        other += std::memcmp(&drawn.rgba[i], drawn.rgba.data(), 4) != 0;
    CHECK(other == 0);
    CHECK(drawn.rgba[0] < 30);
    CHECK(device.validation_messages() == 0);
}

TEST_CASE("[FrameCache] shows what the pass draws: the same pixels, and of edges all that the eye can tell") {
    PictureScene scene;
    FramePass pass(scene.device, VK_FORMAT_R8G8B8A8_UNORM);
    FrameCache cache(scene.device, pass, VK_FORMAT_R8G8B8A8_UNORM);
    std::uint64_t frame = 0;
    for (const FrameFilter filter : {FrameFilter::Nearest, FrameFilter::Bilinear, FrameFilter::EdgeAware}) {
        const FrameCache::Key key{++frame, filter, kTarget};
        const auto shown = [&] {
            return picture_of(scene.device, [&](VkCommandBuffer commands, const Image& image) {
                cache.copy_to(commands, image.handle(), use::kDiscard, key, {&scene.source, 1});
            });
        };
        const asset::Image first = shown(), kept = shown();
        CHECK(compare(first, kept).largest == 0);
        const Difference d = compare(first, draw(scene.device, {&scene.source, 1}, filter));
        MESSAGE("mean difference " << d.mean << ", largest " << d.largest);
        CHECK(d.mean <= (filter == FrameFilter::EdgeAware ? 2.0 : 0.0));
    }
    CHECK(scene.device.validation_messages() == 0);
}
