/// DIAMOND in the registry: its section of world.toml, and how its files are told from others.

#include <cmath>

#include "engine/core/error.h"
#include "world_model/config.h"
#include "world_model/families/diamond/diamond_model.h"
#include "world_model/families/family.h"

namespace rv::world_model::families {
namespace {

using namespace diamond;

constexpr const char* kDenoiser = "denoiser.";
constexpr const char* kUpsampler = "upsampler.";
constexpr const char* kHead = "rew_end_model.";

/// [family] of world.toml; docs/families/diamond.md describes it.
struct Section {
    std::string kind = "diamond", weights;
    std::vector<std::string>
        actions;  ///< what each of Atari's actions means; empty: a game of the csgo branch
    DenoiserConfig denoiser;
    nlohmann::json upsampler = nlohmann::json::object();      ///< empty, or a DenoiserConfig
    nlohmann::json rew_end_model = nlohmann::json::object();  ///< empty, or a RewardEndConfig
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Section, kind, weights, actions, denoiser, upsampler,
                                                rew_end_model)

constexpr const char* kWhere = "world.toml, [family]";

std::optional<DenoiserConfig> upsampler_of(const Section& section) {
    if (section.upsampler.empty()) return std::nullopt;
    return config_from<DenoiserConfig>(section.upsampler, "world.toml, [family.upsampler]");
}

std::optional<RewardEndConfig> head_of(const Section& section) {
    if (section.rew_end_model.empty()) return std::nullopt;
    return config_from<RewardEndConfig>(section.rew_end_model, "world.toml, [family.rew_end_model]");
}

std::unique_ptr<GameActions> actions_of(const Section& section) {
    if (section.actions.empty()) return csgo_actions();
    return atari_actions(section.actions);
}

Section section_of(const WorldFile& world) {
    auto section = config_from<Section>(world.family, kWhere);
    section.denoiser.check();
    const auto asked = static_cast<size_t>(section.denoiser.num_actions);
    if (section.actions.empty() ? section.denoiser.num_actions != kCsgoActions
                                : section.actions.size() != asked) {
        throw UsageError(
            std::string(kWhere) + " must say what each of its " + std::to_string(asked) + " actions means",
            "actions = [\"noop\", \"fire\", ...]");
    }
    const auto upsampler = upsampler_of(section);
    const int64_t factor = upsampler ? upsampler->upsampling_factor : 1;
    if (factor < 1 || world.width % factor != 0 || world.height % factor != 0)
        throw UsageError("world.toml: width and height must be multiples of " + std::to_string(factor));
    const auto head = head_of(section);
    if (head && (world.width != head->img_size || world.height != head->img_size || upsampler)) {
        throw UsageError("world.toml: the head for rewards and ends knows frames of " +
                             std::to_string(head->img_size) + " x " + std::to_string(head->img_size) +
                             " only",
                         "such frames, or leave out [family.rew_end_model]");
    }
    return section;
}

std::unique_ptr<GameModel> open(const WorldFile& world, const WeightFiles& files, torch::Device device,
                                torch::ScalarType dtype) {
    const Section section = section_of(world);
    const std::string prefix = wrapping_prefix(*files[0]);
    FileWeights weights(files[0], prefix + kDenoiser, device, dtype);
    Denoiser denoiser(section.denoiser, weights);
    std::optional<Denoiser> upsampler;
    if (const auto config = upsampler_of(section)) {
        FileWeights larger(files[0], prefix + kUpsampler, device, dtype);
        upsampler.emplace(*config, larger);
    }
    std::optional<RewardEnd> head;
    if (const auto config = head_of(section)) {
        FileWeights told(files[0], prefix + kHead, device, dtype);
        head.emplace(*config, told);
    }
    return std::make_unique<DiamondModel>(std::move(denoiser), std::move(upsampler), actions_of(section),
                                          std::move(head));
}

const Shape* shape_of(const WeightsFile& file, const std::string& name, size_t dimensions) {
    if (!file.contains(name) || file.at(name).shape.size() != dimensions) return nullptr;
    return &file.at(name).shape;
}

// How the levels under `prefix` are built.
void read_levels(const WeightsFile& file, const std::string& prefix, std::vector<int64_t>& channels,
                 std::vector<int64_t>& depths, std::vector<int64_t>& attn_depths) {
    channels.clear();
    depths.clear();
    attn_depths.clear();
    for (size_t level = 0;; ++level) {
        const std::string blocks = prefix + std::to_string(level) + ".resblocks.";
        int64_t depth = 0;
        const Shape* conv = nullptr;
        while (const Shape* next = shape_of(file, blocks + std::to_string(depth) + ".conv1.weight", 4)) {
            conv = next;
            ++depth;
        }
        if (!conv) return;
        channels.push_back((*conv)[0]);
        depths.push_back(depth);
        attn_depths.push_back(file.contains(blocks + "0.attn.qkv_proj.weight") ? 1 : 0);
    }
}

// What the tensors' shapes say; false if they are no denoiser's.
bool read_network(const WeightsFile& file, const std::string& prefix, DenoiserConfig& c) {
    const std::string inner = prefix + "inner_model.";
    const Shape* noise = shape_of(file, inner + "noise_emb.weight", 2);
    const Shape* in = shape_of(file, inner + "conv_in.weight", 4);
    const Shape* out = shape_of(file, inner + "conv_out.weight", 4);
    if (!noise || !in || !out || (*out)[0] < 1) return false;
    c.cond_channels = 2 * (*noise)[1];
    c.img_channels = (*out)[0];
    c.noise_previous_obs = file.contains(inner + "noise_cond_emb.weight");
    if (const Shape* actions = shape_of(file, inner + "act_emb.0.weight", 2)) {
        c.num_actions = (*actions)[0];
        if ((*actions)[1] > 0) c.num_steps_conditioning = c.cond_channels / (*actions)[1];
    } else {
        c.num_steps_conditioning = (*in)[1] / c.img_channels - 2;  // the frame itself, small and noisy
    }
    read_levels(file, inner + "unet.d_blocks.", c.channels, c.depths, c.attn_depths);
    return !c.channels.empty();
}

template <class Network, class Config>
WeightMatch match_of(const Config& config, const WeightsFile& file, const std::string& prefix) {
    WeightList wanted;
    static_cast<void>(Network(config, wanted));
    return match(wanted, file, prefix);
}

bool read_head(const WeightsFile& file, const std::string& prefix, const DenoiserConfig& denoiser,
               RewardEndConfig& c) {
    const Shape* actions = shape_of(file, prefix + "act_emb.weight", 2);
    const Shape* memory = shape_of(file, prefix + "lstm.weight_ih_l0", 2);
    if (!actions || !memory || !shape_of(file, prefix + "encoder.conv_in.weight", 4)) return false;
    c.img_channels = denoiser.img_channels;
    c.num_actions = (*actions)[0];
    c.cond_channels = (*actions)[1];
    c.lstm_dim = (*memory)[0] / 4;
    read_levels(file, prefix + "encoder.blocks.", c.channels, c.depths, c.attn_depths);
    if (c.channels.size() < 2) return false;
    // The last level is the one in the middle, which has no number of its own in the configuration.
    c.channels.pop_back();
    c.depths.pop_back();
    c.attn_depths.pop_back();
    const double cells =
        std::sqrt(static_cast<double>((*memory)[1]) / static_cast<double>(c.channels.back()));
    c.img_size = std::lround(cells) << (c.channels.size() - 1);
    return true;
}

// The game that a file is named after: "Breakout.pt", or what its folder is called.
std::vector<std::string> meanings_for(const std::filesystem::path& file, int64_t count) {
    for (const auto& name : {file.stem().string(), file.parent_path().filename().string()}) {
        auto meanings = meanings_of(name);
        if (static_cast<int64_t>(meanings.size()) == count) return meanings;
    }
    std::vector<std::string> meanings;  // joystick first
    for (int64_t i = 0; i < count; ++i) {
        const auto all = atari_meanings();
        meanings.emplace_back(i < static_cast<int64_t>(all.size()) ? std::string(all[static_cast<size_t>(i)])
                                                                   : "action " + std::to_string(i));
    }
    return meanings;
}

std::optional<Recognised> recognise(const WeightFiles& files, const nlohmann::json& beside) {
    for (size_t i = 0; i < files.size(); ++i) {
        const WeightsFile& file = *files[i];
        const std::string prefix = wrapping_prefix(file);
        const bool csgo = file.contains(prefix + kDenoiser + "inner_model.noise_cond_emb.weight");
        DenoiserConfig denoiser = csgo ? csgo_denoiser() : DenoiserConfig{}, upsampler = csgo_upsampler();
        if (!read_network(file, prefix + kDenoiser, denoiser)) continue;
        const bool larger = read_network(file, prefix + kUpsampler, upsampler);
        // What no tensor says: as published, unless the file beside them knows.
        nlohmann::json merged = denoiser;
        for (const char* key :
             {"sigma_data", "sigma_offset_noise", "num_steps_denoising", "sigma_min", "sigma_max", "rho",
              "order", "s_churn", "s_tmin", "s_tmax", "s_noise", "s_cond"}) {
            if (beside.contains(key)) merged[key] = beside.at(key);
        }
        denoiser = config_from<DenoiserConfig>(merged, "config.json");
        denoiser.check();

        Recognised found;
        found.world.title = csgo ? "DIAMOND, Counter-Strike" : "DIAMOND, " + file.path().stem().string();
        found.world.description = "A game, imagined by DIAMOND.";
        // Atari: config/env/atari.yaml. Counter-Strike: config/env/csgo.yaml.
        found.world.width = csgo ? (larger ? 280 : 56) : 64;
        found.world.height = csgo ? (larger ? 150 : 30) : 64;
        found.world.frame_rate = 15;  // src/play.py, --fps
        found.world.sampler_steps = static_cast<int>(denoiser.num_steps_denoising);
        found.world.max_sampler_steps = 50;
        found.world.family = {{"kind", "diamond"}, {"denoiser", denoiser}};
        if (!csgo) found.world.family["actions"] = meanings_for(file.path(), denoiser.num_actions);
        found.parts = {{"weights", i, match_of<Denoiser>(denoiser, file, prefix + kDenoiser)}};
        if (larger) {
            found.world.family["upsampler"] = upsampler;
            found.parts.push_back({"weights", i, match_of<Denoiser>(upsampler, file, prefix + kUpsampler)});
        }
        RewardEndConfig head;
        if (!larger && read_head(file, prefix + kHead, denoiser, head)) {
            found.world.family["rew_end_model"] = head;
            found.world.width = found.world.height = static_cast<int>(head.img_size);
            found.parts.push_back({"weights", i, match_of<RewardEnd>(head, file, prefix + kHead)});
        }
        return found;
    }
    return std::nullopt;
}

std::vector<WorldButton> buttons_of(const WorldFile& world) {
    return actions_of(config_from<Section>(world.family, kWhere))->buttons();
}

}  // namespace

Family diamond_family() {
    return {.kind = "diamond",
            .weight_keys = {"weights"},
            .buttons = buttons_of,
            .open = open,
            .recognise = recognise};
}

}  // namespace rv::world_model::families
