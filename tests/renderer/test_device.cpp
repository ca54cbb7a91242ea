#include <doctest/doctest.h>

#include <cstring>

#include "renderer/buffer.h"
#include "renderer/image.h"

using namespace rv::renderer;

namespace {

DeviceOptions validated() {
    return {.validation = Validation::On};
}

}  // namespace

TEST_CASE("[Device] opens with validation and stays silent") {
    Device device(validated());
    CHECK(device.validation_active());
    CHECK(device.info().suitable());
    CHECK(!device.info().name.empty());
    CHECK(device.validation_messages() == 0);
}

TEST_CASE("[Device] counts a validation message when the API is used wrongly") {
    Device device(validated());
    const VkBufferCreateInfo nonsense{.sType = VK_STRUCTURE_TYPE_BUFFER_CREATE_INFO, .size = 0};
    VkBuffer buffer = VK_NULL_HANDLE;
    if (vkCreateBuffer(device.handle(), &nonsense, nullptr, &buffer) == VK_SUCCESS) {
        vkDestroyBuffer(device.handle(), buffer, nullptr);
    }
    CHECK(device.validation_messages() > 0);
}

TEST_CASE("[Device] refuses a device that is not there and lists those that are") {
    try {
        Device device({.selector = "no such card"});
        FAIL("a device was opened");
    } catch (const rv::DeviceError& error) {
        CHECK(std::string(error.what()).find(list_devices().front().name) != std::string::npos);
    }
}

TEST_CASE("[Device] can be chosen by index, name and UUID") {
    const DeviceInfo first = Device().info();
    CHECK(Device({.selector = std::to_string(first.index)}).info().name == first.name);
    CHECK(Device({.selector = first.name}).info().uuid == first.uuid);
    CHECK(Device({.selector = first.uuid_text()}).info().name == first.name);
}

TEST_CASE("[choose_device] prefers a graphics card over a CPU") {
    std::vector<DeviceInfo> devices(4);
    devices[0].type = DeviceType::Cpu;
    devices[1].type = DeviceType::Integrated;
    devices[2].type = DeviceType::Discrete;
    devices[3].type = DeviceType::Discrete;
    devices[2].unsuitable = "Vulkan 1.3";
    for (int i = 0; i < 4; ++i) devices[static_cast<std::size_t>(i)].index = i;
    CHECK(choose_device(devices, "").index == 3);
    CHECK(choose_device(devices, "1").index == 1);
    CHECK_THROWS_AS(choose_device(devices, "2"), rv::DeviceError);
    CHECK_THROWS_AS(choose_device({}, ""), rv::DeviceError);
}

TEST_CASE("[Buffer] brings its contents to the GPU and back") {
    Device device(validated());
    {
        std::vector<std::uint32_t> values(1000);
        for (std::uint32_t i = 0; i < values.size(); ++i) values[i] = i * i;
        const Buffer there =
            create_filled_buffer(device, std::as_bytes(std::span(values)), VK_BUFFER_USAGE_TRANSFER_SRC_BIT);
        const Buffer back(device,
                          {there.size_bytes(), VK_BUFFER_USAGE_TRANSFER_DST_BIT, MemoryDomain::Readback});
        device.run_now([&](VkCommandBuffer commands) {
            const VkBufferCopy region{.size = there.size_bytes()};
            vkCmdCopyBuffer(commands, there.handle(), back.handle(), 1, &region);
            host_read_barrier(commands);
        });
        CHECK(std::ranges::equal(back.as<std::uint32_t>(), values));
    }
    CHECK(device.validation_messages() == 0);
}

TEST_CASE("[FrameContext] frees a resource only once the GPU is done with it") {
    Device device(validated());
    const VkSemaphoreTypeCreateInfo type{.sType = VK_STRUCTURE_TYPE_SEMAPHORE_TYPE_CREATE_INFO,
                                         .semaphoreType = VK_SEMAPHORE_TYPE_TIMELINE};
    const VkSemaphoreCreateInfo info{.sType = VK_STRUCTURE_TYPE_SEMAPHORE_CREATE_INFO, .pNext = &type};
    VkSemaphore gate = VK_NULL_HANDLE;
    vk_check(vkCreateSemaphore(device.handle(), &info, nullptr, &gate), "vkCreateSemaphore");

    FrameContext& frame = device.begin_frame();
    VkCommandBuffer commands = frame.command_buffer();
    {
        const Buffer buffer(device, {4096, VK_BUFFER_USAGE_TRANSFER_DST_BIT, MemoryDomain::Device});
        vkCmdFillBuffer(commands, buffer.handle(), 0, VK_WHOLE_SIZE, 1);
        const SemaphoreOperation wait_for_gate{gate, 1};
        device.submit(commands, {&wait_for_gate, 1});
    }  // the buffer dies here while the GPU has not even begun
    const auto used = device.memory().used_bytes();
    CHECK(used >= 4096);
    CHECK(frame.waiting() == 2);

    device.begin_frame();  // the other context: nothing to wait for, nothing freed
    CHECK(frame.waiting() == 2);
    CHECK(device.memory().used_bytes() == used);
    CHECK(device.completed() < device.submitted());

    const VkSemaphoreSignalInfo open{
        .sType = VK_STRUCTURE_TYPE_SEMAPHORE_SIGNAL_INFO, .semaphore = gate, .value = 1};
    vk_check(vkSignalSemaphore(device.handle(), &open), "vkSignalSemaphore");
    CHECK(&device.begin_frame() == &frame);  // round again: waits for the fill, then frees
    CHECK(device.completed() == device.submitted());
    CHECK(frame.waiting() == 0);
    CHECK(device.memory().used_bytes() == 0);

    device.destroy_later(VK_OBJECT_TYPE_SEMAPHORE, gate);
    CHECK(device.validation_messages() == 0);
}

TEST_CASE("[Memory] gives freed ranges out again and joins neighbours") {
    Device device(validated());
    Memory& memory = device.memory();
    const VkMemoryRequirements part{.size = 4u << 20, .alignment = 256, .memoryTypeBits = ~0u};
    std::array<Allocation, 4> parts;
    for (Allocation& a : parts) a = memory.allocate(part, MemoryDomain::Upload, true);
    const auto reserved = memory.reserved_bytes();
    for (const Allocation& a : parts) {
        CHECK(a.mapped != nullptr);
        CHECK(a.memory == parts[0].memory);
    }
    memory.free(parts[0]);
    memory.free(parts[2]);
    memory.free(parts[1]);  // joins both sides
    const VkMemoryRequirements joined{.size = 8u << 20, .alignment = 256, .memoryTypeBits = ~0u};
    const Allocation again = memory.allocate(joined, MemoryDomain::Upload, true);
    CHECK(again.offset == 0);
    CHECK(memory.reserved_bytes() == reserved);
    memory.free(again);
    memory.free(parts[3]);
    CHECK(memory.used_bytes() == 0);

    const VkMemoryRequirements large{.size = 40u << 20, .alignment = 256, .memoryTypeBits = ~0u};
    const Allocation own = memory.allocate(large, MemoryDomain::Upload, true);
    CHECK(memory.reserved_bytes() == reserved + large.size);
    memory.free(own);
    CHECK(memory.reserved_bytes() == reserved);
}
