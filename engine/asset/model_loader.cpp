#include <assimp/postprocess.h>
#include <assimp/scene.h>

#include <assimp/Importer.hpp>
#include <glm/gtc/matrix_inverse.hpp>

#include "engine/asset/model.h"
#include "engine/core/error.h"

namespace rv::asset {
namespace {

glm::mat4 to_glm(const aiMatrix4x4& m) {
    return {m.a1, m.b1, m.c1, m.d1, m.a2, m.b2, m.c2, m.d2, m.a3, m.b3, m.c3, m.d3, m.a4, m.b4, m.c4, m.d4};
}

glm::vec3 to_glm(const aiVector3D& v) {
    return {v.x, v.y, v.z};
}

void append(Mesh& part, const aiMesh& source, const glm::mat4& transform) {
    const glm::mat3 normal_transform = glm::inverseTranspose(glm::mat3(transform));
    const auto first = static_cast<std::uint32_t>(part.vertices.size());
    for (unsigned i = 0; i < source.mNumVertices; ++i) {
        Vertex vertex;
        vertex.position = glm::vec3(transform * glm::vec4(to_glm(source.mVertices[i]), 1.0f));
        if (source.HasNormals())
            vertex.normal = glm::normalize(normal_transform * to_glm(source.mNormals[i]));
        if (source.HasVertexColors(0)) {
            const aiColor4D& c = source.mColors[0][i];
            vertex.color = {c.r, c.g, c.b, c.a};
        }
        if (source.HasTextureCoords(0)) {
            vertex.uv = {source.mTextureCoords[0][i].x, source.mTextureCoords[0][i].y};
        }
        part.vertices.push_back(vertex);
    }
    for (unsigned i = 0; i < source.mNumFaces; ++i) {
        const aiFace& face = source.mFaces[i];
        if (face.mNumIndices != 3) continue;  // points and lines are not drawn
        for (unsigned corner = 0; corner < 3; ++corner) part.indices.push_back(first + face.mIndices[corner]);
    }
}

void visit(Model& model, const aiScene& scene, const aiNode& node, const glm::mat4& parent) {
    const glm::mat4 transform = parent * to_glm(node.mTransformation);
    if (node.mNumMeshes > 0) {
        Mesh part;
        part.name = node.mName.C_Str();
        for (unsigned i = 0; i < node.mNumMeshes; ++i)
            append(part, *scene.mMeshes[node.mMeshes[i]], transform);
        if (!part.indices.empty()) model.parts.push_back(std::move(part));
    }
    for (unsigned i = 0; i < node.mNumChildren; ++i) visit(model, scene, *node.mChildren[i], transform);
}

}  // namespace

Model load_model(const std::filesystem::path& file) {
    if (!std::filesystem::is_regular_file(file)) {
        throw FileError(file.string(), "there is no such model",
                        "make the project's own with: reverie make-meshes");
    }
    Assimp::Importer importer;
    const aiScene* scene = importer.ReadFile(
        file.string(), aiProcess_Triangulate | aiProcess_GenNormals | aiProcess_SortByPType);
    if (scene == nullptr || scene->mRootNode == nullptr || (scene->mFlags & AI_SCENE_FLAGS_INCOMPLETE) != 0) {
        throw FileError(file.string(), std::string("cannot be read as a model: ") + importer.GetErrorString(),
                        "give a glTF 2.0 file");
    }
    Model model;
    model.name = file.stem().string();
    visit(model, *scene, *scene->mRootNode, glm::mat4(1.0f));
    if (model.parts.empty()) throw FileError(file.string(), "the model holds no triangles");
    return model;
}

std::size_t triangle_count(const Model& model) {
    std::size_t count = 0;
    for (const Mesh& part : model.parts) count += part.indices.size() / 3;
    return count;
}

}  // namespace rv::asset
