#include <doctest/doctest.h>
#include <torch/torch.h>

#include "tests/world_model/host_watch.h"
#include "world_model/decoder/diffusion.h"
#include "world_model/dynamics/convolutional.h"
#include "world_model/dynamics/transformer.h"
#include "world_model/numerics.h"
#include "world_model/tokenizer/convolutional.h"
#include "world_model/tokenizer/cosmos/fsq.h"

using namespace rv::world_model;
using rv::tests::HostWatch;

namespace {

constexpr int64_t kC = 4, kH = 3, kW = 5;

torch::Tensor meta(torch::IntArrayRef sizes, torch::ScalarType dtype = torch::kFloat32) {
    return torch::empty(sizes, torch::dtype(dtype).device(torch::kMeta));
}

// Module::to() refuses this device, because it replaces tensors by others of their kind only.
void move_to_meta(torch::nn::Module& module) {
    torch::NoGradGuard no_grad;
    const auto move = [](torch::Tensor tensor) {
        tensor.unsafeGetTensorImpl()->shallow_copy_from(tensor.to(torch::kMeta).getIntrusivePtr());
    };
    for (const auto& parameter : module.parameters()) move(parameter);
    for (const auto& buffer : module.buffers()) move(buffer);
}

// What a CUDA graph would record of `work`; before that it is done once, as before any recording.
template <class Work>
void check_stays_on_device(Work work) {
    torch::NoGradGuard no_grad;
    work();
    const HostWatch watch;
    REQUIRE_NOTHROW(work());
    CHECK(watch.operations() == "");
    CHECK(watch.count() > 0);
}

// Both number formats, because what changes formats has tensors of its own.
template <class Make, class Work>
void check_network(Make make, Work work) {
    for (const auto dtype : {torch::kFloat32, torch::kBFloat16}) {
        auto network = make();
        prepare(*network, torch::kCPU, dtype);
        move_to_meta(*network);
        check_stays_on_device([&] { work(network, dtype); });
    }
}

DynamicsBatch batch_on_meta(int64_t context_frames, int64_t text) {
    return {.context = meta({1, context_frames, kC, kH, kW}),
            .warped = meta({1, kC, kH, kW}),
            .validity = meta({1, 1, kH, kW}),
            .rays = meta({1, 6, kH, kW}),
            .action = meta({1, 6}),
            .context_noise = meta({1}),
            .text = meta({1, text})};
}

}  // namespace

TEST_CASE("[HostWatch] sees what goes to a device and throws where something is read back") {
    const auto x = meta({2, 3});
    {
        const HostWatch watch;
        static_cast<void>((x + torch::ones({2, 3}).to(x.device())) * 2.0);
        CHECK(watch.operations().find("aten::_to_copy") != std::string::npos);
    }
    {
        const HostWatch watch;
        static_cast<void>((x + torch::ones({2, 3}, x.options())) * 2.0);
        CHECK(watch.operations() == "");
    }
    CHECK_THROWS(x.sum().item<float>());
}

TEST_CASE("[UNet] a pass stays on its device") {
    check_network(
        [] {
            return nn::UNet(nn::UNetConfig{{32, 64}, 1, true}, 7, 5, 16);
        },
        [](auto& unet, auto dtype) {
            static_cast<void>(unet(meta({2, 7, 9, 11}, dtype), meta({2, 16}, dtype)));
        });
}

TEST_CASE("[SpaceTimeTransformer] windows and frames with their ring stay on their device") {
    const nn::SpaceTimeConfig config{.patch = 2, .dim = 32, .depth = 4, .heads = 2, .window = 6, .sink = 1};
    check_network([&] { return nn::SpaceTimeTransformer(config, 7, kC, 16); },
                  [](auto& net, auto dtype) {
                      const auto x = meta({1, 7, kH, kW}, dtype), y = meta({1, 16}, dtype);
                      auto ring = net->make_ring(1, kH, kW);
                      ring.open_frame();
                      net->step(x, y, ring);
                      net->remember(x, y, ring);
                      ring.close_frame();
                      net->forward(meta({6, 7, kH, kW}, dtype), meta({6, 16}, dtype), 6);
                  });
}

TEST_CASE("[edm] sampling stays on the device, guided or not") {
    const Network network = [](const torch::Tensor& x, const torch::Tensor& c_noise) {
        return (x + c_noise.reshape({-1, 1, 1, 1})).to(torch::kBFloat16);
    };
    check_stays_on_device([&] {
        const auto noise = meta({2, kC, kH, kW});
        static_cast<void>(sample_euler({}, network, noise, 3));
        static_cast<void>(sample_euler({}, guided(network, 2), noise, 1));
    });
}

TEST_CASE("[DiffusionDecoder] what it paints stays on the device, with a memory and enlarging too") {
    DiffusionDecoderConfig config;
    config.latent_channels = kC;
    config.cond = 32;
    config.unet = {{32, 32}, 1, false};
    config.enlarge = 2;
    config.remembers = true;
    check_network([&] { return DiffusionDecoder(config); },
                  [&](auto& decoder, auto dtype) {
                      const auto large = decoder->enlarged(meta({1, 3, 8 * kH, 8 * kW}, dtype));
                      const auto latent = meta({1, kC, kH, kW});
                      const PaintedBefore painted{meta(large.sizes()), meta({1, 1, 8 * kH, 8 * kW})};
                      for (const PaintedBefore& before : {PaintedBefore{}, painted}) {
                          static_cast<void>(sample_euler(config.edm, decoder->bind(latent, large, before),
                                                         meta(large.sizes()), 2));
                      }
                  });
}

TEST_CASE("[ConvolutionalTokenizer] both ways stay on the device") {
    check_network(
        [] {
            return ConvolutionalTokenizer(ConvolutionalTokenizerConfig{kC, 32, 32, 1, 1});
        },
        [](auto& tokenizer, auto dtype) {
            const auto latent = tokenizer->encode(meta({1, 3, 8 * kH, 8 * kW}, dtype));
            CHECK(tokenizer->decode(latent).frame.is_meta());
        });
}

TEST_CASE("[Fsq] codes and their indices are made on the device") {
    const cosmos::Fsq fsq({8, 5, 5});
    check_stays_on_device([&] {
        const auto codes = fsq.quantise(meta({2, 3, kH, kW}));
        static_cast<void>(fsq.codes_of(fsq.indices(codes)));
    });
}

TEST_CASE("[ConvolutionalDynamics] its network stays on the device, guided or not") {
    ConvolutionalDynamicsConfig config;
    config.latent_channels = kC;
    config.context_frames = 2;
    config.cond = 32;
    config.unet = {{32, 64}, 1, true};
    config.text = {"hashed", 64, 8, 16};
    check_network([&] { return ConvolutionalDynamics(config); },
                  [&](auto& dynamics, auto) {
                      const auto batch = batch_on_meta(config.context_frames, 64);
                      const auto noise = meta({1, kC, kH, kW});
                      static_cast<void>(residual_base(batch) + residual_gain(batch, 0.1));
                      static_cast<void>(sample_euler(config.edm, dynamics->bind(batch), noise, 2));
                      const auto both = guided(dynamics->bind(with_unprompted(batch)), 2);
                      static_cast<void>(sample_euler(config.edm, both, noise, 2));
                  });
}

TEST_CASE("[TransformerDynamics] its network and its ring stay on the device") {
    TransformerDynamicsConfig config;
    config.latent_channels = kC;
    config.cond = 16;
    config.transformer = {.patch = 1, .dim = 32, .depth = 4, .heads = 2, .window = 6, .sink = 1};
    config.text = {"hashed", 64, 8, 16};
    check_network([&] { return TransformerDynamics(config); },
                  [&](auto& dynamics, auto) {
                      auto transformer = dynamics->transformer();
                      auto ring = transformer->make_ring(1, kH, kW);
                      ring.open_frame();
                      const auto network = dynamics->bind(
                          batch_on_meta(1, 64),
                          [&](const auto& x, const auto& y) { return transformer->step(x, y, ring); });
                      static_cast<void>(sample_euler(config.edm, network, meta({1, kC, kH, kW}), 2));
                      ring.close_frame();
                  });
}
