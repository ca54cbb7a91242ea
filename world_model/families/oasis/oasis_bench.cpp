#include "world_model/families/oasis/oasis_bench.h"

#include <algorithm>
#include <fstream>

#include "engine/core/clock.h"
#include "engine/core/error.h"
#include "world_model/checkpoint.h"
#include "world_model/families/oasis/oasis_model.h"
#include "world_model/families/read_json.h"
#include "world_model/numerics.h"

namespace rv::world_model::families::oasis {
namespace {

constexpr double kMebibyte = 1024 * 1024;

// The most memory this process has held so far.
double peak_mib() {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with("VmHWM:")) return std::stod(line.substr(6)) / 1024;
    }
    return 0;
}

double median(std::vector<double> values) {
    if (values.empty()) return 0;
    std::ranges::nth_element(values, values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2));
    return values[values.size() / 2];
}

struct FrameTimes {
    std::vector<double> whole, dynamics, decode;
};

// One frame as it is played: noise, all denoising steps, the picture.
void make_frame(const OasisModel& model, TensorMap& state, int steps, uint64_t frame, FrameTimes& times) {
    StepTimes parts;
    StepInput input;
    input.action.forward = 1;
    input.action.turn = 0.1f;
    const TimePoint begin = Clock::now();
    const auto picture = model.step(state, input, steps, generator_for(1, frame), parts);
    static_cast<void>(picture.cpu());  // waits for the device
    times.whole.push_back(milliseconds_between(begin, Clock::now()));
    times.dynamics.push_back(parts.dynamics_ms);
    times.decode.push_back(parts.decode_ms);
}

OasisModel load(const OasisBenchOptions& options, const OasisConfig& config, torch::Device device,
                torch::ScalarType dtype) {
    if (options.weights.empty()) {
        RandomWeights dit(1, dtype), vae(2, dtype);
        return {config, dit, vae, Mode::Cached};
    }
    FileWeights dit(open_weights(options.weights / "dit.safetensors"), "", device, dtype);
    FileWeights vae(open_weights(options.weights / "vae.safetensors"), "", device, dtype);
    return {config, dit, vae, Mode::Cached};
}

// A window without room for more: every frame from now on costs what late frames cost.
TensorMap full_window(const OasisModel& model) {
    const OasisConfig& c = model.config();
    const int64_t past = c.max_frames - 1;
    return model.begin_with(torch::randn({past, c.in_channels, c.input_h, c.input_w}, generator_for(3, 0)),
                            torch::zeros({past, c.external_cond_dim}));
}

long long parameters_of(const OasisConfig& config) {
    WeightList list;
    static_cast<void>(Dit(config, list));
    static_cast<void>(Vae(config, list));
    long long count = 0;
    for (const auto& [name, shape] : list.required) {
        long long elements = 1;
        for (const int64_t extent : shape) elements *= extent;
        count += elements;
    }
    return count;
}

TensorMap random_tensors(const WeightList& list, uint64_t seed, torch::ScalarType dtype) {
    RandomWeights random(seed, dtype);
    TensorMap tensors;
    for (const auto& [name, shape] : list.required) tensors.emplace(name, random.take(name, shape));
    return tensors;
}

}  // namespace

OasisConfig config_of_size(const std::string& size) {
    OasisConfig config;
    if (size == "full") return config;
    if (size != "small") throw UsageError("there is no size \"" + size + "\"", "small or full");
    config.hidden_size = 256;
    config.depth = 4;
    config.num_heads = 4;
    config.vae_dim = 256;
    config.vae_enc_depth = 2;
    config.vae_dec_depth = 3;
    config.vae_heads = 4;
    return config;
}

OasisBenchResult bench_oasis(const OasisBenchOptions& options) {
    torch::NoGradGuard no_grad;
    use_threads(options.open.threads);
    const torch::Device device = torch_device(options.open.device);
    const torch::ScalarType dtype = dtype_named(options.precision, device);
    OasisConfig config = config_of_size(options.size);
    if (!options.weights.empty())
        config = config_of_file<OasisConfig>(options.weights / "config.json");
    const int steps = options.steps > 0 ? options.steps : static_cast<int>(config.ddim_steps);

    OasisBenchResult result{.size = options.size,
                            .device = describe(device),
                            .precision = dtype == torch::kBFloat16 ? "bf16" : "fp32"};
    const TimePoint begin = Clock::now();
    const OasisModel cached = load(options, config, device, dtype);
    result.load_s = seconds_between(begin, Clock::now());
    const OasisModel recompute = cached.in_mode(Mode::Recompute);  // the same weights

    TensorMap cached_state = full_window(cached), recompute_state = full_window(recompute);
    FrameTimes fast, slow, warm_up;
    uint64_t frame = 0;
    make_frame(cached, cached_state, steps, ++frame, warm_up);
    result.cached_peak_mib = peak_mib();
    for (int round = 0; round < options.rounds; ++round) {
        make_frame(recompute, recompute_state, steps, ++frame, slow);
        for (int i = 0; i < options.cached_frames; ++i)
            make_frame(cached, cached_state, steps, ++frame, fast);
    }

    result.threads = torch::get_num_threads();
    result.window = static_cast<int>(config.max_frames);
    result.steps = steps;
    result.rounds = options.rounds;
    result.parameters = parameters_of(config);
    result.recompute_ms = median(slow.whole);
    result.cached_ms = median(fast.whole);
    result.recompute_dynamics_ms = median(slow.dynamics);
    result.cached_dynamics_ms = median(fast.dynamics);
    result.decode_ms = median(fast.decode);
    result.ratio = result.recompute_ms / result.cached_ms;
    const double value_bytes = dtype == torch::kBFloat16 ? 2 : 4;
    result.weights_mib = static_cast<double>(result.parameters) * value_bytes / kMebibyte;
    result.cache_mib =
        static_cast<double>(cached_state.at("keys").nbytes() + cached_state.at("values").nbytes()) /
        kMebibyte;
    result.peak_mib = peak_mib();
    return result;
}

std::string to_json(const OasisBenchResult& r) {
    return nlohmann::ordered_json{{"size", r.size},
                                  {"device", r.device},
                                  {"precision", r.precision},
                                  {"threads", r.threads},
                                  {"parameters", r.parameters},
                                  {"window", r.window},
                                  {"steps", r.steps},
                                  {"rounds", r.rounds},
                                  {"load_s", r.load_s},
                                  {"recompute_ms", r.recompute_ms},
                                  {"cached_ms", r.cached_ms},
                                  {"ratio", r.ratio},
                                  {"recompute_dynamics_ms", r.recompute_dynamics_ms},
                                  {"cached_dynamics_ms", r.cached_dynamics_ms},
                                  {"decode_ms", r.decode_ms},
                                  {"weights_mib", r.weights_mib},
                                  {"cache_mib", r.cache_mib},
                                  {"cached_peak_mib", r.cached_peak_mib},
                                  {"peak_mib", r.peak_mib}}
        .dump(2);
}

void write_random_weights(const std::filesystem::path& folder, const std::string& size,
                          const std::string& precision) {
    const OasisConfig config = config_of_size(size);
    const torch::ScalarType dtype = dtype_named(precision, torch::kCPU);
    std::filesystem::create_directories(folder);
    WeightList dit, vae;
    static_cast<void>(Dit(config, dit));
    static_cast<void>(Vae(config, vae));
    write_checkpoint(folder / "dit.safetensors", {random_tensors(dit, 1, dtype), {}});
    write_checkpoint(folder / "vae.safetensors", {random_tensors(vae, 2, dtype), {}});
    std::ofstream file(folder / "config.json");
    file << nlohmann::json(config).dump(2) << '\n';
    if (!file.flush()) throw FileError((folder / "config.json").string(), "cannot be written");
}

}  // namespace rv::world_model::families::oasis
