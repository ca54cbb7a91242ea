#include <doctest/doctest.h>
#include <torch/torch.h>

#include "tests/world_model/world_folder.h"
#include "world_model/device_rollout.h"
#include "world_model/evaluation/part_observer.h"
#include "world_model/rollout.h"

using namespace rv;
using namespace rv::world_model;

namespace {

/// The same world twice: stepped by the host, and as a GPU does it, but here on the CPU, where nothing is
/// captured.
struct BothWays {
    explicit BothWays(const std::filesystem::path& folder)
        : parts(open_parts(read_world_file(folder), folder, {.device = DeviceKind::Cpu, .threads = 1})),
          first(torch::rand({3, parts.info.height, parts.info.width}, generator_for(1, 1)) * 2 - 1) {}

    [[nodiscard]] std::unique_ptr<Rollout> on_host(uint64_t seed = 7) const {
        return std::make_unique<LatentRollout>(parts, seed, first, up);
    }
    std::unique_ptr<Rollout> on_device(uint64_t seed = 7) {
        auto state = std::make_unique<DeviceState>(parts, first, up);
        if (!step) step = std::make_shared<DeviceStep>(*state);
        return std::make_unique<DeviceRollout>(step, std::move(state), seed, up);
    }

    WorldParts parts;
    torch::Tensor first;
    glm::vec3 up{0, 1, 0};
    std::shared_ptr<DeviceStep> step;
};

// A walk with turns, pauses, new prompts and a flight.
StepInput input_at(int frame) {
    StepInput input{
        .action = {.forward = frame % 5 == 4 ? 0.0f : 1.0f, .turn = frame % 7 < 3 ? 0.5f : -0.25f},
        .pose = {},
        .prompt = frame < 6 ? "noon" : "a snowy night"};
    if (frame == 9) input.fade = {.from = "noon", .share = 0.5};
    if (frame >= 12 && frame < 14)
        input.pose = CameraPose{{0.1f * static_cast<float>(frame), 0.2f, -0.3f}, {}};
    return input;
}

double largest_difference(const torch::Tensor& a, const torch::Tensor& b) {
    return (a.to(torch::kFloat32) - b.to(torch::kFloat32)).abs().max().item<double>();
}

// How far the frames of two rollouts are apart at most, over some steps.
double step_both(Rollout& a, Rollout& b, int from, int to) {
    double worst = largest_difference(a.frame(), b.frame());
    for (int frame = from; frame < to; ++frame) {
        a.step(input_at(frame));
        b.step(input_at(frame));
        worst = std::max(worst, largest_difference(a.frame(), b.frame()));
        CHECK(glm::length(a.pose().position - b.pose().position) < 1e-4f);
    }
    return worst;
}

// A world with everything: poses, depth, a decoder that remembers.
struct WholeWorld : WorldFolder {
    WholeWorld() { take_decoder(); }
};

constexpr double kRounding = 1e-4;  // of [-1, 1]; float32 throughout

}  // namespace

TEST_CASE("[DeviceRollout] makes the frames that the host makes") {
    const WholeWorld folder;
    BothWays world(folder.path());
    const auto host = world.on_host(), device = world.on_device();
    const double worst = step_both(*host, *device, 0, 20);
    MESSAGE("largest difference over 20 frames: " << worst);
    CHECK(worst < kRounding);
    CHECK(device->frame_index() == 20);
}

TEST_CASE("[DeviceRollout] a dynamics that writes into its state comes to the same frames") {
    WholeWorld folder;
    folder.take_transformer();
    BothWays world(folder.path());
    const auto host = world.on_host(), device = world.on_device();
    CHECK(step_both(*host, *device, 0, 12) < kRounding);
}

TEST_CASE("[DeviceRollout] true frames are taken in as the host takes them") {
    const WholeWorld folder;
    BothWays world(folder.path());
    const auto host = world.on_host(), device = world.on_device();
    step_both(*host, *device, 0, 3);
    const auto truth = torch::rand(world.first.sizes(), generator_for(2, 2)) * 2 - 1;
    host->observe(truth, input_at(3));
    device->observe(truth, input_at(3));
    CHECK(step_both(*host, *device, 4, 8) < kRounding);
}

TEST_CASE("[DeviceRollout] rollouts that take turns do not see each other") {
    const WholeWorld folder;
    BothWays world(folder.path());
    const auto alone = world.on_device(), first = world.on_device(), other = world.on_device(8);
    for (int frame = 0; frame < 6; ++frame) alone->step(input_at(frame));
    for (int frame = 0; frame < 6; ++frame) {
        first->step(input_at(frame));
        other->step(input_at(frame + 3));
    }
    CHECK(torch::equal(alone->frame(), first->frame()));
    CHECK_FALSE(torch::equal(alone->frame(), other->frame()));
}

TEST_CASE("[DeviceRollout] a copy goes on to the same bits, whoever steps in between") {
    const WholeWorld folder;
    BothWays world(folder.path());
    const auto rollout = world.on_device();
    for (int frame = 0; frame < 5; ++frame) rollout->step(input_at(frame));
    const auto copy = rollout->copy();
    for (int frame = 5; frame < 9; ++frame) rollout->step(input_at(frame));
    CHECK(copy->frame_index() == 5);
    for (int frame = 5; frame < 9; ++frame) copy->step(input_at(frame));
    CHECK(torch::equal(rollout->frame(), copy->frame()));
    CHECK(rollout->pose().position == copy->pose().position);
}

TEST_CASE("[DeviceRollout] a saved state continues on either side") {
    const WholeWorld folder;
    BothWays world(folder.path());
    const auto device = world.on_device();
    for (int frame = 0; frame < 8; ++frame) device->step(input_at(frame));
    const auto file = folder / "state.safetensors";
    device->save(file);
    const auto host = world.on_host(99), again = world.on_device(99);
    host->restore(file);
    again->restore(file);
    CHECK(host->frame_index() == 8);
    CHECK(torch::equal(host->frame(), device->frame()));
    CHECK(step_both(*host, *again, 8, 14) < kRounding);
    for (int frame = 8; frame < 14; ++frame) device->step(input_at(frame));
    CHECK(torch::equal(device->frame(), again->frame()));
}

TEST_CASE("[DeviceStep] what is to be captured reads nothing back and draws nothing") {
    const WholeWorld folder;
    BothWays world(folder.path());
    const auto rollout = world.on_device();
    rollout->step(input_at(0));
    PartObserver observer(PartObserver::Detail::Operations);
    rollout->step(input_at(1));
    int operations = 0;
    for (const auto& [path, part] : observer.records()) {
        if (!path.starts_with("replay")) continue;
        for (const auto& [name, record] : part.operations) {
            operations += static_cast<int>(record.calls);
            CAPTURE(path);
            // A host scalar read from a tensor, a tensor made of host numbers, numbers drawn on the host.
            for (const char* forbidden : {"aten::item", "aten::_local_scalar_dense", "aten::lift_fresh",
                                          "aten::randn", "aten::normal_", "aten::nonzero"})
                CHECK_MESSAGE(name != forbidden, name << " in " << path);
        }
    }
    CHECK(operations > 50);
}

TEST_CASE("[NoiseTape] gives what the generator would give") {
    NoiseTape tape(torch::kCPU);
    const auto ask = [](const Noise& noise) {
        std::vector<torch::Tensor> got;
        for (const int64_t n : {3, 40, 17}) got.push_back(noise.normal({1, n}, torch::kCPU).clone());
        return got;
    };
    ask(tape.learn());
    for (const uint64_t frame : {1, 2}) {
        tape.fill(generator_for(5, frame));
        const auto written = ask(Noise(tape)), drawn = ask(generator_for(5, frame));
        for (size_t i = 0; i < drawn.size(); ++i) CHECK(torch::equal(written[i], drawn[i]));
    }
    CHECK_THROWS(Noise(tape).normal({2, 2}, torch::kCPU));
}
