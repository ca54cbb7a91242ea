#include "engine/app/camera_path_file.h"

#include <cmath>
#include <cstdio>
#include <fstream>
#include <glm/geometric.hpp>
#include <glm/matrix.hpp>
#include <glm/trigonometric.hpp>
#include <nlohmann/json.hpp>
#include <sstream>
#include <tuple>
#include <utility>
#include <vector>

#include "engine/app/resources.h"
#include "engine/core/atomic_file.h"
#include "engine/core/error.h"

namespace rv::app {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kRemedy = "export it from nerfstudio's viewer, or write a transforms.json";
constexpr double kNerfstudioTransition = 2;  // seconds from key to key where a file says nothing

/// Takes values out of one file, and says where they make no sense.
class Reader {
  public:
    explicit Reader(std::string_view file) : file_(file) {}

    [[noreturn]] void fail(const std::string& what) const { throw FileError(file_, what, kRemedy); }

    /// @return `fallback` where the key is missing or null.
    double number(const Json& object, const char* key, double fallback, double low, double high) const {
        const auto found = object.find(key);
        if (found == object.end() || found->is_null()) return fallback;
        if (!found->is_number()) fail(std::string(key) + " must be a number");
        const double value = found->get<double>();
        if (!(value >= low && value <= high)) {
            std::ostringstream text;
            text << key << " is " << value << ", and must lie between " << low << " and " << high;
            fail(text.str());
        }
        return value;
    }

    bool flag(const Json& object, const char* key) const {
        const auto found = object.find(key);
        return found != object.end() && found->is_boolean() && found->get<bool>();
    }

    /// A list of objects; empty where it is missing.
    const Json& list(const Json& object, const char* key) const {
        static const Json kEmpty = Json::array();
        const auto found = object.find(key);
        if (found == object.end()) return kEmpty;
        if (!found->is_array()) fail(std::string(key) + " must be a list");
        for (const Json& entry : *found)
            if (!entry.is_object()) fail(std::string(key) + " must be a list of objects");
        return *found;
    }

    /// Rows of a camera-to-world matrix, one after the other or each in a list of its own; a last row
    /// (0, 0, 0, 1) may be missing.
    CameraPose pose(const Json& object, const char* key, std::size_t index) const {
        const std::string where = std::string(key) + " of camera " + std::to_string(index + 1);
        const auto found = object.find(key);
        std::vector<float> values;
        if (found != object.end()) collect(*found, values);
        if (values.size() != 16 && values.size() != 12)
            fail(where + " must be a matrix of four rows with four numbers each");
        glm::mat4 matrix(1.0f);
        for (int row = 0; row < 3; ++row)
            for (int column = 0; column < 4; ++column) {
                const float value = values[static_cast<std::size_t>(row * 4 + column)];
                if (!std::isfinite(value)) fail(where + " has a number that is not finite");
                matrix[column][row] = value;
            }
        for (int column = 0; column < 3; ++column) {
            const float length = glm::length(glm::vec3(matrix[column]));
            if (length > 0) matrix[column] /= length;  // some programs scale their scenes this way
        }
        constexpr float kSkew = 0.01f;
        if (std::abs(glm::determinant(glm::mat3(matrix)) - 1) > kSkew)
            fail(where + " is no rotation and place of a camera");
        return from_z_up(matrix);
    }

  private:
    static void collect(const Json& value, std::vector<float>& out, int lists = 2) {
        if (value.is_number()) out.push_back(value.get<float>());
        if (value.is_array() && lists > 0)
            for (const Json& entry : value) collect(entry, out, lists - 1);
    }
    static CameraPose from_z_up(glm::mat4 matrix) {
        for (int column = 0; column < 4; ++column)
            std::tie(matrix[column][1], matrix[column][2]) = std::pair(matrix[column][2], -matrix[column][1]);
        return CameraPose::from_matrix(matrix);
    }

    std::string_view file_;
};

// In the world whose z points up; element [column][row].
glm::mat4 to_z_up(const CameraPose& pose) {
    glm::mat4 matrix = pose.camera_to_world();
    for (int column = 0; column < 4; ++column)
        std::tie(matrix[column][1], matrix[column][2]) = std::pair(-matrix[column][2], matrix[column][1]);
    return matrix;
}

FilmFormat read_format(const Reader& reader, const Json& root, const char* width, const char* height) {
    return {reader.number(root, "fps", 0, 0.01, kMaxFilmFps),
            static_cast<int>(reader.number(root, width, 0, kMinFilmSide, kMaxFilmSide)),
            static_cast<int>(reader.number(root, height, 0, kMinFilmSide, kMaxFilmSide))};
}

// The transition of a key leads to it; that of the first one closes a cycle.
std::vector<CameraPathKey> read_nerfstudio_keys(const Reader& reader, const Json& root) {
    const Json& list = reader.list(root, "keyframes");
    const double legs = static_cast<double>(list.size()) - 1;
    double usual = kNerfstudioTransition;
    if (root.contains("seconds") && legs > 0)
        usual = reader.number(root, "seconds", usual, 0.001, CameraPath::kLongest) / legs;
    usual = reader.number(root, "default_transition_sec", usual, 0.001, CameraPath::kLongest);
    const auto transition = [&](const Json& key) {
        if (!reader.flag(key, "override_transition_enabled")) return usual;
        return reader.number(key, "override_transition_sec", usual, 0.001, CameraPath::kLongest);
    };
    std::vector<CameraPathKey> keys;
    for (const Json& key : list) {
        const double time_s = keys.empty() ? 0 : keys.back().time_s + transition(key);
        keys.push_back({time_s, reader.pose(key, "matrix", keys.size())});
    }
    if (reader.flag(root, "is_cycle") && keys.size() > 1)
        keys.push_back({keys.back().time_s + transition(list.front()), keys.front().pose});
    return keys;
}

std::vector<CameraPathKey> read_cameras(const Reader& reader, const Json& list, const char* matrix,
                                        double fps) {
    std::vector<CameraPathKey> keys;
    for (const Json& camera : list)
        keys.push_back({static_cast<double>(keys.size()) / fps, reader.pose(camera, matrix, keys.size())});
    return keys;
}

// Older viewers of nerfstudio wrote their keys in another way; their sampled path is as good.
bool has_keys(const Json& root) {
    const auto keys = root.find("keyframes");
    return keys != root.end() && keys->is_array() && !keys->empty() && keys->front().is_object() &&
           !keys->front().value("matrix", Json()).is_string();
}

CameraPathFile read_nerfstudio(const Reader& reader, const Json& root, double fps) {
    CameraPathFile file;
    file.format = read_format(reader, root, "render_width", "render_height");
    if (file.format.fps > 0) fps = file.format.fps;
    file.path = CameraPath(
        has_keys(root) ? read_nerfstudio_keys(reader, root)
                       : read_cameras(reader, reader.list(root, "camera_path"), "camera_to_world", fps));
    return file;
}

CameraPathFile read_instant_ngp(const Reader& reader, const Json& root, double fps) {
    CameraPathFile file;
    file.format = read_format(reader, root, "w", "h");
    if (file.format.fps > 0) fps = file.format.fps;
    file.path = CameraPath(read_cameras(reader, reader.list(root, "frames"), "transform_matrix", fps));
    return file;
}

Json flat_matrix(const CameraPose& pose) {
    const glm::mat4 matrix = to_z_up(pose);
    Json values = Json::array();
    for (int row = 0; row < 4; ++row)
        for (int column = 0; column < 4; ++column) values.push_back(matrix[column][row]);
    return values;
}

Json matrix_of_rows(const CameraPose& pose) {
    const glm::mat4 matrix = to_z_up(pose);
    Json rows = Json::array();
    for (int row = 0; row < 4; ++row)
        rows.push_back({matrix[0][row], matrix[1][row], matrix[2][row], matrix[3][row]});
    return rows;
}

Json nerfstudio_json(const CameraPath& path, const FilmFormat& film, float fov_y_rad) {
    const double fov = glm::degrees(static_cast<double>(fov_y_rad));
    const double aspect = static_cast<double>(film.width) / film.height;
    Json keys = Json::array(), cameras = Json::array();
    double before = 0;
    for (const CameraPathKey& key : path.keys()) {
        keys.push_back({{"matrix", flat_matrix(key.pose)},
                        {"fov", fov},
                        {"aspect", aspect},
                        {"override_transition_enabled", !keys.empty()},
                        {"override_transition_sec", keys.empty() ? Json() : Json(key.time_s - before)}});
        before = key.time_s;
    }
    for (const CameraPose& pose : path.sampled(film.fps))
        cameras.push_back({{"camera_to_world", flat_matrix(pose)}, {"fov", fov}, {"aspect", aspect}});
    return {{"camera_type", "perspective"},
            {"render_width", film.width},
            {"render_height", film.height},
            {"fps", film.fps},
            {"seconds", static_cast<double>(cameras.size()) / film.fps},
            {"is_cycle", false},
            {"smoothness_value", 0.0},
            {"default_fov", fov},
            {"default_transition_sec", kNerfstudioTransition},
            {"keyframes", std::move(keys)},
            {"camera_path", std::move(cameras)}};
}

Json instant_ngp_json(const CameraPath& path, const FilmFormat& film, float fov_y_rad) {
    const double focal = 0.5 * film.height / std::tan(0.5 * fov_y_rad);
    Json frames = Json::array();
    for (const CameraPose& pose : path.sampled(film.fps)) {
        char picture[32];
        std::snprintf(picture, sizeof picture, "images/%05zu.png", frames.size());
        frames.push_back({{"file_path", picture}, {"transform_matrix", matrix_of_rows(pose)}});
    }
    return {{"camera_angle_x", 2 * std::atan(0.5 * film.width / focal)},
            {"camera_angle_y", fov_y_rad},
            {"fl_x", focal},
            {"fl_y", focal},
            {"cx", 0.5 * film.width},
            {"cy", 0.5 * film.height},
            {"w", film.width},
            {"h", film.height},
            {"fps", film.fps},
            {"frames", std::move(frames)}};
}

}  // namespace

CameraPathFile parse_camera_path(std::string_view text, std::string_view name, double fps) {
    const Reader reader(name);
    Json root;
    try {
        root = Json::parse(text);
    } catch (const Json::parse_error& error) {
        reader.fail("is no JSON from byte " + std::to_string(error.byte) + " on");
    }
    if (!root.is_object()) reader.fail("holds no camera path");
    CameraPathFile file;
    try {
        file = root.contains("frames") ? read_instant_ngp(reader, root, fps)
                                       : read_nerfstudio(reader, root, fps);
    } catch (const UsageError& error) {
        reader.fail(error.what());
    }
    if (file.path.empty()) reader.fail("has no cameras");
    return file;
}

CameraPathFile read_camera_path(const std::filesystem::path& file, double fps) {
    std::ifstream stream(file, std::ios::binary);
    if (!stream || std::filesystem::is_directory(file)) throw FileError(file.string(), "cannot be read");
    std::ostringstream text;
    text << stream.rdbuf();
    return parse_camera_path(text.str(), file.string(), fps);
}

std::string to_json(const CameraPath& path, const FilmFormat& film, float fov_y_rad, CameraPathForm form) {
    const Json json = form == CameraPathForm::Nerfstudio ? nerfstudio_json(path, film, fov_y_rad)
                                                         : instant_ngp_json(path, film, fov_y_rad);
    return json.dump() + "\n";
}

CameraPathForm form_for(const std::filesystem::path& file) {
    return file.filename() == "transforms.json" ? CameraPathForm::InstantNgp : CameraPathForm::Nerfstudio;
}

void write_camera_path(const std::filesystem::path& file, const CameraPath& path, const FilmFormat& film,
                       float fov_y_rad) {
    make_parent_folder(file);
    write_file_atomically(file, to_json(path, film, fov_y_rad, form_for(file)));
}

}  // namespace rv::app
