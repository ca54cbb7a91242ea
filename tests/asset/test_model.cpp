#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <glm/geometric.hpp>
#include <string>

#include "engine/asset/assets_folder.h"
#include "engine/asset/mesh_builder.h"
#include "engine/asset/model.h"
#include "engine/asset/village_models.h"
#include "engine/core/error.h"

using namespace rv;
using namespace rv::asset;

namespace {

// A file that is gone when the test is.
struct TemporaryFile {
    std::filesystem::path path;
    explicit TemporaryFile(const std::string& name)
        : path(std::filesystem::temp_directory_path() / ("reverie-test-model-" + name)) {}
    ~TemporaryFile() {
        std::error_code ignored;
        std::filesystem::remove(path, ignored);
    }
};

std::string bytes_of(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

std::string failure(const std::filesystem::path& file) {
    try {
        load_model(file);
    } catch (const FileError& error) {
        return error.what();
    }
    return {};
}

}  // namespace

TEST_CASE("[Model] a written model is read back with its parts, colours and triangles") {
    MeshBuilder box("walls"), tip("roof");
    box.color({0.25f, 0.5f, 0.75f}, 0.5f).box(glm::vec3(-1.0f), glm::vec3(1.0f));
    tip.color({1.0f, 0.0f, 0.0f}).frustum({0, 1, 0}, 1.0f, {0, 2, 0}, 0.0f, 5);
    const Model written{"hut", {box.take(), tip.take()}};
    const TemporaryFile file("hut.glb");
    save_model(file.path, written);
    const Model read = load_model(file.path);
    REQUIRE(read.parts.size() == 2);
    CHECK(read.parts[0].name == "walls");
    CHECK(read.parts[1].name == "roof");
    CHECK(triangle_count(read) == triangle_count(written));
    const Vertex& vertex = read.parts[0].vertices.front();
    CHECK(vertex.color == glm::vec4(0.25f, 0.5f, 0.75f, 0.5f));
    CHECK(vertex.position == written.parts[0].vertices.front().position);
    CHECK(glm::distance(vertex.normal, written.parts[0].vertices.front().normal) < 1e-5f);
}

TEST_CASE("[Model] node transforms are applied, the root's too") {
    MeshBuilder box("box");
    box.box(glm::vec3(-1.0f), glm::vec3(1.0f));
    const TemporaryFile file("moved.glb");
    save_model(file.path, {"moved", {box.take()}});
    // The same file with a translation on its only node, at the same length.
    std::string bytes = bytes_of(file.path);
    const std::string before = R"("nodes":[{"mesh":0,"name":"box"}])";
    const std::size_t at = bytes.find(before);
    REQUIRE(at != std::string::npos);
    const std::string after = R"("nodes":[{"mesh":0,"translation":[0,5,0]}])";
    std::string json = bytes.substr(20, *reinterpret_cast<const std::uint32_t*>(bytes.data() + 12));
    json.replace(at - 20, before.size(), after);
    json.append((4 - json.size() % 4) % 4, ' ');
    const std::string rest = bytes.substr(20 + *reinterpret_cast<const std::uint32_t*>(bytes.data() + 12));
    const auto json_size = static_cast<std::uint32_t>(json.size());
    const auto total = static_cast<std::uint32_t>(20 + json.size() + rest.size());
    std::string moved = bytes.substr(0, 20) + json + rest;
    std::copy_n(reinterpret_cast<const char*>(&total), 4, moved.begin() + 8);
    std::copy_n(reinterpret_cast<const char*>(&json_size), 4, moved.begin() + 12);
    std::ofstream(file.path, std::ios::binary) << moved;

    float low = 1e9f;
    const Model model = load_model(file.path);
    for (const Vertex& vertex : model.parts.at(0).vertices) low = std::min(low, vertex.position.y);
    CHECK(low == doctest::Approx(4.0f));
}

TEST_CASE("[Model] missing, damaged and foreign files are refused by name") {
    CHECK(failure("/nowhere/house.glb").find("/nowhere/house.glb") != std::string::npos);

    const TemporaryFile cut("cut.glb"), text("text.glb"), nothing("nothing.glb");
    const std::string whole = bytes_of(assets_folder() / "meshes" / "car.glb");
    REQUIRE(whole.size() > 2000);
    std::ofstream(cut.path, std::ios::binary) << whole.substr(0, whole.size() / 2);
    std::ofstream(text.path) << "this is not a model";
    std::ofstream(nothing.path).flush();
    for (const TemporaryFile* file : {&cut, &text, &nothing}) {
        CAPTURE(file->path.string());
        CHECK(failure(file->path).find(file->path.string()) != std::string::npos);
    }
}

TEST_CASE("[Model] the village's models are small and are the ones committed") {
    for (const Model& model : village_models()) {
        CAPTURE(model.name);
        CHECK(triangle_count(model) <= 200);
        const Model committed = load_model(assets_folder() / "meshes" / (model.name + ".glb"));
        REQUIRE(committed.parts.size() == model.parts.size());
        for (std::size_t i = 0; i < model.parts.size(); ++i) {
            CHECK(committed.parts[i].name == model.parts[i].name);
            CHECK(triangle_count(committed.parts[i]) == triangle_count(model.parts[i]));
        }
    }
}

TEST_CASE("[MeshBuilder] faces of solids point outwards") {
    MeshBuilder builder("solids");
    builder.box(glm::vec3(-1.0f), glm::vec3(1.0f), true);
    builder.blob(glm::vec3(0.0f), glm::vec3(1.0f), 0.1f, 3, 1);
    builder.frustum({0, -1, 0}, 1.0f, {0, 1, 0}, 0.5f, 7);
    const Mesh mesh = builder.take();
    for (std::size_t i = 0; i < mesh.indices.size(); i += 3) {
        const glm::vec3 a = mesh.vertices[mesh.indices[i]].position,
                        b = mesh.vertices[mesh.indices[i + 1]].position,
                        c = mesh.vertices[mesh.indices[i + 2]].position;
        CHECK(glm::dot(glm::cross(b - a, c - a), a + b + c) > 0.0f);
    }
}
