#include "world_model/families/import_world.h"

#include <stb/stb_image_write.h>
#include <toml++/toml.h>

#include <algorithm>
#include <fstream>
#include <set>

#include "engine/core/error.h"
#include "world_model/families/family.h"
#include "world_model/families/read_json.h"
#include "world_model/frame_tensor.h"
#include "world_model/picture.h"

namespace rv::world_model::families {
namespace {

namespace fs = std::filesystem;

constexpr const char* kStartPicture = "start.png";

bool holds_weights(const fs::path& file) {
    static const std::set<std::string> endings = {".safetensors", ".pt", ".pth", ".ckpt"};
    return endings.contains(file.extension().string());
}

std::vector<fs::path> files_of(const std::vector<fs::path>& paths) {
    std::vector<fs::path> files;
    for (const fs::path& path : paths) {
        if (!fs::is_directory(path)) {
            files.push_back(path);
            continue;
        }
        const size_t before = files.size();
        for (const auto& entry : fs::directory_iterator(path)) {
            if (entry.is_regular_file() && holds_weights(entry.path())) files.push_back(entry.path());
        }
        std::sort(files.begin() + static_cast<std::ptrdiff_t>(before), files.end());
        if (files.size() == before)
            throw FileError(path.string(), "holds no weights",
                            "a folder with .safetensors, .pt or .ckpt files");
    }
    return files;
}

nlohmann::json config_beside(const fs::path& path) {
    const fs::path file = (fs::is_directory(path) ? path : path.parent_path()) / "config.json";
    return fs::is_regular_file(file) ? read_json(file) : nlohmann::json::object();
}

std::string list_of(const std::vector<fs::path>& files) {
    std::string text;
    for (const fs::path& file : files) text += (text.empty() ? "" : ", ") + file.filename().string();
    return text;
}

Recognised recognised(const WeightFiles& files, const std::vector<fs::path>& paths,
                      const nlohmann::json& beside) {
    for (const Family& family : families()) {
        if (auto found = family.recognise(files, beside)) return *std::move(found);
    }
    std::string known;
    for (const Family& family : families()) known += (known.empty() ? "" : " or ") + family.kind;
    throw FileError(list_of(paths), "no family of world models has tensors of these names",
                    "weights of " + known + ", as their authors published them");
}

std::vector<std::string> unused(const WeightsFile& file, const Recognised& found, size_t index) {
    std::vector<std::string> names;
    for (const std::string& name : file.names()) {
        const bool used = std::ranges::any_of(found.parts, [&](const Recognised::Part& part) {
            return part.file == index && part.match.names.contains(name);
        });
        if (!used) names.push_back(name);
    }
    return names;
}

// JSON as TOML; nulls are left out.
void insert(toml::table& table, const std::string& key, const nlohmann::json& value);

toml::array array_of(const nlohmann::json& list) {
    toml::array array;
    for (const nlohmann::json& value : list) {
        if (value.is_string())
            array.push_back(value.get<std::string>());
        else if (value.is_number_integer())
            array.push_back(value.get<int64_t>());
        else if (value.is_number())
            array.push_back(value.get<double>());
    }
    return array;
}

toml::table table_of(const nlohmann::json& object) {
    toml::table table;
    for (const auto& [key, value] : object.items()) insert(table, key, value);
    return table;
}

void insert(toml::table& table, const std::string& key, const nlohmann::json& value) {
    if (value.is_string())
        table.insert(key, value.get<std::string>());
    else if (value.is_boolean())
        table.insert(key, value.get<bool>());
    else if (value.is_number_integer())
        table.insert(key, value.get<int64_t>());
    else if (value.is_number())
        table.insert(key, value.get<double>());
    else if (value.is_array())
        table.insert(key, array_of(value));
    else if (value.is_object())
        table.insert(key, table_of(value));
}

void write_world_file(const WorldFile& world, const fs::path& file) {
    toml::table table{{"title", world.title},
                      {"description", world.description},
                      {"width", world.width},
                      {"height", world.height},
                      {"frame_rate", world.frame_rate},
                      {"vertical_fov_degrees", world.vertical_fov_degrees},
                      {"prompt", false},
                      {"pose", false},
                      {"depth", false},
                      {"sampler_steps", world.sampler_steps},
                      {"max_sampler_steps", world.max_sampler_steps}};
    table.insert("family", table_of(world.family));
    table.insert("start", toml::array{toml::table{{"name", "start"}, {"file", kStartPicture}}});
    std::ofstream stream(file);
    stream << table << '\n';
    if (!stream.flush()) throw FileError(file.string(), "cannot be written");
}

// A horizon: sky above, ground below. Says where up is, and nothing else.
torch::Tensor plain_picture(int width, int height) {
    torch::Tensor picture = torch::empty({3, height, width});
    constexpr std::array<float, 3> kSky = {-0.05f, 0.35f, 0.9f}, kGround = {-0.3f, 0.05f, -0.45f};
    for (int64_t c = 0; c < 3; ++c) {
        picture[c].slice(0, 0, height / 2).fill_(kSky[static_cast<size_t>(c)]);
        picture[c].slice(0, height / 2).fill_(kGround[static_cast<size_t>(c)]);
    }
    return picture;
}

void write_start(const ImportOptions& options, const WorldFile& world) {
    const auto picture = options.start.empty() ? plain_picture(world.width, world.height)
                                               : load_and_fit(options.start, world.width, world.height);
    std::vector<uint8_t> rgba(static_cast<size_t>(world.width) * static_cast<size_t>(world.height) * 4);
    write_rgba(picture, rgba);
    const fs::path file = options.out / kStartPicture;
    if (!stbi_write_png(file.c_str(), world.width, world.height, 4, rgba.data(), 4 * world.width))
        throw FileError(file.string(), "cannot be written");
}

}  // namespace

ImportResult import_world(const ImportOptions& options) {
    if (fs::exists(options.out))
        throw FileError(options.out.string(), "is there already", "another folder for the world");
    const std::vector<fs::path> paths = files_of(options.paths);
    WeightFiles files;
    for (const fs::path& path : paths) files.push_back(open_weights(path));
    Recognised found = recognised(files, paths, config_beside(options.paths.at(0)));
    for (const Recognised::Part& part : found.parts) require_complete(part.match, *files[part.file]);

    ImportResult result{.family = found.world.family.at("kind").get<std::string>(), .parts = {}};
    if (!options.title.empty()) found.world.title = options.title;
    // The picture may be what is wrong: nothing is left behind then.
    if (!options.start.empty())
        static_cast<void>(load_and_fit(options.start, found.world.width, found.world.height));
    fs::create_directories(options.out);
    for (const Recognised::Part& part : found.parts) {
        const fs::path& file = paths[part.file];
        const bool first = !found.world.family.contains(part.key);
        if (first && options.copy)
            fs::copy_file(file, options.out / file.filename(), fs::copy_options::overwrite_existing);
        found.world.family[part.key] = options.copy ? file.filename().string() : fs::canonical(file).string();
        result.parts.push_back({part.key, file, part.match.matched, {}});
        if (first) result.parts.back().unexpected = unused(*files[part.file], found, part.file);
    }
    write_start(options, found.world);
    write_world_file(found.world, options.out / kWorldFile);
    return result;
}

}  // namespace rv::world_model::families
