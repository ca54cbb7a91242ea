#include <doctest/doctest.h>
#include <torch/script.h>
#include <torch/torch.h>

#include <fstream>

#include "engine/core/error.h"
#include "tests/support/messages.h"
#include "tests/support/temporary_folder.h"
#include "world_model/checkpoint.h"
#include "world_model/evaluation/codec_quality.h"
#include "world_model/numerics.h"
#include "world_model/parts.h"
#include "world_model/tokenizer/cosmos/fsq.h"
#include "world_model/tokenizer/torchscript.h"

using namespace rv;
using namespace rv::world_model;
using rv::tests::contains;
using rv::tests::message_of;
using rv::tests::TemporaryFolder;

namespace {

// Means of blocks, as a program that stands for a tokenizer: what it gives is known without weights.
const char* const kVideoEncoder = R"(
def forward(self, x):
    code = torch.avg_pool3d(x[:, :, :1], [1, 8, 8]) * self.scale
    if x.size(2) > 1:
        code = torch.cat([code, torch.avg_pool3d(x[:, :, 1:], [8, 8, 8]) * self.scale], 2)
    return (code, code.mean())
)";
const char* const kVideoDecoder = R"(
def forward(self, z):
    x = z / self.scale
    x = x.repeat_interleave(8, 3).repeat_interleave(8, 4)
    if z.size(2) > 1:
        return torch.cat([x[:, :, :1], x[:, :, 1:].repeat_interleave(8, 2)], 2)
    return x
)";
const char* const kPictureEncoder = R"(
def forward(self, x):
    return torch.avg_pool2d(x, [8, 8]) * self.scale
)";
const char* const kPictureDecoder = R"(
def forward(self, z):
    return (z / self.scale).repeat_interleave(8, 2).repeat_interleave(8, 3)
)";
// Levels 8, 8, 8, 5, 5, 5: the colours twice. 3 and 4 are the numbers of int32 and int64.
const char* const kDiscreteEncoder = R"(
def forward(self, x):
    mean = torch.avg_pool2d(x, [16, 16]) * self.scale
    fine = torch.round(torch.clamp(mean * 4, -4, 3))
    coarse = torch.round(torch.clamp(mean * 2, -2, 2))
    whole = torch.cat([fine + 4, coarse + 2], 1)
    basis = torch.tensor([1, 8, 64, 512, 2560, 12800], device=x.device)
    indices = (whole * basis.reshape(1, 6, 1, 1)).sum(1)
    return (indices.to(3), torch.cat([fine / 4, coarse / 2], 1), mean.mean())
)";
const char* const kDiscreteDecoder = R"(
def forward(self, indices):
    rest = indices.to(4)
    r = rest % 8
    g = torch.div(rest, 8, rounding_mode="floor") % 8
    b = torch.div(rest, 64, rounding_mode="floor") % 8
    x = (torch.stack([r, g, b], 1).to(self.scale.dtype) - 4) / 4
    return x.repeat_interleave(16, 2).repeat_interleave(16, 3)
)";

std::filesystem::path write_program(const std::filesystem::path& file, const char* source,
                                    torch::ScalarType dtype = torch::kFloat32) {
    torch::jit::Module module("program");
    module.register_parameter("scale", torch::full({1}, 2.0).to(dtype), false);
    module.define(source);
    module.save(file.string());
    return file;
}

torch::Tensor film(int64_t T) {
    return torch::rand({2, 3, T, 32, 48}, generator_for(4, 0)) * 2 - 1;
}

std::shared_ptr<VideoTokenizer> load_part(const std::filesystem::path& part,
                                          const TorchScriptTokenizerConfig& config,
                                          torch::ScalarType dtype = torch::kFloat32) {
    TorchScriptTokenizer tokenizer(config, part);
    const int64_t C = config.latent_channels;
    tokenizer->set_latent_statistics(torch::full({C}, 0.25), torch::full({C}, 2.0));
    write_checkpoint(
        part, {state_of(*tokenizer), {{"kind", "torchscript"}, {"config", nlohmann::json(config).dump()}}});
    return std::dynamic_pointer_cast<VideoTokenizer>(load_tokenizer(part, torch::kCPU, dtype));
}

}  // namespace

TEST_CASE("[TorchScriptTokenizer] a continuous one of films becomes a part that encodes and decodes") {
    torch::NoGradGuard no_grad;
    const TemporaryFolder folder;
    const auto config = examine_torchscript(write_program(folder / "encoder.jit", kVideoEncoder),
                                            write_program(folder / "decoder.jit", kVideoDecoder));
    CHECK(config.video);
    CHECK_FALSE(config.discrete);
    CHECK(config.latent_channels == 3);
    CHECK(config.space == 8);
    CHECK(config.time == 8);
    const auto tokenizer = load_part(folder / "part.safetensors", config);
    REQUIRE(tokenizer);
    const auto video = film(17);
    const auto latents = tokenizer->encode_video(video);
    CHECK(latents.sizes() == torch::IntArrayRef({2, 3, 3, 4, 6}));
    CHECK(torch::allclose(latents.select(2, 0), (torch::avg_pool2d(video.select(2, 0), 8) * 2 - 0.25) / 2,
                          1e-4, 1e-5));
    const auto back = tokenizer->decode_video(latents);
    CHECK(back.sizes() == video.sizes());
    CHECK(torch::allclose(torch::avg_pool2d(back.select(2, 0), 8), torch::avg_pool2d(video.select(2, 0), 8),
                          1e-4, 1e-5));
    // A picture is the first frame of a film.
    CHECK(torch::allclose(tokenizer->encode(video.select(2, 0)), latents.select(2, 0)));
    CHECK(tokenizer->decode(latents.select(2, 0)).frame.sizes() == torch::IntArrayRef({2, 3, 32, 48}));
}

TEST_CASE("[TorchScriptTokenizer] one of pictures takes films picture by picture, in its own number format") {
    torch::NoGradGuard no_grad;
    const TemporaryFolder folder;
    const auto config =
        examine_torchscript(write_program(folder / "encoder.jit", kPictureEncoder, torch::kBFloat16),
                            write_program(folder / "decoder.jit", kPictureDecoder, torch::kBFloat16));
    CHECK_FALSE(config.video);
    CHECK(config.time == 1);
    const auto tokenizer = load_part(folder / "part.safetensors", config);
    const auto video = film(3);
    const auto latents = tokenizer->encode_video(video);
    CHECK(latents.sizes() == torch::IntArrayRef({2, 3, 3, 4, 6}));
    CHECK((latents.scalar_type() == torch::kFloat32));
    CHECK(torch::allclose(latents.select(2, 2), tokenizer->encode(video.select(2, 2))));
    CHECK(tokenizer->decode_video(latents).sizes() == video.sizes());
}

TEST_CASE("[TorchScriptTokenizer] latents of a discrete one are its codes") {
    torch::NoGradGuard no_grad;
    const TemporaryFolder folder;
    const auto config = examine_torchscript(write_program(folder / "encoder.jit", kDiscreteEncoder),
                                            write_program(folder / "decoder.jit", kDiscreteDecoder));
    CHECK(config.discrete);
    CHECK(config.latent_channels == 6);
    CHECK(config.space == 16);
    const auto tokenizer = load_part(folder / "part.safetensors", config);
    const auto frames = film(1).select(2, 0);
    const auto latents = tokenizer->encode(frames);
    const auto back = tokenizer->decode(latents).frame;
    const auto expected = torch::round(torch::clamp(torch::avg_pool2d(frames, 16) * 2 * 4, -4, 3)) / 4;
    CHECK(torch::allclose(torch::avg_pool2d(back, 16), expected, 0, 1e-5));
    CHECK(torch::allclose(tokenizer->decode(latents + 0.02).frame, back));  // brought back to the codes
}

TEST_CASE("[CodecQuality] measures a tokenizer alone, on pictures and on films") {
    const TemporaryFolder folder;
    const auto config = examine_torchscript(write_program(folder / "encoder.jit", kVideoEncoder),
                                            write_program(folder / "decoder.jit", kVideoDecoder));
    const auto tokenizer = load_part(folder / "part.safetensors", config);
    // Blocks of one colour that do not move are all that such a tokenizer gives back; the rest is cut off.
    const auto cells = torch::randint(256, {1, 4, 4, 3}, generator_for(8, 0)).to(torch::kUInt8);
    const auto frame = cells.repeat_interleave(8, 1).repeat_interleave(8, 2);
    std::vector<Clip> clips(2);
    for (Clip& clip : clips)
        clip.frames = torch::constant_pad_nd(frame, {0, 0, 0, 3, 0, 5}).repeat({20, 1, 1, 1});
    const auto value = [](const Report& report, const std::string& key) {
        for (const Figure& figure : report.figures)
            if (figure.key == key) return figure.estimate.value;
        return -1.0;
    };
    const Report still = report_codec(*tokenizer, torch::kCPU, torch::kFloat32, clips, 10);
    CHECK(value(still, "tokenizer.psnr_db") > 60);
    CHECK(value(still, "tokenizer.film.psnr_db") > 60);
    CHECK(value(still, "tokenizer.film.flicker_levels") == 0);
    CHECK(value(still, "tokenizer.compression") == doctest::Approx(64));
    CHECK(value(still, "tokenizer.film.compression") == doctest::Approx(64 * 17 / 3.0));
    CHECK(value(still, "tokenizer.film.encode_ms") > 0);
    // A change in the middle of a group is more than one latent can say.
    clips[0].frames = clips[0].frames.clone();
    clips[0].frames.slice(0, 5).fill_(0);
    const Report moving = report_codec(*tokenizer, torch::kCPU, torch::kFloat32, clips, 10);
    CHECK(value(moving, "tokenizer.psnr_db") > 60);
    CHECK(value(moving, "tokenizer.film.psnr_db") < value(still, "tokenizer.film.psnr_db"));
    CHECK(value(moving, "tokenizer.film.flicker_levels") > 1);
    for (Clip& clip : clips) clip.frames = clip.frames.slice(0, 0, 9);
    CHECK(report_codec(*tokenizer, torch::kCPU, torch::kFloat32, clips, 10).remarks.size() == 1);
    for (Clip& clip : clips) clip.frames = clip.frames.slice(1, 0, 6);
    CHECK_THROWS_AS(report_codec(*tokenizer, torch::kCPU, torch::kFloat32, clips, 10), UsageError);
}

TEST_CASE("[TorchScriptTokenizer] what is no such file, or has changed, is refused in one sentence") {
    const TemporaryFolder folder;
    const auto encoder = write_program(folder / "encoder.jit", kVideoEncoder);
    const auto decoder = write_program(folder / "decoder.jit", kVideoDecoder);
    std::ofstream(folder / "text.jit") << "no program";
    const auto examined = [&](const std::filesystem::path& a, const std::filesystem::path& b) {
        return message_of([&] { examine_torchscript(a, b); });
    };
    CHECK(contains(examined(folder / "text.jit", decoder), "cannot be read as TorchScript"));
    CHECK(contains(examined(folder / "absent.jit", decoder), "cannot be"));
    write_program(folder / "mean.jit", "def forward(self, x):\n    return x.mean()\n");
    CHECK(contains(examined(folder / "mean.jit", decoder), "a shape that no tokenizer has"));
    CHECK(contains(examined(encoder, write_program(folder / "picture.jit", kPictureDecoder)), "picture.jit"));
    write_program(folder / "raises.jit", "def forward(self, x):\n    return x.reshape([7])\n");
    CHECK(contains(examined(folder / "raises.jit", decoder), "failed while it ran"));

    const auto config = examine_torchscript(encoder, decoder);
    load_part(folder / "part.safetensors", config);
    const auto reload = [&] {
        return message_of([&] { load_tokenizer(folder / "part.safetensors", torch::kCPU, torch::kFloat32); });
    };
    CHECK(reload().empty());
    std::ofstream(encoder, std::ios::app) << "x";
    CHECK(contains(reload(), "is not the file that was imported"));
    std::filesystem::remove(encoder);
    CHECK(contains(reload(), "cannot be read"));
}
