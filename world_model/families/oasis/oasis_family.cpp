/// Oasis in the registry: its section of world.toml, and how its files are told from others.

#include "engine/core/error.h"
#include "world_model/config.h"
#include "world_model/families/family.h"
#include "world_model/families/oasis/actions.h"
#include "world_model/families/oasis/oasis_model.h"

namespace rv::world_model::families {
namespace {

using namespace oasis;

/// [family] of world.toml; docs/families/oasis.md describes it.
struct Section {
    std::string kind = "oasis", dynamics, autoencoder;
    Mode mode = Mode::Cached;
    OasisConfig network;
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Section, kind, dynamics, autoencoder, mode, network)

Section section_of(const WorldFile& world) {
    auto section = config_from<Section>(world.family, "world.toml, [family]");
    // An unknown text would become the first mode without a word.
    if (world.family.contains("mode") && nlohmann::json(section.mode) != world.family.at("mode"))
        throw UsageError("world.toml, [family] has an unknown mode", "cached or recompute");
    section.network.check();
    if (section.network.width() != world.width || section.network.height() != world.height) {
        throw UsageError("world.toml: frames of this model are " + std::to_string(section.network.width()) +
                         " x " + std::to_string(section.network.height()) + " pixels");
    }
    return section;
}

std::unique_ptr<GameModel> open(const WorldFile& world, const WeightFiles& files, torch::Device device,
                                torch::ScalarType dtype) {
    const Section section = section_of(world);
    FileWeights dit(files[0], wrapping_prefix(*files[0]), device, dtype);
    FileWeights vae(files[1], wrapping_prefix(*files[1]), device, dtype);
    return std::make_unique<OasisModel>(section.network, dit, vae, section.mode);
}

// How many "PREFIX0.", "PREFIX1.", ... there are.
int64_t count_of(const WeightsFile& file, const std::string& prefix, const std::string& name) {
    int64_t count = 0;
    while (file.contains(prefix + std::to_string(count) + name)) ++count;
    return count;
}

const Shape* shape_of(const WeightsFile& file, const std::string& name, size_t dimensions) {
    if (!file.contains(name) || file.at(name).shape.size() != dimensions) return nullptr;
    return &file.at(name).shape;
}

bool read_transformer(const WeightsFile& file, OasisConfig& c) {
    const std::string prefix = wrapping_prefix(file);
    const Shape* patches = shape_of(file, prefix + "x_embedder.proj.weight", 4);
    const Shape* hidden = shape_of(file, prefix + "blocks.0.s_mlp.fc1.weight", 2);
    const Shape* actions = shape_of(file, prefix + "external_cond.weight", 2);
    const Shape* waves = shape_of(file, prefix + "t_embedder.mlp.0.weight", 2);
    if (!patches || !hidden || !actions || !waves || (*hidden)[1] < 1) return false;
    c.hidden_size = (*patches)[0];
    c.in_channels = (*patches)[1];
    c.patch_size = (*patches)[2];
    c.mlp_ratio = (*hidden)[0] / (*hidden)[1];
    c.external_cond_dim = (*actions)[1];
    c.frequency_embedding_size = (*waves)[1];
    c.depth = count_of(file, prefix + "blocks.", ".s_mlp.fc1.weight");
    // Heads leave no trace in the weights, but each has two features a frequency.
    for (const char* alias : {"temporal_rotary_emb.freqs", "blocks.0.t_attn.rotary_emb.freqs"}) {
        const Shape* frequencies = shape_of(file, prefix + alias, 1);
        if (frequencies && (*frequencies)[0] > 0) c.num_heads = c.hidden_size / (2 * (*frequencies)[0]);
    }
    return true;
}

bool read_autoencoder(const WeightsFile& file, OasisConfig& c) {
    const std::string prefix = wrapping_prefix(file);
    const Shape* patches = shape_of(file, prefix + "patch_embed.proj.weight", 4);
    const Shape* code = shape_of(file, prefix + "post_quant_conv.weight", 2);
    if (!patches || !code || !file.contains(prefix + "predictor.weight")) return false;
    c.vae_dim = (*patches)[0];
    c.vae_patch_size = (*patches)[2];
    c.vae_enc_depth = count_of(file, prefix + "encoder.", ".norm1.weight");
    c.vae_dec_depth = count_of(file, prefix + "decoder.", ".norm1.weight");
    return true;
}

template <class Network>
WeightMatch match_of(const OasisConfig& config, const WeightsFile& file) {
    WeightList wanted;
    static_cast<void>(Network(config, wanted));
    return match(wanted, file, wrapping_prefix(file));
}

std::optional<Recognised> recognise(const WeightFiles& files, const nlohmann::json& beside) {
    OasisConfig config;
    std::optional<size_t> dit, vae;
    for (size_t i = 0; i < files.size(); ++i) {
        if (read_transformer(*files[i], config)) dit = i;
        if (read_autoencoder(*files[i], config)) vae = i;
    }
    if (!dit && !vae) return std::nullopt;
    if (!dit || !vae) {
        throw FileError(files[dit ? *dit : *vae]->path().string(),
                        dit ? "is the transformer of Oasis, which needs its autoencoder"
                            : "is the autoencoder of Oasis, which needs its transformer",
                        "both files, or the folder with both, after reverie import");
    }
    // What no tensor says: as published, unless the file beside them knows.
    for (const char* key : {"input_h", "input_w", "num_heads", "vae_heads", "max_frames", "ddim_steps"}) {
        if (beside.contains(key)) {
            nlohmann::json merged = config;
            merged[key] = beside.at(key);
            config = config_from<OasisConfig>(merged, "config.json");
        }
    }
    config.check();

    Recognised found;
    found.world.title = "Oasis";
    found.world.description = "A world of blocks, imagined by Oasis.";
    found.world.width = static_cast<int>(config.width());
    found.world.height = static_cast<int>(config.height());
    found.world.frame_rate = 20;            // generate.py, --fps
    found.world.vertical_fov_degrees = 70;  // Minecraft's own
    found.world.sampler_steps = static_cast<int>(config.ddim_steps);
    found.world.max_sampler_steps = static_cast<int>(std::min<int64_t>(50, config.max_noise_level));
    found.world.family = {{"kind", "oasis"}, {"mode", Mode::Cached}, {"network", config}};
    found.parts = {{"dynamics", *dit, match_of<Dit>(config, *files[*dit])},
                   {"autoencoder", *vae, match_of<Vae>(config, *files[*vae])}};
    return found;
}

std::vector<WorldButton> buttons_of(const WorldFile&) {
    return oasis::buttons();
}

}  // namespace

Family oasis_family() {
    return {.kind = "oasis",
            .weight_keys = {"dynamics", "autoencoder"},
            .buttons = buttons_of,
            .open = open,
            .recognise = recognise};
}

}  // namespace rv::world_model::families
