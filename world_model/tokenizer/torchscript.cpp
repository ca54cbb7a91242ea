#include "world_model/tokenizer/torchscript.h"

#include <torch/script.h>

#include <optional>

#include "engine/core/error.h"
#include "world_model/parts.h"
#include "world_model/tokenizer/cosmos/fsq.h"

namespace rv::world_model {
namespace {

constexpr int64_t kProbeSide = 64, kProbeFrames = 9;  // 9 frames are 1 + 8 / 4 latents, or 1 + 8 / 8
const char* const kRemedy = "encoder.jit and decoder.jit of one Cosmos tokenizer";

// LibTorch's messages go on with a trace of its own calls.
std::string first_line(const std::string& message) {
    return message.substr(0, message.find('\n'));
}

// The last line of a failure inside TorchScript says what failed.
std::string last_line(std::string message) {
    while (message.ends_with('\n')) message.pop_back();
    const size_t line = message.rfind('\n');
    return line == std::string::npos ? message : message.substr(line + 1);
}

/// One TorchScript file.
class Program {
  public:
    explicit Program(const std::filesystem::path& file) : file_(file) {
        try {
            module_ = torch::jit::load(file.string(), torch::kCPU);
        } catch (const std::exception& error) {
            throw FileError(file.string(), "cannot be read as TorchScript: " + first_line(error.what()),
                            kRemedy);
        }
        module_.eval();
        for (const auto& parameter : module_.parameters()) {
            if (parameter.is_floating_point()) dtype_ = parameter.scalar_type();
            break;
        }
    }

    /// All tensors that it gives back. Numbers with a point are brought to its own format first.
    std::vector<torch::Tensor> operator()(const torch::Tensor& input) {
        torch::NoGradGuard no_grad;
        if (input.device() != device_) module_.to(device_ = input.device());
        const auto given = input.is_floating_point() ? input.to(dtype_) : input;
        std::vector<torch::Tensor> tensors;
        try {
            const torch::jit::IValue result = module_.forward({given});
            if (result.isTensor()) return {result.toTensor()};
            if (result.isTensorList()) return result.toTensorVector();
            if (result.isTuple()) {
                for (const auto& element : result.toTupleRef().elements())
                    if (element.isTensor()) tensors.push_back(element.toTensor());
            }
        } catch (const std::exception& error) {
            throw FileError(file_.string(), "failed while it ran: " + last_line(error.what()));
        }
        if (tensors.empty()) throw FileError(file_.string(), "gives back no tensor", kRemedy);
        return tensors;
    }

  private:
    std::filesystem::path file_;
    torch::jit::Module module_;
    torch::Device device_ = torch::kCPU;
    torch::ScalarType dtype_ = torch::kFloat32;
};

std::filesystem::path beside(const std::filesystem::path& part, const std::string& file) {
    return part.parent_path() / file;  // an absolute one stays what it is
}

std::filesystem::path checked(const std::filesystem::path& file, const std::string& digest) {
    if (file_digest(file) != digest)
        throw FileError(file.string(), "is not the file that was imported",
                        "import it again if you trust it: it is a program");
    return file;
}

// Encodes a black film, or a black picture where the encoder takes no films.
std::vector<torch::Tensor> probe(Program& encoder, bool& video) {
    video = true;
    try {
        const auto given = encoder(torch::zeros({1, 3, kProbeFrames, kProbeSide, kProbeSide}));
        // A program without convolutions may run on a film though it means pictures.
        if (given.front().dim() >= 4 && given.front().size(-3) < kProbeFrames) return given;
    } catch (const FileError&) {
    }
    video = false;
    return encoder(torch::zeros({1, 3, kProbeSide, kProbeSide}));
}

}  // namespace

TorchScriptTokenizerConfig examine_torchscript(const std::filesystem::path& encoder_file,
                                               const std::filesystem::path& decoder_file) {
    Program encoder(encoder_file), decoder(decoder_file);
    TorchScriptTokenizerConfig config;
    config.encoder = encoder_file.string();
    config.decoder = decoder_file.string();
    config.encoder_digest = file_digest(encoder_file);
    config.decoder_digest = file_digest(decoder_file);
    const auto refuse = [&](const std::string& what) {
        throw FileError(encoder_file.string(), what, kRemedy);
    };

    const auto given = probe(encoder, config.video);
    config.discrete = !given.front().is_floating_point();
    if (config.discrete && given.size() < 2) refuse("gives indices without their codes");
    const auto code = (config.discrete ? given[1] : given[0]).to(torch::kFloat32);
    if (code.dim() != (config.video ? 5 : 4) || code.size(-1) != code.size(-2) || code.size(-1) < 1 ||
        kProbeSide % code.size(-1) != 0)
        refuse("gives codes of a shape that no tokenizer has");
    config.latent_channels = code.size(1);
    config.space = kProbeSide / code.size(-1);
    config.time = 1;
    if (config.video) {
        const int64_t groups = code.size(2) - 1;
        if (groups < 1 || (kProbeFrames - 1) % groups != 0)
            refuse("gives codes of a length that no tokenizer has");
        config.time = (kProbeFrames - 1) / groups;
    }
    if (config.discrete) {
        const cosmos::Fsq quantiser(config.levels);
        if (config.latent_channels != quantiser.channels() ||
            !torch::equal(quantiser.indices(code), given[0].to(torch::kInt32)))
            refuse("quantises otherwise than with the levels 8, 8, 8, 5, 5, 5");
    }
    const auto back = decoder(given[0]).front();
    const auto expected = config.video ? std::vector<int64_t>{1, 3, kProbeFrames, kProbeSide, kProbeSide}
                                       : std::vector<int64_t>{1, 3, kProbeSide, kProbeSide};
    if (back.sizes() != torch::IntArrayRef(expected))
        throw FileError(decoder_file.string(), "gives back pictures of another size than the encoder got",
                        kRemedy);
    return config;
}

struct TorchScriptTokenizerImpl::Programs {
    Program encoder, decoder;
    std::optional<cosmos::Fsq> quantiser;
};

TorchScriptTokenizerImpl::TorchScriptTokenizerImpl(const TorchScriptTokenizerConfig& config,
                                                   const std::filesystem::path& part)
    : config_(config) {
    const auto file = [&](const std::string& name, const std::string& digest) {
        return Program(checked(beside(part, name), digest));
    };
    programs_ = std::make_unique<Programs>(Programs{
        file(config.encoder, config.encoder_digest), file(config.decoder, config.decoder_digest), {}});
    if (config.discrete) programs_->quantiser.emplace(config.levels);
    const int64_t C = config.latent_channels;
    latent_mean_ = register_buffer("latent_mean", torch::zeros({1, C, 1, 1, 1}));
    latent_std_ = register_buffer("latent_std", torch::ones({1, C, 1, 1, 1}));
}

TorchScriptTokenizerImpl::~TorchScriptTokenizerImpl() = default;

torch::Tensor TorchScriptTokenizerImpl::encode_raw(const torch::Tensor& video) {
    check_video(video);
    const int64_t B = video.size(0);
    const auto input = config_.video ? video : video.transpose(1, 2).flatten(0, 1);  // (B T, 3, H, W)
    const auto given = programs_->encoder(input);
    const auto code = given.at(config_.discrete ? 1 : 0).to(video.scalar_type());
    return config_.video ? code : code.unflatten(0, {B, code.size(0) / B}).transpose(1, 2);
}

torch::Tensor TorchScriptTokenizerImpl::encode_video(const torch::Tensor& video) {
    return (encode_raw(video) - latent_mean_) / latent_std_;
}

torch::Tensor TorchScriptTokenizerImpl::decode_video(const torch::Tensor& latents) {
    const int64_t B = latents.size(0);
    const auto raw = latents * latent_std_ + latent_mean_;
    const auto code = config_.video ? raw : raw.transpose(1, 2).flatten(0, 1);
    const auto input = config_.discrete ? programs_->quantiser->indices(code) : code;
    const auto pictures = programs_->decoder(input).front().to(latents.scalar_type());
    return config_.video ? pictures : pictures.unflatten(0, {B, pictures.size(0) / B}).transpose(1, 2);
}

void TorchScriptTokenizerImpl::set_latent_statistics(const torch::Tensor& mean, const torch::Tensor& std) {
    torch::NoGradGuard no_grad;
    latent_mean_.copy_(mean.reshape({1, -1, 1, 1, 1}));
    latent_std_.copy_(std.reshape({1, -1, 1, 1, 1}));
}

}  // namespace rv::world_model
