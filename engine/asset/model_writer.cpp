#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>

#include "engine/asset/model.h"
#include "engine/core/error.h"

namespace rv::asset {
namespace {

using nlohmann::json;

// Numbers of the glTF 2.0 specification.
constexpr int kFloat = 5126, kUnsignedInt = 5125, kArrayBuffer = 34962, kElementArrayBuffer = 34963;
constexpr std::uint32_t kMagic = 0x46546c67, kVersion = 2, kJsonChunk = 0x4e4f534a, kBinaryChunk = 0x004e4942;

struct Document {
    json accessors = json::array(), views = json::array();
    std::string binary;

    // Appends one array and returns its accessor.
    std::size_t add(const void* data, std::size_t bytes, std::size_t count, int component, const char* type,
                    int target) {
        views.push_back(
            {{"buffer", 0}, {"byteOffset", binary.size()}, {"byteLength", bytes}, {"target", target}});
        binary.append(static_cast<const char*>(data), bytes);
        accessors.push_back({{"bufferView", views.size() - 1},
                             {"componentType", component},
                             {"count", count},
                             {"type", type}});
        return accessors.size() - 1;
    }
};

template <typename T>
std::size_t add_attribute(Document& document, const Mesh& mesh, T Vertex::*member, const char* type) {
    std::vector<T> values;
    values.reserve(mesh.vertices.size());
    for (const Vertex& vertex : mesh.vertices) values.push_back(vertex.*member);
    return document.add(values.data(), values.size() * sizeof(T), values.size(), kFloat, type, kArrayBuffer);
}

json add_primitive(Document& document, const Mesh& mesh) {
    glm::vec3 low(mesh.vertices.front().position), high = low;
    for (const Vertex& vertex : mesh.vertices) {
        low = glm::min(low, vertex.position);
        high = glm::max(high, vertex.position);
    }
    const std::size_t position = add_attribute(document, mesh, &Vertex::position, "VEC3");
    document.accessors[position]["min"] = {low.x, low.y, low.z};
    document.accessors[position]["max"] = {high.x, high.y, high.z};
    const json attributes = {{"POSITION", position},
                             {"NORMAL", add_attribute(document, mesh, &Vertex::normal, "VEC3")},
                             {"COLOR_0", add_attribute(document, mesh, &Vertex::color, "VEC4")},
                             {"TEXCOORD_0", add_attribute(document, mesh, &Vertex::uv, "VEC2")}};
    const std::size_t indices =
        document.add(mesh.indices.data(), mesh.indices.size() * sizeof(std::uint32_t), mesh.indices.size(),
                     kUnsignedInt, "SCALAR", kElementArrayBuffer);
    return {{"attributes", attributes}, {"indices", indices}};
}

void append_u32(std::string& out, std::size_t value) {
    const auto number = static_cast<std::uint32_t>(value);
    char bytes[4];
    std::memcpy(bytes, &number, 4);
    out.append(bytes, 4);
}

}  // namespace

void save_model(const std::filesystem::path& file, const Model& model) {
    Document document;
    json meshes = json::array(), nodes = json::array(), roots = json::array();
    for (const Mesh& part : model.parts) {
        RV_ASSERT(!part.vertices.empty(), "a model's part without vertices cannot be written");
        meshes.push_back({{"name", part.name}, {"primitives", json::array({add_primitive(document, part)})}});
        nodes.push_back({{"name", part.name}, {"mesh", meshes.size() - 1}});
        roots.push_back(nodes.size() - 1);
    }
    const json root = {{"asset", {{"version", "2.0"}, {"generator", "reverie"}}},
                       {"scene", 0},
                       {"scenes", json::array({{{"name", model.name}, {"nodes", roots}}})},
                       {"nodes", nodes},
                       {"meshes", meshes},
                       {"accessors", document.accessors},
                       {"bufferViews", document.views},
                       {"buffers", json::array({{{"byteLength", document.binary.size()}}})}};
    std::string text = root.dump();
    text.append((4 - text.size() % 4) % 4, ' ');

    std::string bytes;
    append_u32(bytes, kMagic);
    append_u32(bytes, kVersion);
    append_u32(bytes, 12 + 8 + text.size() + 8 + document.binary.size());
    append_u32(bytes, text.size());
    append_u32(bytes, kJsonChunk);
    bytes += text;
    append_u32(bytes, document.binary.size());
    append_u32(bytes, kBinaryChunk);
    bytes += document.binary;

    std::ofstream out(file, std::ios::binary);
    out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    out.close();
    if (!out)
        throw FileError(file.string(), "the model cannot be written", "check the folder and the free space");
}

}  // namespace rv::asset
